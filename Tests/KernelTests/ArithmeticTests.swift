import Foundation
import Kernels
import PlanFormat
import TestSupport
import Testing

/// Element-wise families, and the accuracy of the functions behind them.
@Suite struct ArithmeticTests {
    @Test(arguments: Activation.Function.allCases) func elementwise(_ function: Activation.Function) {
        let activation = exampleActivation(function)
        for (channels, width) in [(1, 1), (17, 9), (48, 2)] {
            let (runner, expected) = makeCase(
                .elementwise(activation), sources: [(channels, 4, width)], result: (channels, 4, width), from: -6, to: 6
            ) { sources in { activated(sources[0]($0, $1, $2), activation) } }
            check(runner, expected: expected, tolerance: 1e-6, "\(function)")
        }
    }

    /// Units in the last place (of numbers above 2⁻¹²⁶), measured over a dense sample of the range.
    static let accuracies: [(Activation.Function, ClosedRange<Float>, ulps: Double)] = [
        (.exp, -87...88.5, 1.5), (.log, 1e-38...1e38, 1.5), (.log, 0.5...2, 1.5), (.tanh, -10...10, 2.5),
        (.tanh, -0.7...0.7, 2.5), (.sigmoid, -80...20, 3), (.erf, -4...4, 2.5), (.erf, -1.1...1.1, 2.5),
        (.elu, -20...0, 3), (.softplus, -80...20, 4),
        (.sin, -10...10, 0.501), (.sin, 1e-30...3e38, 0.501), (.cos, -10...10, 0.501), (.cos, 1e-30...3e38, 0.501),
        (.tan, -10...10, 0.501), (.tan, 1e-30...3e38, 0.501), (.asin, -1...1, 0.501), (.asin, 1e-30...1, 0.501),
        (.acos, -1...1, 0.501), (.atan, -4...4, 0.501), (.atan, 1e-30...3e38, 0.501), (.sinh, -89...89, 0.501),
        (.sinh, 1e-30...89, 0.501), (.cosh, -89...89, 0.501), (.asinh, -4...4, 0.501), (.asinh, 1e-30...3e38, 0.501),
        (.acosh, 1...4, 0.501), (.acosh, 1...3e38, 0.501), (.atanh, -0.99...0.99, 0.501), (.atanh, 1e-30...1, 0.501),
    ]

    @Test(arguments: accuracies.indices) func accuracy(_ index: Int) {
        let (function, range, ulps) = Self.accuracies[index]
        let activation = function == .elu ? Activation(.elu, 1) : Activation(function)
        let count = 1 << 14
        let isWide = range.lowerBound > 0 && range.upperBound / range.lowerBound > 1e6
        let (runner, _) = makeCase(.elementwise(activation), sources: [(16, 1, count / 16)], result: (16, 1, count / 16)) {
            _ in { _, _, _ in 0 }
        }
        runner.sources[0].fill { channel, _, x in
            let t = Float(x * 16 + channel) / Float(count)
            if isWide { return Float(Double(range.lowerBound) * pow(Double(range.upperBound) / Double(range.lowerBound), Double(t))) }
            return range.lowerBound + (range.upperBound - range.lowerBound) * t
        }
        let arguments = runner.sources[0].elements
        for isa in availableSets {
            let found = runner.run(isa, stepRows: 1, split: .together)[0].elements
            var worst = (0.0, Float(0))
            var worstDistance = 0.0
            for (x, y) in zip(arguments, found) {
                let exact = activated(Double(x), activation)
                worstDistance = max(worstDistance, (Double(y) - exact).magnitude)
                let ulp = Double(Float(exact).ulp)
                let distance = (Double(y) - exact).magnitude / max(ulp, Double(Float.leastNormalMagnitude.ulp))
                if !(distance <= worst.0) { worst = (distance, x) }
            }
            if function == .sigmoid { #expect(worstDistance <= 1e-7) }
            #expect(worst.0 <= ulps, "\(function) is \(worst.0) units off at \(worst.1), \(String(cString: venule_isa_name(isa)))")
        }
    }

    /// NaN, signed zero, infinities: the table of Documentation/Numerics.md.
    @Test(arguments: Activation.Function.allCases) func specialValues(_ function: Activation.Function) {
        let activation = exampleActivation(function)
        let special: [Float] = [.nan, -0.0, 0.0, .infinity, -.infinity, 1e30, -1e30, 0x1p-133, -0x1p-133, 88.9, -104, 200, -200]
        let (runner, _) = makeCase(
            .elementwise(activation), sources: [(special.count, 1, 1)], result: (special.count, 1, 1)
        ) { _ in { _, _, _ in 0 } }
        runner.sources[0].fill { channel, _, _ in special[channel] }
        let keepsMinusZero: Set<Activation.Function> = [
            .identity, .relu, .leakyRelu, .elu, .selu, .celu, .clip, .hardSwish, .tanh, .softsign, .sqrt, .floor, .ceil, .erf,
            .round, .sign, .sin, .tan, .asin, .atan, .sinh, .asinh, .atanh,
        ]
        for isa in availableSets {
            let found = runner.run(isa, stepRows: 1, split: .together)[0].elements
            #expect(found[0].isNaN, "\(function) of NaN is \(found[0])")
            if keepsMinusZero.contains(function) { #expect(found[1] == 0 && found[1].sign == .minus, "\(function)") }
            for index in 1..<special.count {
                let exact = Float(activated(Double(special[index]), activation))
                // Where double does not overflow but float does on the way: ∞ · 0.
                if exact.isNaN || found[index].isNaN {
                    #expect(special[index].isInfinite || exact.isNaN == found[index].isNaN, "\(function) of \(special[index])")
                    continue
                }
                let isClose = found[index] == exact || (found[index] - exact).magnitude <= 1e-6 * max(1, exact.magnitude)
                #expect(isClose, "\(function) of \(special[index]) is \(found[index]), expected \(exact)")
            }
        }
    }

    @Test func roundsHalvesToEven() {
        let numbers: [Float] = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, 8388609, -3e9, 8388607.5, 4194304.5, 0x1p-149]
        let expected: [Float] = [0, 2, 2, -0.0, -2, -2, 0, 8388609, -3e9, 8388608, 4194304, 0]
        let (runner, _) = makeCase(
            .elementwise(Activation(.round)), sources: [(numbers.count, 1, 1)], result: (numbers.count, 1, 1)
        ) { _ in { _, _, _ in 0 } }
        runner.sources[0].fill { channel, _, _ in numbers[channel] }
        for isa in availableSets {
            let found = runner.run(isa, stepRows: 1, split: .together)[0].elements
            #expect(found.map(\.bitPattern) == expected.map(\.bitPattern))
        }
    }

    /// Multiples of π/2 among the floats are never closer than these: most digits cancel there. The values were computed to 400
    /// bits.
    @Test func anglesNearQuarterTurns() {
        let cases: [(Float, sin: Double, cos: Double)] = [
            (0x1.f37c8ap95, 1, -1.6147697982476211876e-9), (0x1.47d0fep34, 1, -2.0126460319185525729e-9),
            (0x1.f37c8ap96, -3.229539596495242371e-9, -1), (0x1.47d0fep35, -4.0252920638371051376e-9, -1),
            (0x1.f9cbe2p7, 1, -4.1857068037572076338e-9),
        ]
        for (index, function) in [Activation.Function.sin, .cos].enumerated() {
            let (runner, _) = makeCase(
                .elementwise(Activation(function)), sources: [(cases.count, 1, 1)], result: (cases.count, 1, 1)
            ) { _ in { _, _, _ in 0 } }
            runner.sources[0].fill { channel, _, _ in cases[channel].0 }
            for isa in availableSets {
                let found = runner.run(isa, stepRows: 1, split: .together)[0].elements
                #expect(found == cases.map { Float(index == 0 ? $0.sin : $0.cos) })
            }
        }
    }

    static let kinds = BinaryParameters.Kind.allCases.filter(\.isOfImages)

    @Test(arguments: kinds) func binary(_ kind: BinaryParameters.Kind) {
        let shapes: [((Int, Int, Int), (Int, Int, Int))] = [
            ((17, 4, 5), (17, 4, 5)), ((17, 4, 5), (1, 1, 1)), ((1, 4, 1), (33, 1, 5)), ((8, 1, 5), (1, 3, 1)),
            ((1, 2, 3), (1, 2, 3)), ((16, 1, 1), (16, 4, 130)),
        ]
        for (left, right) in shapes {
            let result = (max(left.0, right.0), max(left.1, right.1), max(left.2, right.2))
            let activation = exampleActivation(.leakyRelu)
            let (runner, expected) = makeCase(
                .binary(BinaryParameters(kind, activation: activation)), sources: [left, right], result: result,
                from: kind == .power ? 0.1 : -2
            ) { sources in
                { channel, y, x in
                    func read(_ index: Int, _ shape: (Int, Int, Int)) -> Double {
                        sources[index](shape.0 == 1 ? 0 : channel, shape.1 == 1 ? 0 : y, shape.2 == 1 ? 0 : x)
                    }
                    let (a, b) = (read(0, left), read(1, right))
                    let combined: Double =
                        switch kind {
                        case .add: a + b
                        case .subtract: a - b
                        case .multiply: a * b
                        case .divide: a / b
                        case .power: pow(a, b)
                        case .minimum: a < b ? a : b
                        case .maximum: a > b ? a : b
                        case .prelu: a < 0 ? b * a : a
                        default: .nan
                        }
                    return activated(combined, activation)
                }
            }
            check(runner, expected: expected, tolerance: 1e-6, "\(kind) \(left) \(right)")
        }
    }

    /// IEEE 754's special cases of pow, and its accuracy.
    @Test func power() {
        let bases: [Float] = [0, -0.0, 1, -1, 2, -2, 0.5, -0.5, .infinity, -.infinity, .nan, 0x1p-133, 3.7, -3.7, 1e30, 0.999]
        let (runner, _) = makeCase(
            .binary(BinaryParameters(.power)), sources: [(16, 1, 16), (16, 1, 16)], result: (16, 1, 16)
        ) { _ in { _, _, _ in 0 } }
        let exponents: [Float] = [0, -0.0, 1, -1, 2, 3, -3, 0.5, -2.5, .infinity, -.infinity, .nan, 20, 127, -100.5, 1e10]
        runner.sources[0].fill { channel, _, _ in bases[channel] }
        runner.sources[1].fill { _, _, x in exponents[x] }
        for isa in availableSets {
            let found = runner.run(isa, stepRows: 1, split: .together)[0]
            for (channel, base) in bases.enumerated() {
                for (x, exponent) in exponents.enumerated() {
                    let exact = Float(pow(Double(base), Double(exponent)))
                    let value = found[channel, 0, x]
                    let isSame =
                        exact.isNaN
                        ? value.isNaN
                        : value == exact && value.sign == exact.sign || (value - exact).magnitude <= exact.ulp
                    #expect(isSame, "\(base) to the \(exponent) is \(value), expected \(exact)")
                }
            }
        }
    }

    @Test(arguments: [1, 12, 16, 33]) func scaleShift(_ channels: Int) {
        var random = SplitMix64(seed: 4)
        let blocks = (channels + 15) / 16
        // Padded lanes of the constants may hold anything finite.
        let scale = random.floats(blocks * 16)
        let shift = random.floats(blocks * 16)
        let activation = exampleActivation(.hardSwish)
        let (runner, expected) = makeCase(
            .scaleShift(activation), sources: [(channels, 3, 70)], result: (channels, 3, 70), constants: [scale, shift]
        ) { sources in
            { activated(sources[0]($0, $1, $2) * Double(scale[$0]) + Double(shift[$0]), activation) }
        }
        check(runner, expected: expected, tolerance: 1e-6, "\(channels)")
    }

    @Test(arguments: [1, 2, 16, 17, 48]) func softmax(_ channels: Int) {
        let (runner, expected) = makeCase(
            .softmax, sources: [(channels, 3, 5)], result: (channels, 3, 5), from: -20, to: 20
        ) { sources in
            { channel, y, x in
                let all = (0..<channels).map { exp(sources[0]($0, y, x)) }
                return all[channel] / all.reduce(0, +)
            }
        }
        check(runner, expected: expected, tolerance: 1e-6, "\(channels)")
    }
}
