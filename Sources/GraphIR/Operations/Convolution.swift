/// Two-dimensional convolution (cross-correlation, as in Keras and ONNX) with optional epilogues.
///
/// Operands: `sourceCount` images `[N, H, W, Ci]` that are read as if concatenated along the channels, then the kernel
/// `[kh, kw, ΣCi / groups, Co]`, then, with `hasBias`, the bias `[Co]`.
/// Result: `[N, H', W', Co]`, then the epilogues in this order: `+ bias`, `activation`, `pooling`.
public struct Convolution: Hashable, Sendable {
    /// `window.size` equals the kernel's first two sides.
    public var window: Window
    public var groups: Int
    /// More than one after `absorb-concatenation`; requires `groups == 1`.
    public var sourceCount: Int
    public var hasBias: Bool
    public var activation: ElementwiseFunction?
    public var pooling: PoolingEpilogue?

    public init(
        window: Window, groups: Int = 1, sourceCount: Int = 1, hasBias: Bool,
        activation: ElementwiseFunction? = nil, pooling: PoolingEpilogue? = nil
    ) {
        self.window = window
        self.groups = groups
        self.sourceCount = sourceCount
        self.hasBias = hasBias
        self.activation = activation
        self.pooling = pooling
    }
}

/// Max pooling fused behind a convolution: windows that do not overlap (stride = size) and no padding; rows and
/// columns that fill no window are dropped from the pooled result.
public struct PoolingEpilogue: Hashable, Sendable {
    public var size: Spatial
    /// Whether the unpooled image is also a result. Then the results are `[unpooled, pooled]`, otherwise `[pooled]`.
    public var keepsUnpooled: Bool
    public init(size: Spatial, keepsUnpooled: Bool) {
        self.size = size
        self.keepsUnpooled = keepsUnpooled
    }
}
