// Functions of one number in Double. They use nothing but +, −, ·, /, √ and bit patterns, so that they give the same bits on
// every machine and with every C library. Each is within a few units in the last place of a Double, so that a float rounded
// from it is correctly rounded except in rare cases, where the exact result lies almost in the middle between two floats.

/// max(a, b) of `Documentation/Numerics.md`: the second operand for NaN and for equal operands.
@inline(__always) func maximumOf(_ a: Float, _ b: Float) -> Float { a > b ? a : b }

/// min(a, b) of `Documentation/Numerics.md`: the second operand for NaN and for equal operands.
@inline(__always) func minimumOf(_ a: Float, _ b: Float) -> Float { a < b ? a : b }

/// ln 2 in two parts, the first with so few bits that its product with an exponent is exact.
private let ln2High = 0x1.62e42feep-1
private let ln2Low = 0x1.a39ef35793c76p-33
private let ln2 = 0x1.62e42fefa39efp-1

/// eˣ. x = n·ln 2 + r with |r| ≤ ln 2 / 2, eˣ = 2ⁿ·eʳ with the Taylor series of eʳ.
func exponential(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709 { return .infinity }
    if x < -708 { return 0 }
    let exponent = (x / ln2).rounded(.toNearestOrEven)
    return scaled(1 + exponentialMinusOneSeries((x - exponent * ln2High) - exponent * ln2Low), by: Int(exponent))
}

/// eˣ − 1 without cancellation near zero.
func exponentialMinusOne(_ x: Double) -> Double {
    x.magnitude < 0.35 ? exponentialMinusOneSeries(x) : exponential(x) - 1
}

/// Σ xⁿ/n! from n = 1 for |x| ≤ 0.36: fourteen terms leave less than 1e-18 of x.
private func exponentialMinusOneSeries(_ x: Double) -> Double {
    var sum = 1.0
    for divisor in stride(from: 14.0, through: 2, by: -1) { sum = 1 + x / divisor * sum }
    return x * sum
}

/// x·2ⁿ for n within the exponents of normal numbers.
private func scaled(_ x: Double, by exponent: Int) -> Double {
    x * Double(sign: .plus, exponent: exponent, significand: 1)
}

/// Natural logarithm: x = m·2ⁿ with m in √½ … √2, log m = 2·artanh((m − 1)/(m + 1)).
func logarithm(_ x: Double) -> Double {
    if x.isNaN || x < 0 { return .nan }
    if x == 0 { return -.infinity }
    if x == .infinity { return x }
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.4142135623730951 {
        mantissa /= 2
        exponent += 1
    }
    return exponent * ln2High + (exponent * ln2Low + twiceArtanh((mantissa - 1) / (mantissa + 1)))
}

/// log(1 + x) for 0 ≤ x ≤ 1 without cancellation near zero.
func logarithmOfOnePlus(_ x: Double) -> Double { twiceArtanh(x / (2 + x)) }

/// 2·Σ s^(2n+1)/(2n+1) for |s| ≤ 1/3: twenty terms leave less than 1e-19 of s.
private func twiceArtanh(_ s: Double) -> Double {
    let square = s * s
    var sum = 0.0
    for divisor in stride(from: 39.0, through: 1, by: -2) { sum = sum * square + 1 / divisor }
    return 2 * s * sum
}

func hyperbolicTangent(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x.magnitude > 20 { return x > 0 ? 1 : -1 }
    let growth = exponentialMinusOne(2 * x.magnitude)
    let tangent = growth / (growth + 2)
    return x.sign == .minus ? -tangent : tangent
}

/// 1/(1 + e⁻ˣ)
func logistic(_ x: Double) -> Double { 1 / (1 + exponential(-x)) }

/// log(1 + eˣ)
func logarithmOfOnePlusExponential(_ x: Double) -> Double {
    x > 0 ? x + logarithmOfOnePlus(exponential(-x)) : logarithmOfOnePlus(exponential(x))
}

/// erf(x) = 2/√π·e^(−x²)·Σ 2ⁿ·x^(2n+1)/(1·3·…·(2n+1)) (Abramowitz and Stegun 7.1.6), whose terms are all of one sign.
func errorFunction(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x.magnitude >= 2.5 { return x > 0 ? 1 - complementaryErrorFunction(x) : complementaryErrorFunction(-x) - 1 }
    var term = x
    var sum = x
    for index in 1...60 {
        term *= 2 * x * x / Double(2 * index + 1)
        sum += term
    }
    return 1.1283791670955126 * exponential(-x * x) * sum
}

/// erfc(x) = 1 − erf(x); from 2.5 on by its continued fraction (Abramowitz and Stegun 7.1.14), which keeps the relative
/// precision.
func complementaryErrorFunction(_ x: Double) -> Double {
    if x < 2.5 { return x <= -2.5 ? 2 - complementaryErrorFunction(-x) : 1 - errorFunction(x) }
    if x.isNaN { return x }
    if x > 27 { return 0 }
    var fraction = x
    for index in stride(from: 60, through: 1, by: -1) { fraction = x + Double(index) / 2 / fraction }
    return 0.5641895835477563 * exponential(-x * x) / fraction
}

/// base^exponent with the results of IEEE 754's `pow` for zeros, infinities and NaN.
func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 || base == 1 { return 1 }
    if base.isNaN || exponent.isNaN { return .nan }
    if exponent.isInfinite {
        if base.magnitude == 1 { return 1 }
        return (base.magnitude > 1) == (exponent > 0) ? .infinity : 0
    }
    let isInteger = exponent.rounded(.towardZero) == exponent
    let isOdd = isInteger && (exponent / 2).rounded(.towardZero) != exponent / 2
    let negative = base.sign == .minus && isOdd
    if base == 0 || base.isInfinite {
        let magnitude = (base == 0) == (exponent > 0) ? 0 : Double.infinity
        return negative ? -magnitude : magnitude
    }
    if base < 0, !isInteger { return .nan }
    if isInteger, exponent.magnitude <= 64 { return integerPower(base, Int(exponent)) }
    let magnitude = exponential(exponent * logarithm(base.magnitude))
    return negative ? -magnitude : magnitude
}

private func integerPower(_ base: Double, _ exponent: Int) -> Double {
    var product = 1.0
    for _ in 0..<exponent.magnitude { product *= base }
    return exponent < 0 ? 1 / product : product
}
