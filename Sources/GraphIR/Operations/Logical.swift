/// Logic on the elements of two bool tensors with NumPy's broadcasting, or for `.not` of one.
public struct Logical: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case and, or, xor, not }
    public var kind: Kind
    public init(_ kind: Kind) { self.kind = kind }
}

extension Logical {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, kind == .not ? 1 : 2)
        for operand in operands { try requireBool(operand, "an operand") }
        guard operands.count == 2 else { return operands[0] }
        return TensorType(.bool, try broadcast(operands[0].shape[...], operands[1].shape[...]))
    }
}
