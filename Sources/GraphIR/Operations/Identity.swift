/// Its operand, unchanged.
public struct Identity: Hashable, Sendable {
    public init() {}
}

extension Identity {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        return operands[0]
    }
}
