/// e^(x − max) / Σ e^(x − max) along one axis. One operand, one result of the same type.
public struct Softmax: Hashable, Sendable {
    /// From 0; never negative in the IR.
    public var axis: Int
    public init(axis: Int) { self.axis = axis }
}
