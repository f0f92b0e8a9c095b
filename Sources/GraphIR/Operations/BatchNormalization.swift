/// y = (x − mean) / √(variance + epsilon) · scale + offset, per channel, at inference (Ioffe and Szegedy 2015).
/// Operands: the image `[…, C]`, then scale, offset, mean and variance, each `[C]`. The result has the image's type.
public struct BatchNormalization: Hashable, Sendable {
    @BitwiseFloat public var epsilon: Float
    /// Fused behind the normalisation.
    public var activation: ElementwiseFunction?
    public init(epsilon: Float, activation: ElementwiseFunction? = nil) {
        self.epsilon = epsilon
        self.activation = activation
    }
}

extension BatchNormalization: SingleResultOperation {
    static let kind = Operation.Kind.batchNormalization
    static let mnemonic = "batch-normalization"
    static let isOfImages = true
    var operation: Operation { .batchNormalization(self) }

    var attributes: [String] {
        ["epsilon \(spelling(epsilon))"] + thenText(activation)
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> BatchNormalization {
        try scanner.expect(word: "epsilon")
        return BatchNormalization(epsilon: try scanner.float(), activation: try scanner.activation())
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 5)
        try requireFloat(operands[0], "the image")
        guard let channels = operands[0].shape.last else { throw GraphError("the image has no axis of channels") }
        try requireVector(operands[1], channels, "the scale")
        try requireVector(operands[2], channels, "the offset")
        try requireVector(operands[3], channels, "the mean")
        try requireVector(operands[4], channels, "the variance")
        guard epsilon >= 0, epsilon.isFinite else { throw GraphError("epsilon is \(epsilon); expected 0 or more") }
        return operands[0]
    }
}
