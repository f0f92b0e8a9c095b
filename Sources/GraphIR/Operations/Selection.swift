/// The second operand's element where the first operand, which is bool, is true, and the third operand's elsewhere; NumPy's
/// broadcasting of all three (ONNX's Where).
public struct Selection: Hashable, Sendable {
    public init() {}
}

extension Selection: SingleResultOperation {
    static let kind = Operation.Kind.selection
    static let mnemonic = "selection"
    var operation: Operation { .selection(self) }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Selection {
        Selection()
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 3)
        try requireBool(operands[0], "the condition")
        try requireSameElement(operands[1], operands[2])
        let values = try broadcast(operands[1].shape[...], operands[2].shape[...])
        return TensorType(operands[1].element, try broadcast(operands[0].shape[...], values[...]))
    }
}
