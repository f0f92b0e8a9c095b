// Where the elements of a resized axis lie in the input, by the definitions of ONNX's Resize (operator set 19) where ONNX Runtime
// and PyTorch do not differ from it (Documentation/Numerics.md).

extension Resize.Axis {
    /// For each element of the result the position in the input that it stands for, by the axis's rule; nil where that is outside
    /// and is not to be read.
    public func elementPositions(inputSize: Int) -> [Double?] {
        let elements = 0..<size(inputSize: inputSize)
        let scale = Double(self.scale(inputSize: inputSize))
        func position(of element: Int) -> Double {
            positions == .exact
                ? self.position(Double(element), scale: scale, inputSize: inputSize)
                : Double(roundedPosition(of: element, inputSize: inputSize))
        }
        if case .cropAndResize = coordinates {
            return elements.map { element in
                let position = position(of: element)
                return position >= 0 && position <= Double(inputSize - 1) ? position : nil
            }
        }
        if positions == .exact, let exact = exactPositions(inputSize: inputSize) { return elements.map(exact.position) }
        return elements.map(position)
    }

    /// The positions as fractions; nil where the scale is not the ratio of the lengths, rounded to a float, and where the input is
    /// cropped at places that are floats.
    public func exactPositions(inputSize: Int) -> RationalPositions? {
        let size = self.size(inputSize: inputSize)
        guard coordinates == .alignCorners || scale(inputSize: inputSize) == Float(size) / Float(inputSize) else { return nil }
        return rationalPositions(inputSize: inputSize, scale: (size, inputSize))
    }

    /// The positions as fractions for a scale that is one; nil where the input is cropped, and beyond the integers.
    public func rationalPositions(inputSize: Int, scale: (dividend: Int, divisor: Int)) -> RationalPositions? {
        if case .cropAndResize = coordinates { return nil }
        let scale = Rational(scale.dividend, scale.divisor)
        let first = position(Rational(0), scale: scale, inputSize: inputSize)
        // Every formula is linear in the element's index.
        return RationalPositions(first: first, step: position(Rational(1), scale: scale, inputSize: inputSize) - first)
    }

    /// The formulas, with i the element, s the scale, n the input's size and m the result's.
    ///
    /// | coordinates | position |
    /// |---|---|
    /// | `halfPixel` | (i + ½)/s − ½ |
    /// | `halfPixelSymmetric` | n/2·(1 − m/(s·n)) + (i + ½)/s − ½ |
    /// | `halfPixelForNearest` | (i + ½)/s |
    /// | `pytorchHalfPixel` | m > 1 ? (i + ½)/s − ½ : 0 |
    /// | `alignCorners` | m > 1 ? i·(n − 1)/(m − 1) : 0 |
    /// | `asymmetric` | i/s |
    /// | `cropAndResize` | m > 1 ? start·(n − 1) + i·(end − start)·(n − 1)/(m − 1) : (start + end)/2·(n − 1) |
    private func position<Number: PositionNumber>(_ i: Number, scale: Number, inputSize: Int) -> Number {
        let size = self.size(inputSize: inputSize)
        let (n, m) = (Number(inputSize), Number(size))
        let (one, two) = (Number(1), Number(2))
        let half = one / two
        switch coordinates {
        case .halfPixel: return (i + half) / scale - half
        case .halfPixelSymmetric: return n / two * (one - m / (scale * n)) + ((i + half) / scale - half)
        case .halfPixelForNearest: return (i + half) / scale
        case .pytorchHalfPixel: return size > 1 ? (i + half) / scale - half : Number(0)
        case .alignCorners: return size > 1 ? i * (n - one) / (m - one) : Number(0)
        case .asymmetric: return i / scale
        case .cropAndResize(let start, let end):
            let (start, end) = (Number(start), Number(end))
            guard size > 1 else { return (start + end) / two * (n - one) }
            return start * (n - one) + i * (end - start) * (n - one) / (m - one)
        }
    }

    /// The same formulas as ONNX Runtime computes them, operation for operation (`GetOriginalCoordinateFromResizedCoordinate`): in
    /// float32, but for a sum and a product in double.
    private func roundedPosition(of element: Int, inputSize: Int) -> Float {
        let scale = self.scale(inputSize: inputSize)
        switch coordinates {
        case .halfPixelSymmetric:
            let offset = Float(inputSize) / 2 * (1 - Float(size(inputSize: inputSize)) / (scale * Float(inputSize)))
            return Float(Double(offset) + (Double(element) + 0.5) / Double(scale) - 0.5)
        case .cropAndResize(let start, let end) where size(inputSize: inputSize) == 1:
            return Float(0.5 * Double(start + end) * Double(inputSize - 1))
        default:
            return position(Float(element), scale: scale, inputSize: inputSize)
        }
    }
}

/// Element i of a resized axis reads the input at (scale·i + offset) / divisor.
public struct RationalPositions: Hashable, Sendable {
    public let scale: Int
    public let offset: Int
    /// Above 0.
    public let divisor: Int

    /// scale·i / divisor
    public init(scale: Int, divisor: Int) { (self.scale, self.offset, self.divisor) = (scale, 0, divisor) }

    /// Over the least common divisor; nil where something is beyond the integers.
    fileprivate init?(first: Rational, step: Rational) {
        let common = first.divisor.dividedReportingOverflow(by: greatestCommonDivisor(first.divisor, step.divisor)).partialValue
        let (divisor, overflows) = common.multipliedReportingOverflow(by: step.divisor)
        guard first.divisor > 0, step.divisor > 0, !overflows else { return nil }
        let offset = first.dividend.multipliedReportingOverflow(by: divisor / first.divisor)
        let scale = step.dividend.multipliedReportingOverflow(by: divisor / step.divisor)
        guard !offset.overflow, !scale.overflow else { return nil }
        (self.scale, self.offset, self.divisor) = (scale.partialValue, offset.partialValue, divisor)
    }

    /// Rounded once.
    func position(of element: Int) -> Double { (Double(scale) * Double(element) + Double(offset)) / Double(divisor) }
}

/// The numbers in which the formulas of positions are computed.
private protocol PositionNumber {
    init(_ number: Int)
    init(_ number: Float)
    static func + (left: Self, right: Self) -> Self
    static func - (left: Self, right: Self) -> Self
    static func * (left: Self, right: Self) -> Self
    static func / (left: Self, right: Self) -> Self
}

extension Float: PositionNumber {}
extension Double: PositionNumber {}

/// A fraction in lowest terms; with the divisor 0 no number, which is what becomes of sums and products beyond the integers.
private struct Rational: PositionNumber {
    let dividend: Int
    let divisor: Int

    init(_ dividend: Int, _ divisor: Int) {
        let common = greatestCommonDivisor(dividend, divisor)
        guard divisor > 0, common > 0 else {
            (self.dividend, self.divisor) = (0, 0)
            return
        }
        (self.dividend, self.divisor) = (dividend / common, divisor / common)
    }

    init(_ number: Int) { self.init(number, 1) }

    /// Only whole numbers are wanted.
    init(_ number: Float) { self.init(Int(exactly: number) ?? 0, Int(exactly: number) == nil ? 0 : 1) }

    private init(_ dividend: (partialValue: Int, overflow: Bool), _ divisor: (partialValue: Int, overflow: Bool)) {
        let overflows = dividend.overflow || divisor.overflow
        self.init(dividend.partialValue, overflows ? 0 : divisor.partialValue)
    }

    static func + (left: Rational, right: Rational) -> Rational {
        let first = left.dividend.multipliedReportingOverflow(by: right.divisor)
        let second = right.dividend.multipliedReportingOverflow(by: left.divisor)
        let (sum, overflows) = first.partialValue.addingReportingOverflow(second.partialValue)
        return Rational(
            (sum, overflows || first.overflow || second.overflow), left.divisor.multipliedReportingOverflow(by: right.divisor))
    }

    static func - (left: Rational, right: Rational) -> Rational { left + right * Rational(-1) }

    static func * (left: Rational, right: Rational) -> Rational {
        Rational(
            left.dividend.multipliedReportingOverflow(by: right.dividend),
            left.divisor.multipliedReportingOverflow(by: right.divisor))
    }

    static func / (left: Rational, right: Rational) -> Rational {
        guard right.dividend > 0 else { return Rational(0, 0) }
        return left * Rational(right.divisor, right.dividend)
    }
}

private func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    var (larger, smaller) = (first.magnitude, second.magnitude)
    while smaller > 0 { (larger, smaller) = (smaller, larger % smaller) }
    return Int(clamping: larger)
}
