/// A call of another function of the graph: its operands are the function's inputs, its results the outputs.
/// Calling one function several times is how weights are shared.
public struct Call: Hashable, Sendable {
    public var function: String
    public init(_ function: String) { self.function = function }
}

extension Call {
    /// A function's symbols are its own: they are solved from the operands' types, and the outputs' types follow.
    func resultTypes(_ operands: [TensorType], _ callee: (String) -> Function?) throws(GraphError) -> [TensorType] {
        guard let callee = callee(function) else { throw GraphError("there is no function '\(function)'") }
        guard (callee.inputs + callee.outputs.map(\.value)).allSatisfy({ callee.values.indices.contains($0.index) }) else {
            throw GraphError("function '\(function)' has inputs or outputs that are no values of it")
        }
        let bindings = try callee.symbols(forInputs: operands)
        return callee.outputs.map { callee.type(of: $0.value).substituting(bindings) }
    }
}
