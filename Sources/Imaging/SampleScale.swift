/// Samples of any declared maximum as 8 bits.
///
/// Every scaling, of opacity and of ink too, rounds once, to the nearest, halves to the even neighbour.
struct SampleScale {
    let maximum: Int
    private let table: [UInt8]

    /// - Precondition: 1…65535.
    init(maximum: Int) {
        precondition((1...65535).contains(maximum), "a sample has 1 to 16 bits")
        self.maximum = maximum
        table = (0...maximum).map { Self.nearest(255 * $0, maximum) }
    }

    /// 255 times the sample's share of the maximum. Samples above it count as the maximum.
    func byte(_ sample: UInt16) -> UInt8 {
        table[min(Int(sample), maximum)]
    }

    /// 255 times the shares of the sample and of its weight, multiplied: of a colour and its opacity in front of black, of
    /// paper that two inks leave bare.
    func byte(_ sample: Int, weight: Int) -> UInt8 {
        if weight >= maximum { return table[min(max(sample, 0), maximum)] }
        if weight <= 0 || sample <= 0 { return 0 }
        return Self.nearest(255 * min(sample, maximum) * weight, maximum * maximum)
    }

    private static func nearest(_ dividend: Int, _ divisor: Int) -> UInt8 {
        let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        let roundsUp = 2 * rest > divisor || 2 * rest == divisor && quotient % 2 == 1
        return UInt8(roundsUp ? quotient + 1 : quotient)
    }
}
