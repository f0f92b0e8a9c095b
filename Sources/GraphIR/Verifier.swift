/// Everything that is wrong with a graph.
public struct VerificationFailure: Error, Sendable, CustomStringConvertible {
    public let problems: [GraphError]
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension Graph {
    /// Checks the whole graph and reports all that is wrong with it at once.
    ///
    /// A graph that passes has: a main function; functions with unique names whose calls exist and form no
    /// circle; in each function inputs, values and outputs with unique names; every value that is read defined
    /// exactly once and before it is read; constants from the table; and for every node the number of operands and results, the
    /// attributes and the types that its operation's rule asks for.
    public func verify() throws(VerificationFailure) {
        var verifier = Verifier(graph: self)
        verifier.verifyGraph()
        if !verifier.problems.isEmpty { throw VerificationFailure(problems: verifier.problems) }
    }
}

private struct Verifier {
    let graph: Graph
    var problems: [GraphError] = []
    private var functionByName: [String: Function] = [:]

    init(graph: Graph) { self.graph = graph }

    mutating func verifyGraph() {
        for function in graph.functions {
            if functionByName.updateValue(function, forKey: function.name) != nil {
                report("two functions have this name", function)
            }
        }
        if functionByName[graph.mainName] == nil { problems.append(GraphError("the main function '\(graph.mainName)' does not exist")) }
        problems += graph.expansionProblems(from: graph.functions.map(\.name))
        reportRepetitions(graph.metadata.map(\.key)) { GraphError("metadata key '\($0)' occurs twice") }
        for function in graph.functions { verify(function) }
    }

    private mutating func verify(_ function: Function) {
        reportRepetitions(function.values.map(\.name)) { GraphError("two values are named '\($0)'", function: function.name) }
        reportRepetitions(function.outputs.map(\.name)) { GraphError("two outputs are named '\($0)'", function: function.name) }
        for value in function.values where value.name.isEmpty { report("a value has no name", function) }
        for output in function.outputs where output.name.isEmpty { report("an output has no name", function) }
        if function.outputs.isEmpty { report("it has no output", function) }

        var isDefined = [Bool](repeating: false, count: function.values.count)
        for input in function.inputs { define(input, "the input", nil, function, &isDefined) }
        for input in function.inputs where isDefined.indices.contains(input.index) {
            do throws(GraphError) { try function.type(of: input).checkBounds() } catch {
                report("input '\(function[input].name)': \(error.message)", function)
            }
        }
        for node in function.nodes { verify(node, in: function, &isDefined) }
        for output in function.outputs {
            guard isDefined.indices.contains(output.value.index), isDefined[output.value.index] else {
                report("output '\(output.name)' is \(name(output.value, function)), which nothing makes", function)
                continue
            }
        }
    }

    private mutating func verify(_ node: Node, in function: Function, _ isDefined: inout [Bool]) {
        var operandsAreDefined = true
        for (position, input) in node.inputs.enumerated() {
            guard isDefined.indices.contains(input.index), isDefined[input.index] else {
                let operand = "operand \(position) of \(node.operation.keyword)"
                report("\(operand) is \(name(input, function)), which no input or earlier node makes", function, node)
                operandsAreDefined = false
                continue
            }
        }
        if operandsAreDefined { verifyTypes(node, in: function) }
        for output in node.outputs { define(output, "the result", node, function, &isDefined) }
    }

    private mutating func verifyTypes(_ node: Node, in function: Function) {
        let types: [TensorType]
        do throws(GraphError) {
            types = try node.operation.resultTypes(
                operands: node.inputs.map { function.type(of: $0) }, callee: { functionByName[$0] },
                constantType: graph.constants.type(of:))
        } catch {
            report(error.message, function, node)
            return
        }
        guard types.count == node.outputs.count else {
            report("\(node.operation.keyword) gives \(types.count) results, \(node.outputs.count) are declared", function, node)
            return
        }
        for (output, type) in zip(node.outputs, types) {
            guard function.values.indices.contains(output.index), function.type(of: output) != type else { continue }
            let declared = function.type(of: output)
            report("\(node.operation.keyword) gives '\(function[output].name)' the type \(type), declared is \(declared)", function, node)
        }
    }

    private mutating func define(
        _ value: ValueID, _ role: String, _ node: Node?, _ function: Function, _ isDefined: inout [Bool]
    ) {
        guard isDefined.indices.contains(value.index) else {
            report("\(role) \(name(value, function)) is outside of the function's \(function.values.count) values", function, node)
            return
        }
        if isDefined[value.index] { report("\(role) \(name(value, function)) is defined a second time", function, node) }
        isDefined[value.index] = true
    }

    private func name(_ value: ValueID, _ function: Function) -> String {
        function.values.indices.contains(value.index) ? "'\(function[value].name)'" : "value \(value.index)"
    }

    private mutating func reportRepetitions(_ names: [String], _ problem: (String) -> GraphError) {
        var seen = Set<String>()
        var reported = Set<String>()
        for name in names where !seen.insert(name).inserted && reported.insert(name).inserted {
            problems.append(problem(name))
        }
    }

    private mutating func report(_ message: String, _ function: Function, _ node: Node? = nil) {
        problems.append(GraphError(message, function: function.name, node: node?.name))
    }
}
