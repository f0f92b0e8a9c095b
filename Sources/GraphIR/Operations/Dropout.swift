/// Dropout at inference: its operand, unchanged. Kept in the graph so that what was imported can be recognised.
public struct Dropout: Hashable, Sendable {
    /// The share of elements that training dropped.
    public var rate: Float
    public init(rate: Float) { self.rate = rate }
}
