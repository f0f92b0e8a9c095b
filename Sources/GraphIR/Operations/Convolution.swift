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

extension Convolution: AttributedOperation {
    static let kind = Operation.Kind.convolution
    static let mnemonic = "convolution"
    static let isOfImages = true
    var operation: Operation { .convolution(self) }

    var attributes: [String] {
        var texts = sourceCount == 1 ? [] : ["sources \(sourceCount)"]
        texts += window.attributes
        if groups != 1 { texts.append("groups \(groups)") }
        if hasBias { texts.append("bias") }
        texts += thenText(activation)
        if let pooling { texts.append("then pool \(pooling.size)" + (pooling.keepsUnpooled ? " keeping-unpooled" : "")) }
        return texts
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Convolution {
        let sources = scanner.accept(word: "sources") ? try scanner.integer() : 1
        let window = try scanner.window()
        let groups = scanner.accept(word: "groups") ? try scanner.integer() : 1
        let hasBias = scanner.accept(word: "bias")
        let activation = try scanner.activation()
        var pooling: PoolingEpilogue?
        if scanner.accept(word: "then") {
            try scanner.expect(word: "pool")
            pooling = PoolingEpilogue(size: try scanner.spatial(), keepsUnpooled: scanner.accept(word: "keeping-unpooled"))
        }
        return Convolution(
            window: window, groups: groups, sourceCount: sources, hasBias: hasBias, activation: activation, pooling: pooling)
    }

    func resultTypes(_ operands: [TensorType]) throws(GraphError) -> [TensorType] {
        try requireRange(sourceCount, from: 1, "the number of sources")
        try requireCount(operands, sourceCount + 1 + (hasBias ? 1 : 0))
        try window.requireRoundingDown()
        let image = operands[0]
        let kernel = operands[sourceCount]
        let channels = try joinedChannels(operands[..<sourceCount])
        let outputs = try checkKernel(kernel, channels)
        if hasBias { try requireVector(operands[sourceCount + 1], Dimension(outputs), "the bias") }
        let sides = try window.outputSides(image.shape[1], image.shape[2])
        let unpooled = TensorType([image.shape[0], sides[0], sides[1], Dimension(outputs)])
        guard let pooling else { return [unpooled] }
        try unpooled.checkBounds()
        try requireRange(pooling.size.height, from: 1, "the height of the fused pooling")
        try requireRange(pooling.size.width, from: 1, "the width of the fused pooling")
        let pooled = TensorType([
            image.shape[0], sides[0].flooredQuotient(by: pooling.size.height),
            sides[1].flooredQuotient(by: pooling.size.width), Dimension(outputs),
        ])
        return pooling.keepsUnpooled ? [unpooled, pooled] : [pooled]
    }

    /// Positions in the padding count.
    func multiplyAccumulates(operands: [TensorType], results: [TensorType]) -> Int? {
        guard operands.count > sourceCount, operands[0].rank == 4, let kernel = operands[sourceCount].staticShape,
            let sides = try? window.outputSides(operands[0].shape[1], operands[0].shape[2])
        else { return nil }
        return saturatingProduct([operands[0].shape[0]] + sides, kernel)
    }

    /// ΣCi of sources that agree in everything else.
    private func joinedChannels(_ sources: ArraySlice<TensorType>) throws(GraphError) -> Dimension {
        var channels = Dimension(0)
        for source in sources {
            try requireImage(source)
            guard source.shape[..<3] == sources[sources.startIndex].shape[..<3] else {
                throw GraphError("source \(source) and source \(sources[sources.startIndex]) differ in more than their channels")
            }
            channels = channels + source.shape[3]
        }
        return channels
    }

    /// Checks the kernel `[kh, kw, ΣCi / groups, Co]` and returns Co.
    private func checkKernel(_ kernel: TensorType, _ channels: Dimension) throws(GraphError) -> Int {
        let sides = try requireKernel(kernel, size: window.size)
        try requireRange(groups, from: 1, "the number of groups")
        guard groups == 1 || sourceCount == 1 else { throw GraphError("\(sourceCount) sources with \(groups) groups") }
        guard channels == Dimension(sides[2]) * groups else {
            let taken = "\(kernel) in \(groups) group\(groups == 1 ? "" : "s") takes \(sides[2] * groups)"
            throw GraphError("the image has \(channels) channels, the kernel \(taken)")
        }
        guard sides[3] % groups == 0 else {
            throw GraphError("\(sides[3]) output channels do not divide into \(groups) groups")
        }
        return sides[3]
    }
}

/// Checks that a kernel is an f32 tensor of four known sides, of which the first two are the window's size.
func requireKernel(_ kernel: TensorType, size: Spatial) throws(GraphError) -> [Int] {
    try requireFloat(kernel, "the kernel")
    guard kernel.rank == 4, let sides = kernel.staticShape else {
        throw GraphError("the kernel \(kernel) has to have 4 sides that are numbers")
    }
    guard sides[0] == size.height, sides[1] == size.width else {
        throw GraphError("the kernel \(kernel) is \(sides[0])x\(sides[1]), the window \(size.height)x\(size.width)")
    }
    return sides
}
