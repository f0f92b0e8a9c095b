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
    /// Whether an output row is kept whose window begins inside the padded image but ends beyond it (ONNX `ceil_mode`).
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
