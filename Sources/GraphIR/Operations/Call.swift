/// A call of another function of the graph: its operands are the function's inputs, its results the outputs.
/// Calling one function several times is how weights are shared.
public struct Call: Hashable, Sendable {
    public var function: String
    public init(_ function: String) { self.function = function }
}

extension Call: OperationDefinition {
    static let kind = Operation.Kind.call
    static let mnemonic = "call"
    static let takesStorageTypes = true
    var operation: Operation { .call(self) }

    /// `call @f(%x) : f32[2]`
    func text(of node: Node, in writer: FunctionWriter) -> String {
        "\(keyword) @\(identifier(function))\(writer.operands(of: node)) \(writer.types(of: node))"
    }

    static func parse(_ parser: inout GraphParser, keyword: String) throws(TextError) -> Call {
        let function = try parser.scanner.name("@")
        try parser.readOperands()
        try parser.readTypes()
        return Call(function)
    }

    /// A function's symbols are its own: they are solved from the operands' types, and the outputs' types follow.
    func resultTypes(
        _ operands: [TensorType], callee: (String) -> Function?, constantType: (ConstantID) -> TensorType?
    ) throws(GraphError) -> [TensorType] {
        guard let callee = callee(function) else { throw GraphError("there is no function '\(function)'") }
        guard (callee.inputs + callee.outputs.map(\.value)).allSatisfy({ callee.values.indices.contains($0.index) }) else {
            throw GraphError("function '\(function)' has inputs or outputs that are no values of it")
        }
        let bindings = try callee.symbols(forInputs: operands)
        return callee.outputs.map { callee.type(of: $0.value).substituting(bindings) }
    }

    /// Only the whole graph can tell: ``Graph/multiplyAccumulates()``.
    func multiplyAccumulates(operands: [TensorType], results: [TensorType]) -> Int? { nil }
}
