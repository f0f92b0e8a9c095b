/// Element-wise arithmetic of two operands with NumPy's broadcasting (right-aligned sides, 1 stretches).
public struct Binary: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case add, subtract, multiply, divide, power, minimum, maximum
        /// x ≥ 0 ? x : slope·x, the slope being the second operand (He et al. 2015).
        case prelu
    }
    public var kind: Kind
    /// Fused behind the arithmetic.
    public var activation: ElementwiseFunction?
    public init(_ kind: Kind, activation: ElementwiseFunction? = nil) {
        self.kind = kind
        self.activation = activation
    }
}

extension Binary {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 2)
        try requireFloat(operands[0], "the first operand")
        try requireFloat(operands[1], "the second operand")
        return TensorType(try broadcast(operands[0].shape[...], operands[1].shape[...]))
    }
}
