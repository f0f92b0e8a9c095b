/// Two-dimensional transposed convolution, the gradient of a convolution with respect to its input.
///
/// Operands: the image `[N, H, W, Ci]`, the kernel `[kh, kw, Co / groups, Ci]` (Keras' order), then, with `hasBias`, the bias `[Co]`.
/// Result: `[N, H', W', Co]`, H' = (H − 1)·stride + dilation·(kh − 1) + 1 + outputPadding − top − bottom.
/// Input row i, kernel row r meet output row i·stride + r·dilation − top.
public struct TransposedConvolution: Hashable, Sendable {
    /// `padding` is explicit and is what is cropped from the result; `.same` means H' = H·stride.
    public var window: Window
    public var outputPadding: Spatial
    public var groups: Int
    public var hasBias: Bool
    public var activation: ElementwiseFunction?

    public init(
        window: Window, outputPadding: Spatial = Spatial(0, 0), groups: Int = 1, hasBias: Bool,
        activation: ElementwiseFunction? = nil
    ) {
        self.window = window
        self.outputPadding = outputPadding
        self.groups = groups
        self.hasBias = hasBias
        self.activation = activation
    }
}
