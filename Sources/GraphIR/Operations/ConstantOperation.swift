/// A constant of the graph's table. No operands; the result has the constant's type.
public struct ConstantOperation: Hashable, Sendable {
    public var id: ConstantID
    public init(_ id: ConstantID) { self.id = id }
}
