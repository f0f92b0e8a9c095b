/// Names a value within one ``Function``.
public struct ValueID: Hashable, Comparable, Sendable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
    public static func < (lhs: ValueID, rhs: ValueID) -> Bool { lhs.index < rhs.index }
}

/// Names a constant within a graph's ``ConstantTable``.
public struct ConstantID: Hashable, Comparable, Sendable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
    public static func < (lhs: ConstantID, rhs: ConstantID) -> Bool { lhs.index < rhs.index }
}
