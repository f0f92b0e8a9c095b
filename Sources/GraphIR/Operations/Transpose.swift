/// Reorders the axes: axis i of the result is axis `permutation[i]` of the operand.
public struct Transpose: Hashable, Sendable {
    public var permutation: [Int]
    public init(_ permutation: [Int]) { self.permutation = permutation }
}
