/// A constant of the graph's table. No operands; the result has the constant's type.
public struct ConstantOperation: Hashable, Sendable {
    public var id: ConstantID
    public init(_ id: ConstantID) { self.id = id }
}

extension ConstantOperation: OperationDefinition {
    static let kind = Operation.Kind.constant
    static let mnemonic = "constant"
    var operation: Operation { .constant(self) }

    /// `constant f32[2] {1.0, -0.5}`: the elements in place of operands, and the type in front of them.
    func text(of node: Node, in writer: FunctionWriter) -> String {
        "\(keyword) \(ConstantText.text(of: writer.constants[id], hash: writer.stored[id]))"
    }

    static func parse(_ parser: inout GraphParser, keyword: String) throws(TextError) -> ConstantOperation {
        ConstantOperation(try parser.readConstant())
    }

    func resultTypes(
        _ operands: [TensorType], callee: (String) -> Function?, constantType: (ConstantID) -> TensorType?
    ) throws(GraphError) -> [TensorType] {
        try requireCount(operands, 0)
        guard let type = constantType(id) else { throw GraphError("the table has no constant \(id.index)") }
        return [type]
    }
}
