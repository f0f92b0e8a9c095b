import Foundation
import GraphIR
import Reference
import TestSupport
import Testing

@Suite struct FunctionTests {
    /// Every function against the C library's in Double, at ordinary, tiny and huge arguments.
    @Test(arguments: smoothFunctions) func agreesWithTheLibrary(_ test: SmoothFunction) {
        var points: [Float] = [0, 1e-30, -1e-30, 1e-8, -1e-8, 1e-4, -1e-4, 0.35, -0.35, 2.5, -2.5, 20, -20, 88, -88, 1000, -1000]
        points += stride(from: -12, through: 12, by: 0.0371).map { Float($0) }
        for x in points where test.domain.contains(x) {
            let expected = Float(test.definition(Double(x)))
            let actual = test.function(x)
            // Both are correctly rounded but for near-ties.
            #expect(
                (actual - expected).magnitude <= expected.magnitude * 1.2e-7 || actual == expected
                    || max(actual.magnitude, expected.magnitude) < 1.2e-38,
                "\(test.function) of \(x) is \(actual), expected \(expected)")
        }
        #expect(test.function(.nan).isNaN, "\(test.function)")
    }

    @Test func piecewiseFunctions() {
        let points: [Float] = [-8, -3, -1, -0.5, 0, 0.5, 1, 3, 8]
        func values(_ function: ElementwiseFunction) -> [Float] { points.map { function($0) } }
        #expect(values(.relu) == [0, 0, 0, 0, 0, 0.5, 1, 3, 8])
        #expect(values(.leakyRelu(slope: 0.25)) == [-2, -0.75, -0.25, -0.125, 0, 0.5, 1, 3, 8])
        #expect(values(.boundedRelu(slope: 0.5, maximum: 6, threshold: 1)) == [-4.5, -2, -1, -0.75, -0.5, -0.25, 1, 3, 6])
        #expect(values(.clip(minimum: -1, maximum: 2)) == [-1, -1, -1, -0.5, 0, 0.5, 1, 2, 2])
        #expect(values(.hardSigmoid(slope: 0.25, offset: 0.5)) == [0, 0, 0.25, 0.375, 0.5, 0.625, 0.75, 1, 1])
        #expect(values(.hardSwish)[0...1] == [0, 0] && values(.hardSwish)[7...8] == [3, 8])
        #expect(values(.abs) == points.map { abs($0) })
        #expect(values(.negate) == points.map { -$0 })
        #expect(ElementwiseFunction.floor(-1.5) == -2 && ElementwiseFunction.ceil(-1.5) == -1)
        #expect(ElementwiseFunction.sqrt(2.25) == 1.5 && ElementwiseFunction.reciprocal(4) == 0.25)
    }

    /// The table of `Documentation/Numerics.md`.
    @Test func specialValues() {
        let keepNaN: [ElementwiseFunction] = [
            .relu, .boundedRelu(slope: 0.1, maximum: 6, threshold: 0), .leakyRelu(slope: 0.1), .elu(alpha: 1),
            .selu(alpha: 1.67, scale: 1.05), .celu(alpha: 1), .clip(minimum: 0, maximum: 6), .hardSigmoid(slope: 0.2, offset: 0.5),
            .hardSwish, .abs, .negate, .reciprocal, .floor, .ceil, .sqrt,
        ]
        for function in keepNaN { #expect(function(.nan).isNaN, "\(function)") }
        let keepSign: [ElementwiseFunction] = [
            .relu, .boundedRelu(slope: 0.1, maximum: 6, threshold: 0), .leakyRelu(slope: 0.1), .elu(alpha: 1),
            .selu(alpha: 1.67, scale: 1.05), .celu(alpha: 1), .clip(minimum: 0, maximum: 6), .hardSwish, .tanh, .erf,
            .round, .sign, .sin, .tan, .asin, .atan, .sinh, .asinh, .atanh,
        ]
        for function in keepSign { #expect(function(-0.0).bitPattern == 0x8000_0000, "\(function)") }
        #expect(Binary.Kind.maximum(1, .nan).isNaN)
        #expect(Binary.Kind.maximum(.nan, 1) == 1)
        #expect(Binary.Kind.minimum(0, -0.0).sign == .minus)
        #expect(Binary.Kind.minimum(-0.0, 0).sign == .plus)
    }

    /// Arguments of every size, to which more than the first bits of 2/π matter.
    @Test func anglesOfAnySize() {
        for exponent in -20...127 {
            for significand in [Float(1), 1.1, 1.2345678, 1.5707964, 1.9999999] {
                let x = Float(sign: .plus, exponent: exponent, significand: significand)
                #expect(ElementwiseFunction.sin(x) == Float(sin(Double(x))), "\(x)")
                #expect(ElementwiseFunction.cos(-x) == Float(cos(Double(x))), "\(x)")
            }
        }
        #expect(ElementwiseFunction.sin(.infinity).isNaN && ElementwiseFunction.cos(-.infinity).isNaN)
    }

    @Test func endsOfDomains() {
        #expect(ElementwiseFunction.asin(1) == Float(Double.pi / 2) && ElementwiseFunction.acos(-1) == Float(Double.pi))
        #expect(ElementwiseFunction.asin(1.0000001).isNaN && ElementwiseFunction.acos(-1.0000001).isNaN)
        #expect(ElementwiseFunction.atan(-.infinity) == Float(-Double.pi / 2))
        #expect(ElementwiseFunction.sinh(-.infinity) == -.infinity && ElementwiseFunction.cosh(-.infinity) == .infinity)
        #expect(ElementwiseFunction.asinh(-.infinity) == -.infinity && ElementwiseFunction.acosh(.infinity) == .infinity)
        #expect(ElementwiseFunction.acosh(1) == 0 && ElementwiseFunction.acosh(0.9999999).isNaN)
        #expect(ElementwiseFunction.atanh(-1) == -.infinity && ElementwiseFunction.atanh(1.0000001).isNaN)
        #expect(ElementwiseFunction.round(2.5) == 2 && ElementwiseFunction.round(-0.5).bitPattern == 0x8000_0000)
        #expect(ElementwiseFunction.sign(-0x1p-149) == -1 && ElementwiseFunction.sign(7) == 1)
        #expect(ElementwiseFunction.sign(.nan).isNaN && ElementwiseFunction.sign(-0.0).bitPattern == 0x8000_0000)
    }

    @Test func powers() {
        let numbers: [Double] = [-.infinity, -3, -2, -1.5, -1, -0.5, -0.0, 0, 0.5, 1, 1.5, 2, 3, 33, .infinity, .nan]
        for base in numbers {
            for exponent in numbers + [100, -101, 1e10] {
                let expected = Float(pow(base, exponent))
                let actual = Binary.Kind.power(Float(base), Float(exponent))
                #expect(
                    (actual.isNaN && expected.isNaN) || (actual == expected && actual.sign == expected.sign)
                        || (actual - expected).magnitude <= 1.2e-7 * expected.magnitude,
                    "\(base) ^ \(exponent) is \(actual), expected \(expected)")
            }
        }
    }
}

struct SmoothFunction: Sendable, CustomTestStringConvertible {
    var function: ElementwiseFunction
    var domain: ClosedRange<Float> = -.infinity...Float.infinity
    var definition: @Sendable (Double) -> Double
    var testDescription: String { "\(function)" }
}

private let smoothFunctions = [
    SmoothFunction(function: .exp, domain: -80...80) { exp($0) },
    SmoothFunction(function: .log, domain: 1e-30...1000) { log($0) },
    SmoothFunction(function: .tanh) { tanh($0) },
    SmoothFunction(function: .sigmoid, domain: -80...1000) { 1 / (1 + exp(-$0)) },
    SmoothFunction(function: .erf) { erf($0) },
    SmoothFunction(function: .sin) { sin($0) },
    SmoothFunction(function: .cos) { cos($0) },
    SmoothFunction(function: .tan) { tan($0) },
    SmoothFunction(function: .asin, domain: -1...1) { asin($0) },
    SmoothFunction(function: .acos, domain: -1...1) { acos($0) },
    SmoothFunction(function: .atan) { atan($0) },
    SmoothFunction(function: .sinh, domain: -88...88) { sinh($0) },
    SmoothFunction(function: .cosh, domain: -88...88) { cosh($0) },
    SmoothFunction(function: .asinh) { asinh($0) },
    SmoothFunction(function: .acosh, domain: 1...Float.infinity) { acosh($0) },
    SmoothFunction(function: .atanh, domain: -0.9999...0.9999) { atanh($0) },
    SmoothFunction(function: .softplus, domain: -80...80) { log1p(exp($0)) },
    SmoothFunction(function: .softsign) { $0 / (1 + abs($0)) },
    SmoothFunction(function: .elu(alpha: 0.5)) { $0 < 0 ? 0.5 * expm1($0) : $0 },
    SmoothFunction(function: .selu(alpha: 1.5, scale: 1.25)) { 1.25 * ($0 < 0 ? 1.5 * expm1($0) : $0) },
    SmoothFunction(function: .celu(alpha: 0.5)) { max(0, $0) + min(0, 0.5 * expm1($0 / 0.5)) },
    SmoothFunction(function: .swish, domain: -80...1000) { $0 / (1 + exp(-$0)) },
    SmoothFunction(function: .mish, domain: -80...80) { $0 * tanh(log1p(exp($0))) },
    SmoothFunction(function: .gelu, domain: -12...1000) { $0 / 2 * erfc(-$0 / 2.0.squareRoot()) },
    SmoothFunction(function: .geluTanh, domain: -3...1000) {
        $0 / 2 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
    },
]
