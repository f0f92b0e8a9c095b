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

extension TransposedConvolution {
    /// Rows and columns cropped from the full result, (H − 1)·stride + extent + outputPadding of them; negative
    /// where `.same` adds rows because the kernel is smaller than the stride.
    /// `.same` follows TensorFlow: max(0, extent − stride) / 2 at the top and left.
    public var crop: EdgeAmounts {
        let rows = window.extent.height - window.strides.height
        let columns = window.extent.width - window.strides.width
        let fewRows = max(0, rows) / 2
        let fewColumns = max(0, columns) / 2
        switch window.padding {
        case .explicit(let top, let left, let bottom, let right):
            return EdgeAmounts(top: top, left: left, bottom: bottom, right: right)
        case .same:
            return EdgeAmounts(top: fewRows, left: fewColumns, bottom: rows - fewRows, right: columns - fewColumns)
        case .sameLower:
            let top = max(0, rows) - fewRows
            let left = max(0, columns) - fewColumns
            return EdgeAmounts(top: top, left: left, bottom: rows - top, right: columns - left)
        }
    }
}

extension TransposedConvolution: SingleResultOperation {
    static let kind = Operation.Kind.transposedConvolution
    static let mnemonic = "transposed-convolution"
    static let isOfImages = true
    var operation: Operation { .transposedConvolution(self) }

    var attributes: [String] {
        var texts = window.attributes
        if outputPadding != Spatial(0, 0) { texts.append("output-padding \(outputPadding)") }
        if groups != 1 { texts.append("groups \(groups)") }
        if hasBias { texts.append("bias") }
        return texts + thenText(activation)
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> TransposedConvolution {
        let window = try scanner.window()
        let outputPadding = scanner.accept(word: "output-padding") ? try scanner.spatial() : Spatial(0, 0)
        let groups = scanner.accept(word: "groups") ? try scanner.integer() : 1
        return TransposedConvolution(
            window: window, outputPadding: outputPadding, groups: groups, hasBias: scanner.accept(word: "bias"),
            activation: try scanner.activation())
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, hasBias ? 3 : 2)
        try requireImage(operands[0])
        try window.check()
        try window.requireRoundingDown()
        let image = operands[0]
        let kernel = operands[1]
        let sides = try requireKernel(kernel, size: window.size)
        try requireRange(groups, from: 1, "the number of groups")
        guard image.shape[3] == Dimension(sides[3]) else {
            throw GraphError("the image has \(image.shape[3]) channels, the kernel \(kernel) takes \(sides[3])")
        }
        guard sides[3] % groups == 0 else {
            throw GraphError("\(sides[3]) input channels do not divide into \(groups) groups")
        }
        let outputs = Dimension(sides[2]) * groups
        if hasBias { try requireVector(operands[2], outputs, "the bias") }
        return TensorType([image.shape[0]] + (try outputSides(image)) + [outputs])
    }

    func multiplyAccumulates(operands: [TensorType], results: [TensorType]) -> Int? {
        guard operands.count > 1, operands[0].rank == 4, let kernel = operands[1].staticShape else { return nil }
        return saturatingProduct(Array(operands[0].shape[..<3]), kernel)
    }

    private func outputSides(_ image: TensorType) throws(GraphError) -> [Dimension] {
        guard case .explicit = window.padding else {
            guard outputPadding == Spatial(0, 0) else { throw GraphError("output padding needs explicit padding") }
            return [image.shape[1] * window.strides.height, image.shape[2] * window.strides.width]
        }
        try requireRange(outputPadding.height, from: 0, "the output padding of the rows")
        try requireRange(outputPadding.width, from: 0, "the output padding of the columns")
        let crop = crop
        return [
            (image.shape[1] - 1) * window.strides.height
                + Dimension(window.extent.height + outputPadding.height - crop.top - crop.bottom),
            (image.shape[2] - 1) * window.strides.width
                + Dimension(window.extent.width + outputPadding.width - crop.left - crop.right),
        ]
    }
}
