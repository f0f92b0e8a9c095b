/// Logic on the elements of two bool tensors with NumPy's broadcasting, or for `.not` of one.
public struct Logical: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case and, or, xor, not }
    public var kind: Kind
    public init(_ kind: Kind) { self.kind = kind }
}

extension Logical: SingleResultOperation {
    static let kind = Operation.Kind.logical
    static let mnemonic = "logical"
    var operation: Operation { .logical(self) }

    var attributes: [String] {
        [kind.rawValue]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Logical {
        Logical(try scanner.choice("a kind", Kind.allCases, \.rawValue))
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, kind == .not ? 1 : 2)
        for operand in operands { try requireBool(operand, "an operand") }
        guard operands.count == 2 else { return operands[0] }
        return TensorType(.bool, try broadcast(operands[0].shape[...], operands[1].shape[...]))
    }
}
