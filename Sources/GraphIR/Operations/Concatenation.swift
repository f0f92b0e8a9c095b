/// Joins one or more operands along an axis; the other sides agree.
public struct Concatenation: Hashable, Sendable {
    /// From 0; never negative in the IR.
    public var axis: Int
    public init(axis: Int) { self.axis = axis }
}
