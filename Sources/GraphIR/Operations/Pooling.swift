/// Max or average over a sliding window of each channel. One operand `[N, H, W, C]`, one result `[N, H', W', C]`.
public struct Pooling: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case maximum, average }
    public var kind: Kind
    public var window: Window
    /// Average only: whether padded positions count in the divisor (ONNX `count_include_pad`; Keras: no).
    public var countsPadding: Bool
    public init(_ kind: Kind, window: Window, countsPadding: Bool = false) {
        self.kind = kind
        self.window = window
        self.countsPadding = countsPadding
    }
}
