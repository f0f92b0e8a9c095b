/// SplitMix64 (Steele, Lea and Flood, 2014): what the fuzzer's seed decides.
public struct Randomness: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// From 0 to below `bound`, which is at least 1.
    public mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % bound }

    public mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// Once in so many times.
    public mutating func once(in count: Int) -> Bool { below(count) == 0 }

    public mutating func element<Items: Collection>(of items: Items) -> Items.Element {
        items[items.index(items.startIndex, offsetBy: below(items.count))]
    }

    /// Numbers that a reader may trip over, and such as it accepts.
    public mutating func word(near old: UInt32) -> UInt32 {
        switch below(8) {
        case 0, 1: return old &+ UInt32(truncatingIfNeeded: within(-3...3))
        case 2, 3: return UInt32(below(18))
        case 4: return (1 << UInt32(below(32))) &+ UInt32(truncatingIfNeeded: within(-1...1))
        case 5: return element(of: [.max, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_0000, 65536, 65535, 1 << 20, 16384])
        case 6: return old ^ (1 << UInt32(below(32)))
        default: return UInt32(truncatingIfNeeded: next())
        }
    }

    /// Mostly of ordinary size, sometimes as large or as odd as there are.
    public mutating func float() -> Float {
        switch below(24) {
        case 0: return element(of: [.infinity, -.infinity, .nan, -0.0, 3e38, -3e38, .leastNonzeroMagnitude])
        case 1: return Float(bitPattern: UInt32(truncatingIfNeeded: next()))
        case 2: return Float(within(-100...100))
        default: return Float(next() >> 40) / Float(1 << 22) - 2
        }
    }
}
