/// A pair for the two spatial axes: rows first, then columns.
public struct Spatial: Hashable, Sendable {
    public var height: Int
    public var width: Int
    public init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }
    public static let one = Spatial(1, 1)
}

/// Zeros (for pooling: nothing) added around an image before a window slides over it.
public enum WindowPadding: Hashable, Sendable {
    case explicit(top: Int, left: Int, bottom: Int, right: Int)
    /// As many as make the output ⌈input / stride⌉; an odd one goes to the bottom and right
    /// (TensorFlow's SAME, ONNX's SAME_UPPER).
    case same
    /// The same number, an odd one going to the top and left (ONNX's SAME_LOWER).
    case sameLower

    public static let none = WindowPadding.explicit(top: 0, left: 0, bottom: 0, right: 0)
}

/// How a window slides: its size, step and spacing.
public struct Window: Hashable, Sendable {
    public var size: Spatial
    public var strides: Spatial
    public var dilations: Spatial
    public var padding: WindowPadding
    /// Pooling only: whether an output row is kept whose window begins inside the image or the padding before it, but
    /// ends beyond the padded image (ONNX `ceil_mode`).
    public var roundsUp: Bool

    public init(
        size: Spatial, strides: Spatial = .one, dilations: Spatial = .one, padding: WindowPadding = .none,
        roundsUp: Bool = false
    ) {
        self.size = size
        self.strides = strides
        self.dilations = dilations
        self.padding = padding
        self.roundsUp = roundsUp
    }
}

/// Rows and columns added around an image, or cropped from it.
public struct EdgeAmounts: Hashable, Sendable {
    public var top: Int
    public var left: Int
    public var bottom: Int
    public var right: Int
    public init(top: Int, left: Int, bottom: Int, right: Int) {
        self.top = top
        self.left = left
        self.bottom = bottom
        self.right = right
    }
}

extension Window {
    /// Rows and columns from the first to the last element that the window touches: dilation·(size − 1) + 1.
    public var extent: Spatial {
        Spatial((size.height - 1) * dilations.height + 1, (size.width - 1) * dilations.width + 1)
    }

    /// The padding around an image of the given size, in elements, with `.same` and `.sameLower` worked out.
    /// The window has to be valid (its operation's `resultTypes` did not throw).
    public func edges(of image: Spatial) -> EdgeAmounts {
        // Sides that are numbers give amounts that are numbers.
        edges(ofRows: Dimension(image.height), columns: Dimension(image.width))
            ?? EdgeAmounts(top: 0, left: 0, bottom: 0, right: 0)
    }

    /// The padding around an image whose sides may be symbolic; nil where it depends on the symbols. `.same` and
    /// `.sameLower` follow TensorFlow: max(0, (⌈H / stride⌉ − 1)·stride + extent − H) in all.
    public func edges(ofRows height: Dimension, columns width: Dimension) -> EdgeAmounts? {
        if case .explicit(let top, let left, let bottom, let right) = padding {
            return EdgeAmounts(top: top, left: left, bottom: bottom, right: right)
        }
        func total(_ side: Dimension, _ stride: Int, _ extent: Int) -> Int? {
            // One element a window and no gap: nothing is ever padded, whatever the side is.
            if extent == 1 { return 0 }
            let last = (side.ceiledQuotient(by: stride) - 1) * stride
            return (last + Dimension(extent) - side).constant.map { max(0, $0) }
        }
        guard let rows = total(height, strides.height, extent.height),
            let columns = total(width, strides.width, extent.width)
        else { return nil }
        let (less, more) = (Spatial(rows / 2, columns / 2), Spatial(rows - rows / 2, columns - columns / 2))
        return padding == .sameLower
            ? EdgeAmounts(top: more.height, left: more.width, bottom: less.height, right: less.width)
            : EdgeAmounts(top: less.height, left: less.width, bottom: more.height, right: more.width)
    }

    /// Throws unless sizes, strides and dilations are positive, paddings are not negative, and all are bounded.
    func check() throws(GraphError) {
        try requireRange(size.height, from: 1, "the window's height")
        try requireRange(size.width, from: 1, "the window's width")
        try requireRange(strides.height, from: 1, "the stride of the rows")
        try requireRange(strides.width, from: 1, "the stride of the columns")
        try requireRange(dilations.height, from: 1, "the dilation of the rows")
        try requireRange(dilations.width, from: 1, "the dilation of the columns")
        if case .explicit(let top, let left, let bottom, let right) = padding {
            try requireRange(top, from: 0, "the padding at the top")
            try requireRange(left, from: 0, "the padding at the left")
            try requireRange(bottom, from: 0, "the padding at the bottom")
            try requireRange(right, from: 0, "the padding at the right")
        }
    }

    /// Throws where rounding up is asked for; only pooling has it.
    func requireRoundingDown() throws(GraphError) {
        guard !roundsUp else { throw GraphError("rounding up is for pooling only") }
    }

    /// The sides [H', W'] that result from sliding over [H, W].
    ///
    /// Explicit padding: ⌊(H + top + bottom − extent) / stride⌋ + 1. Rounding up keeps windows that begin inside the image or
    /// the padding before it: ⌈(H + top + min(0, bottom + stride − extent)) / stride⌉, which is ONNX's rule for `ceil_mode`
    /// in one formula. `.same`: ⌈H / stride⌉.
    func outputSides(_ height: Dimension, _ width: Dimension) throws(GraphError) -> [Dimension] {
        try check()
        guard case .explicit(let top, let left, let bottom, let right) = padding else {
            return [height.ceiledQuotient(by: strides.height), width.ceiledQuotient(by: strides.width)]
        }
        return [
            try outputSide(height, top, bottom, extent.height, strides.height, "rows"),
            try outputSide(width, left, right, extent.width, strides.width, "columns"),
        ]
    }

    private func outputSide(
        _ side: Dimension, _ before: Int, _ after: Int, _ extent: Int, _ stride: Int, _ name: String
    ) throws(GraphError) -> Dimension {
        let result =
            roundsUp
            ? (side + Dimension(before + min(0, after + stride - extent))).ceiledQuotient(by: stride)
            : (side + Dimension(before + after - extent)).flooredQuotient(by: stride) + 1
        if let constant = result.constant, constant < 1 {
            throw GraphError("a window of \(extent) \(name) does not fit into \(side) with \(before + after) of padding")
        }
        return result
    }
}

// MARK: The textual form
extension Window {
    var attributes: [String] {
        var texts = ["window \(size)"]
        if strides != .one { texts.append("strides \(strides)") }
        if dilations != .one { texts.append("dilations \(dilations)") }
        switch padding {
        case .none: break
        case .explicit(let top, let left, let bottom, let right):
            texts.append("padding top \(top) left \(left) bottom \(bottom) right \(right)")
        case .same: texts.append("padding same")
        case .sameLower: texts.append("padding same-lower")
        }
        if roundsUp { texts.append("rounding-up") }
        return texts
    }
}

extension TextScanner {
    mutating func window() throws(TextError) -> Window {
        try expect(word: "window")
        var window = Window(size: try spatial())
        if accept(word: "strides") { window.strides = try spatial() }
        if accept(word: "dilations") { window.dilations = try spatial() }
        if accept(word: "padding") { window.padding = try windowPadding() }
        window.roundsUp = accept(word: "rounding-up")
        return window
    }

    private mutating func windowPadding() throws(TextError) -> WindowPadding {
        if accept(word: "same") { return .same }
        if accept(word: "same-lower") { return .sameLower }
        var amounts: [Int] = []
        for edge in ["top", "left", "bottom", "right"] {
            try expect(word: edge)
            amounts.append(try integer())
        }
        return .explicit(top: amounts[0], left: amounts[1], bottom: amounts[2], right: amounts[3])
    }
}
