/// A call of another function of the graph: its operands are the function's inputs, its results the outputs.
/// Calling one function several times is how weights are shared.
public struct Call: Hashable, Sendable {
    public var function: String
    public init(_ function: String) { self.function = function }
}
