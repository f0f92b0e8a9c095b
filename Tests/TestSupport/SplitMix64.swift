/// A small random generator with a seed, so that tests give the same numbers everywhere (Steele, Lea and Flood 2014).
public struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A float from `lower` (included) to `upper`: 24 random bits, so that the result does not depend on the library.
    public mutating func float(from lower: Float = -1, to upper: Float = 1) -> Float {
        lower + (upper - lower) * Float(next() >> 40) * 0x1p-24
    }

    public mutating func floats(_ count: Int, from lower: Float = -1, to upper: Float = 1) -> [Float] {
        (0..<count).map { _ in float(from: lower, to: upper) }
    }

    /// An integer of the range.
    public mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// One of the elements. `choices` is not empty.
    public mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[integer(0...(choices.count - 1))] }

    /// True once in `period` calls on average.
    public mutating func chance(oneIn period: Int) -> Bool { next() % UInt64(period) == 0 }
}
