@_exported import struct Runtime.SplitMix64

extension SplitMix64 {
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
