/// y = (x − mean) / √(variance + epsilon) · scale + offset, per channel, at inference (Ioffe and Szegedy 2015).
/// Operands: the image `[…, C]`, then scale, offset, mean and variance, each `[C]`. The result has the image's type.
public struct BatchNormalization: Hashable, Sendable {
    public var epsilon: Float
    /// Fused behind the normalisation.
    public var activation: ElementwiseFunction?
    public init(epsilon: Float, activation: ElementwiseFunction? = nil) {
        self.epsilon = epsilon
        self.activation = activation
    }
}
