// Functions of angles and of the hyperbola in Double, as Functions.swift has the others: with +, −, ·, /, √ and bit patterns alone.

/// The first 256 bits of 2/π behind the point.
private let twoOverPi: [UInt64] = [0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041, 0xfe51_63ab_debb_c561]

/// An angle less the nearest multiple of π/2, and which multiple that is, modulo 4.
///
/// A float is an integer times a power of two. So its quotient by π/2 is computed with integers, to more bits than the closest
/// float to a multiple of π/2 needs (Payne and Hanek 1983).
private func reduced(_ size: Float) -> (rest: Double, quarter: Int) {
    if size < 0.78 { return (Double(size), 0) }
    let significand = UInt64(size.significandBitPattern | 0x80_0000)
    // size = significand · 2^exponent; the product has its point in front of bit 256 − exponent.
    let exponent = Int(size.exponent) - 23
    var product = [UInt64](repeating: 0, count: 6)
    var carry: UInt64 = 0
    for (index, word) in twoOverPi.reversed().enumerated() {
        let partial = word.multipliedFullWidth(by: significand)
        let (low, overflow) = partial.low.addingReportingOverflow(carry)
        product[index] = low
        carry = partial.high + (overflow ? 1 : 0)
    }
    product[4] = carry
    func bits(from first: Int) -> UInt64 {
        func word(_ index: Int) -> UInt64 { product.indices.contains(index) ? product[index] : 0 }
        let (index, shift) = (first >> 6, UInt64(first & 63))
        return word(index) >> shift | (shift == 0 ? 0 : word(index + 1) << (64 - shift))
    }
    let point = 256 - exponent
    // 128 bits behind the point, taken as a number from −1/2 to 1/2 of a quarter.
    let fraction = Int128(truncatingIfNeeded: UInt128(bits(from: point - 64)) << 64 | UInt128(bits(from: point - 128)))
    let quarter = Int(bits(from: point) & 3) + (fraction < 0 ? 1 : 0)
    return (Double(fraction) * 0x1p-128 * 1.5707963267948966, quarter & 3)
}

/// Σ (−1)ⁿ·r^(2n+1)/(2n+1)! for |r| ≤ π/4: twelve terms leave less than 1e-26 of r.
private func sineSeries(_ r: Double) -> Double {
    var sum = 1.0
    for n in stride(from: 22.0, through: 2, by: -2) { sum = 1 - r * r / (n * (n + 1)) * sum }
    return r * sum
}

private func cosineSeries(_ r: Double) -> Double {
    var sum = 1.0
    for n in stride(from: 23.0, through: 1, by: -2) { sum = 1 - r * r / (n * (n + 1)) * sum }
    return sum
}

/// The sine of an angle and quarters of a turn; NaN for infinity.
private func sine(_ x: Float, plusQuarters shift: Int) -> Double {
    guard x.isFinite else { return .nan }
    let (rest, quarter) = reduced(x.magnitude)
    let turned = (quarter + shift) & 3
    let value = turned & 1 == 0 ? sineSeries(rest) : cosineSeries(rest)
    return turned & 2 == 0 ? value : -value
}

/// Of an angle in radians, which is a float, because no other is asked for and huge ones would need more bits of 2/π.
func sine(_ x: Float) -> Double {
    let value = sine(x, plusQuarters: 0)
    return x.sign == .minus ? -value : value
}

func cosine(_ x: Float) -> Double { sine(x, plusQuarters: 1) }

func tangent(_ x: Float) -> Double { sine(x) / cosine(x) }

/// By the tangents of a half, a quarter and an eighth of the angle, tan(α/2) = tan α / (1 + √(1 + tan² α)), and then
/// Σ (−1)ⁿ·t^(2n+1)/(2n+1): with |t| ≤ tan(π/16) eighteen terms leave less than 1e-26 of t.
func arcTangent(_ x: Double) -> Double {
    if x.isInfinite { return x > 0 ? 1.5707963267948966 : -1.5707963267948966 }
    var tangent = x
    for _ in 0..<3 { tangent /= 1 + (1 + tangent * tangent).squareRoot() }
    var sum = 0.0
    for divisor in stride(from: 35.0, through: 1, by: -2) { sum = 1 / divisor - tangent * tangent * sum }
    return 8 * tangent * sum
}

/// NaN outside of −1 … 1, as are the root and so the arc.
func arcSine(_ x: Double) -> Double { 2 * arcTangent(x / (1 + (1 - x * x).squareRoot())) }

func arcCosine(_ x: Double) -> Double {
    if x == -1 { return 3.141592653589793 }
    return 2 * arcTangent(((1 - x) / (1 + x)).squareRoot())
}

func hyperbolicSine(_ x: Double) -> Double {
    let growth = exponentialMinusOne(x.magnitude)
    // (eˣ − e⁻ˣ) / 2, without the difference of two numbers near 1.
    let size = growth.isInfinite ? growth : (growth + growth / (1 + growth)) / 2
    return x.sign == .minus ? -size : size
}

/// Of a float, so that the square is finite.
func areaSine(_ x: Double) -> Double {
    let size = x.magnitude
    if size < 1 { return areaTangent(x / (1 + x * x).squareRoot()) }
    let value = logarithm(size + (size * size + 1).squareRoot())
    return x.sign == .minus ? -value : value
}

/// NaN below 1.
func areaCosine(_ x: Double) -> Double {
    if x < 1 { return .nan }
    return x < 2 ? 2 * areaTangent(((x - 1) / (x + 1)).squareRoot()) : logarithm(x + (x * x - 1).squareRoot())
}

/// Infinite for 1 and −1, and NaN beyond.
func areaTangent(_ x: Double) -> Double {
    let size = x.magnitude
    let value = size < 0.33 ? logarithmOfOnePlus(2 * size / (1 - size)) / 2 : logarithm((1 + size) / (1 - size)) / 2
    return x.sign == .minus ? -value : value
}
