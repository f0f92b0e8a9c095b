/// Max or average over all positions of each channel. One operand `[N, H, W, C]`, one result `[N, 1, 1, C]`.
public struct GlobalPooling: Hashable, Sendable {
    public var kind: Pooling.Kind
    public init(_ kind: Pooling.Kind) { self.kind = kind }
}

extension GlobalPooling {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireImage(operands[0])
        return TensorType([operands[0].shape[0], 1, 1, operands[0].shape[3]])
    }
}
