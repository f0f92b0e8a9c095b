/// Where resizing reads along one axis: element p of the result reads the input at the position (scale · p + offset) / divisor,
/// clamped to the image. The three are integers, so that positions are exact.
public struct AxisSampling: Hashable, Sendable {
    public var scale = 1, offset = 0, divisor = 1
    public init(scale: Int, offset: Int, divisor: Int) {
        self.scale = scale
        self.offset = offset
        self.divisor = divisor
    }

    /// The position that output position `p` reads, times the divisor. In 64 bits, as the kernels compute it (`axis_sampling.inc.h`), so
    /// that compiler, verifier and kernels agree on every machine.
    func dividend(at p: Int) -> Int64 { Int64(scale) * Int64(p) + Int64(offset) }

    /// The input element at or before the position, which may be outside of the input.
    public func floor(at p: Int) -> Int64 { flooredQuotient(dividend(at: p), Int64(divisor)) }
}

extension AxisSampling {
    init(reading words: inout WordReader, _ axis: StaticString) throws(PlanError) {
        let bound = FileLayout.largestSampling
        self.init(
            scale: try words.wide(axis, "scale", from: 0, through: bound),
            offset: try words.wide(axis, "offset", from: -bound, through: bound),
            divisor: try words.wide(axis, "divisor", from: 1, through: bound))
    }

    func write(to out: inout WordWriter) {
        out.put(wide: scale)
        out.put(wide: offset)
        out.put(wide: divisor)
    }
}

/// ⌊dividend / divisor⌋, divisor > 0.
func flooredQuotient<Number: FixedWidthInteger>(_ dividend: Number, _ divisor: Number) -> Number {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}

/// ⌈dividend / divisor⌉, divisor > 0.
func ceiledQuotient<Number: SignedInteger & FixedWidthInteger>(_ dividend: Number, _ divisor: Number) -> Number {
    -flooredQuotient(-dividend, divisor)
}
