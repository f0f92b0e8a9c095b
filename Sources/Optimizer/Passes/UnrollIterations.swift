import GraphIR

/// Replaces each call by the body of the function that it calls, so that the passes behind it see one flat function. Lowering needs
/// it, because a plan has no calls. Weights stay shared: a constant that several calls use becomes one node.
///
///     function @step(%x) {                      function @main(%image) {
///       %w = constant #0                          %a.w = constant #0
///       %y = convolution(%x, %w)                  %a.y = convolution(%image, %a.w)
///       return %y                                 %b.y = convolution(%a.y, %a.w)
///     }                                    =>     return %b.y
///     function @main(%image) {                  }
///       %a = call @step(%image)
///       %b = call @step(%a)
///       return %b
///     }
///
/// Only the main function changes; `eliminate-dead-values` drops the functions that nobody calls any more.
public let unrollIterations = Pass(
    name: "unroll-iterations", summary: "inline the calls of shared functions; their weights stay shared", isRequired: true
) { (graph, changes) throws(PassError) in
    if let problem = graph.expansionProblems(from: [graph.mainName]).first {
        throw PassError(pass: "unroll-iterations", reason: problem.description)
    }
    var unroller = Unroller(graph)
    try unroller.unroll(graph.main, &changes)
    if unroller.count > 0 { graph.main = unroller.result }
}

/// Copies the main function node by node; in place of a call it copies the nodes of the function that is called.
private struct Unroller {
    let functions: [String: Function]
    let constants: ConstantTable
    var result: Function
    /// How many calls were replaced.
    var count = 0
    private var names: UniqueNames
    /// The value that gives a constant, once there is one.
    private var constantValues: [ConstantID: ValueID] = [:]

    /// From the values of the function that is being copied to those of `result`.
    private typealias Substitution = [ValueID: ValueID]

    init(_ graph: Graph) {
        functions = graph.functionsByName()
        constants = graph.constants
        result = graph.main
        result.nodes = []
        names = UniqueNames(taken: result.values.map(\.name))
    }

    mutating func unroll(_ entry: Function, _ changes: inout Changes) throws(PassError) {
        var substitution: Substitution = [:]
        for node in entry.nodes {
            let inputs = node.inputs.map { substitution[$0] ?? $0 }
            if case .constant(let constant) = node.operation {
                place(constant, node, &substitution) { _ in node.outputs[0] }
            } else if case .call(let call) = node.operation,
                changes.permit("'\(node.name)' calls '\(call.function)': inlined")
            {
                let results = try inline(call, inputs, path: node.name)
                for (output, value) in zip(node.outputs, results) { substitution[output] = value }
                count += 1
            } else {
                result.nodes.append(Node(node.operation, inputs: inputs, outputs: node.outputs, name: node.name))
            }
        }
        for index in result.outputs.indices {
            let value = result.outputs[index].value
            result.outputs[index].value = substitution[value] ?? value
        }
        result.compact()
    }

    /// Appends the body of a function for the given operands and returns the values that stand for its outputs.
    /// - Parameter path: the names of the calls that lead here, with which the names of what is copied begin.
    private mutating func inline(_ call: Call, _ operands: [ValueID], path: String) throws(PassError) -> [ValueID] {
        guard let callee = functions[call.function] else {
            throw failure(path, "there is no function '\(call.function)'")
        }
        let symbols = try symbols(of: callee, operands, path)
        var substitution = Dictionary(zip(callee.inputs, operands), uniquingKeysWith: { first, _ in first })
        for node in callee.nodes {
            let inputs = node.inputs.map { substitution[$0] ?? $0 }
            if case .constant(let constant) = node.operation {
                place(constant, node, &substitution) { unroller in
                    // Named after the function: the value is every call's.
                    unroller.addValue(callee.name, callee[node.outputs[0]].name, callee.type(of: node.outputs[0]))
                }
            } else if case .call(let inner) = node.operation {
                let results = try inline(inner, inputs, path: "\(path).\(node.name)")
                for (output, value) in zip(node.outputs, results) { substitution[output] = value }
            } else {
                // Symbols belong to a function. Attributes that mention the callee's are said in those of the entry, and types are
                // inferred anew.
                var copy = Node(node.operation.substituting(symbols), inputs: inputs, outputs: [], name: "\(path).\(node.name)")
                let types = try resultTypes(of: copy)
                for (output, type) in zip(node.outputs, types) {
                    copy.outputs.append(addValue(path, callee[output].name, type))
                    substitution[output] = copy.outputs.last
                }
                result.nodes.append(copy)
            }
        }
        return callee.outputs.map { substitution[$0.value] ?? $0.value }
    }

    /// Lets `node`'s value stand for the one that gives the same constant already, or places the node.
    private mutating func place(
        _ constant: ConstantOperation, _ node: Node, _ substitution: inout Substitution,
        newValue: (inout Unroller) -> ValueID
    ) {
        if let known = constantValues[constant.id] {
            substitution[node.outputs[0]] = known
            return
        }
        let value = newValue(&self)
        result.nodes.append(Node(node.operation, inputs: [], outputs: [value], name: node.name))
        constantValues[constant.id] = value
        substitution[node.outputs[0]] = value
    }

    /// What the symbols of a function stand for when it is called with values of `result`.
    private func symbols(of callee: Function, _ operands: [ValueID], _ path: String) throws(PassError) -> [String: Dimension] {
        do {
            return try callee.symbols(forInputs: operands.map { result.type(of: $0) })
        } catch {
            throw failure(path, "\(error)")
        }
    }

    private func resultTypes(of node: Node) throws(PassError) -> [TensorType] {
        do {
            return try node.operation.resultTypes(
                operands: node.inputs.map { result.type(of: $0) }, callee: { functions[$0] }, constantType: constants.type(of:))
        } catch {
            throw failure(node.name, "\(error)")
        }
    }

    private mutating func addValue(_ path: String, _ name: String, _ type: TensorType) -> ValueID {
        let id = ValueID(result.values.count)
        result.values.append(Value(name: names.claim("\(path).\(name)"), type: type))
        return id
    }

    private func failure(_ path: String, _ reason: String) -> PassError {
        PassError(pass: "unroll-iterations", place: "node '\(path)'", reason: reason)
    }
}
