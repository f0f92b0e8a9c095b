import GraphIR

/// Evaluates a graph in the slowest and most obvious way. Every faster way of computing it is compared with this one.
///
/// A value is freed after its last use. The graph should have been verified (``GraphIR/Graph/verify()``); of one that was not,
/// the evaluator reports the first thing that it cannot compute.
public struct Evaluator: Sendable {
    /// A value that has just been computed.
    public struct Observation {
        /// Names of the call nodes that lead from the entry to the function; empty in the entry itself.
        public let callPath: [String]
        public let function: Function
        public let node: Node
        public let value: ValueID
        public let tensor: Tensor

        /// `iteration2/conv1`: the value's name behind those of the calls.
        public var name: String { (callPath + [function[value].name]).joined(separator: "/") }
    }

    private let graph: Graph
    private let functions: [String: Function]
    private let arithmetic: Arithmetic
    private let flushesSubnormals: Bool

    /// - Parameter flushesSubnormals: Whether subnormal numbers are flushed, as in a plan with the same flag: every float32 of
    ///   an input, a constant or a result that is below 2⁻¹²⁶ in magnitude becomes the zero of its sign.
    public init(_ graph: Graph, arithmetic: Arithmetic = .blas, flushesSubnormals: Bool = false) {
        self.graph = graph
        self.arithmetic = arithmetic
        self.flushesSubnormals = flushesSubnormals
        functions = graph.functionsByName()
    }

    /// Evaluates the main function.
    ///
    /// - Parameters:
    ///   - inputs: a tensor for each input of the main function, by name.
    ///   - observe: is told every value that a node makes, in the order of evaluation, those inside of calls as well.
    /// - Returns: the outputs by name.
    /// - Throws: where inputs are missing, unknown or of another type than declared, and where an operation refuses its operands.
    public func run(
        _ inputs: [String: Tensor], observe: ((Observation) -> Void)? = nil
    ) throws(EvaluationError) -> [String: Tensor] {
        guard let main = functions[graph.mainName] else {
            throw EvaluationError(.invalidOperation, "there is no function '\(graph.mainName)'")
        }
        let names = main.inputs.map { main[$0].name }
        for name in inputs.keys.sorted() where !names.contains(name) {
            let known = names.map { "'\($0)'" }.joined(separator: ", ")
            throw EvaluationError(.inputs, place: main.name, "there is no input '\(name)'; the inputs are \(known)")
        }
        var arguments: [Tensor] = []
        for name in names {
            guard let tensor = inputs[name] else {
                throw EvaluationError(.inputs, place: main.name, "no tensor is given for input '\(name)'")
            }
            arguments.append(flushed(tensor))
        }
        let results = try call(main, arguments, path: [], observe: observe)
        return Dictionary(zip(main.outputs.map(\.name), results), uniquingKeysWith: { first, _ in first })
    }

    private func call(
        _ function: Function, _ arguments: consuming [Tensor], path: [String], observe: ((Observation) -> Void)?
    ) throws(EvaluationError) -> [Tensor] {
        guard path.count <= functions.count else {
            throw EvaluationError(.invalidOperation, place: function.name, "functions call each other in a circle")
        }
        var evaluation = try FunctionEvaluation(function, consume arguments)
        for (index, node) in function.nodes.enumerated() {
            let results: [Tensor]
            do throws(EvaluationError) {
                results = try evaluate(node, try evaluation.takeOperands(of: index), evaluation.symbols, path: path, observe: observe)
            } catch {
                guard error.place.isEmpty else { throw error }
                throw EvaluationError(error.kind, place: "\(function.name)/\(node.name)", error.message)
            }
            for (value, tensor) in zip(node.outputs, results) {
                observe?(Observation(callPath: path, function: function, node: node, value: value, tensor: tensor))
            }
            evaluation.store(results, of: index)
        }
        return try evaluation.takeOutputs()
    }

    private func evaluate(
        _ node: Node, _ operands: consuming [Tensor], _ symbols: [String: Dimension], path: [String],
        observe: ((Observation) -> Void)?
    ) throws(EvaluationError) -> [Tensor] {
        switch node.operation {
        case .constant(let constant):
            guard graph.constants.ids.indices.contains(constant.id.index) else {
                throw EvaluationError(.invalidOperation, "the table has no constant \(constant.id.index)")
            }
            return [flushed(Tensor(graph.constants[constant.id]))]
        case .call(let call):
            guard let callee = functions[call.function] else {
                throw EvaluationError(.invalidOperation, "there is no function '\(call.function)'")
            }
            return try self.call(callee, consume operands, path: path + [node.name], observe: observe)
        default:
            // Attributes may name symbols of the function, whose values are known here.
            let operation = node.operation.substituting(symbols)
            return try Reference.evaluate(operation, operands: consume operands, arithmetic: arithmetic).map(flushed)
        }
    }

    private func flushed(_ tensor: Tensor) -> Tensor {
        guard flushesSubnormals, tensor.element == .float32, tensor.floats.contains(where: \.isSubnormal) else { return tensor }
        return Tensor(tensor.floats.map { $0.isSubnormal ? Float(signOf: $0, magnitudeOf: 0) : $0 }, shape: tensor.shape)
    }
}
