/// Adds elements around a tensor, or removes some where an amount is negative.
public struct Padding: Hashable, Sendable {
    public enum Mode: Hashable, Sendable {
        case constant(Float)
        /// The border's element repeated.
        case edge
        /// Mirrored at the border's element, which is not repeated.
        case reflect
    }
    public var mode: Mode
    /// One pair an axis.
    public var amounts: [Amount]

    public struct Amount: Hashable, Sendable {
        public var before: Int
        public var after: Int
        public init(_ before: Int, _ after: Int) {
            self.before = before
            self.after = after
        }
    }

    public init(_ mode: Mode, amounts: [Amount]) {
        self.mode = mode
        self.amounts = amounts
    }
}
