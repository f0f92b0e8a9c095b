/// Matrix product over the last two axes with the leading ones broadcast; a dense layer is one with a constant
/// second operand `[Ci, Co]` and a bias.
/// Operands: `[…, M, K]`, `[…, K, N]`, then, with `hasBias`, the bias `[N]`. Result: `[…, M, N]`.
public struct MatrixMultiplication: Hashable, Sendable {
    public var hasBias: Bool
    public var activation: ElementwiseFunction?
    public init(hasBias: Bool = false, activation: ElementwiseFunction? = nil) {
        self.hasBias = hasBias
        self.activation = activation
    }
}
