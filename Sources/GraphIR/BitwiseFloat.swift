/// A float attribute that is compared and hashed by its bits: −0 differs from 0 and a NaN equals itself, so that nodes which are
/// equal compute the same bits, and a graph equals what its text reads back as.
@propertyWrapper
public struct BitwiseFloat: Hashable, Sendable {
    public var wrappedValue: Float
    public init(wrappedValue: Float) { self.wrappedValue = wrappedValue }

    public static func == (lhs: BitwiseFloat, rhs: BitwiseFloat) -> Bool {
        lhs.wrappedValue.bitPattern == rhs.wrappedValue.bitPattern
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(wrappedValue.bitPattern) }
}
