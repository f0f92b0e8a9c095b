/// Its operand, unchanged.
public struct Identity: Hashable, Sendable {
    public init() {}
}

extension Identity: SingleResultOperation {
    static let kind = Operation.Kind.identity
    static let mnemonic = "identity"
    static let takesStorageTypes = true
    var operation: Operation { .identity(self) }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Identity {
        Identity()
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { true }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        return operands[0]
    }
}
