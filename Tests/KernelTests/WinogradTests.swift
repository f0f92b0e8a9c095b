import Kernels
import PlanFormat
import TestSupport
import Testing

extension ConvolutionCase {
    /// `[output block][position][input channel][16]` of G·g·Gᵀ, with the matrices of Documentation/Numerics.md.
    func packedForWinograd(_ plain: [Float], tile: Int) -> [Float] {
        let matrix = tile == 4 ? Self.matrixOf4 : Self.matrixOf2
        let inputs = channels.reduce(0, +)
        let positions = matrix.count * matrix.count
        var packed = [Float](repeating: 0, count: (results + 15) / 16 * positions * inputs * 16)
        for o in 0..<results {
            for c in 0..<inputs {
                for (i, first) in matrix.enumerated() {
                    for (j, second) in matrix.enumerated() {
                        var sum = 0.0
                        for r in 0..<3 { for k in 0..<3 { sum += first[r] * Double(weight(plain, o, r, k, c)) * second[k] } }
                        let position = i * matrix.count + j
                        packed[((o / 16 * positions + position) * inputs + c) * 16 + o % 16] = Float(sum)
                    }
                }
            }
        }
        return packed
    }

    private static let matrixOf4: [[Double]] = [
        [256.0 / 225, 0, 0],
        [-2048.0 / 2975, -1280.0 / 2975, -800.0 / 2975],
        [-2048.0 / 2975, 1280.0 / 2975, -800.0 / 2975],
        [128.0 / 1071, 192.0 / 1071, 288.0 / 1071],
        [128.0 / 1071, -192.0 / 1071, 288.0 / 1071],
        [0, 0, 1],
    ]
    private static let matrixOf2: [[Double]] = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]

    /// Each case with both tiles.
    private static func withTiles(_ cases: [ConvolutionCase]) -> [ConvolutionCase] {
        cases.flatMap { test in
            [ConvolutionAlgorithm.winograd4x4, .winograd2x2].map { algorithm in
                var test = test
                test.algorithm = algorithm
                return test
            }
        }
    }

    static let winogradChannels = withTiles(channelCounts)

    static let winogradSizes = withTiles(
        [(1, 1), (1, 4), (2, 2), (3, 9), (4, 4), (5, 1), (6, 7), (8, 50), (13, 16), (17, 3), (37, 37)].flatMap { height, width in
            [
                ConvolutionCase(channels: [3], results: 5, height: height, width: width, activation: Activation(.relu)),
                ConvolutionCase(channels: [17], results: 33, height: height, width: width),
            ]
        } + [
            ConvolutionCase(channels: [4], results: 20, height: 3, width: 601),
            ConvolutionCase(channels: [16, 16], results: 16),
            ConvolutionCase(channels: [3, 17, 8], results: 24, height: 9, width: 10),
            ConvolutionCase(height: 3, width: 3, padding: (0, 0, 0, 0)),
            ConvolutionCase(channels: [5], results: 9, height: 9, width: 12, padding: (0, 2, 1, 0)),
            ConvolutionCase(channels: [5], results: 9, height: 6, width: 5, padding: (3, 0, 2, 4)),
            // Partial sums that end inside a source, and between sources.
            ConvolutionCase(channels: [100, 90, 130], results: 34, height: 4, width: 7),
            ConvolutionCase(channels: [128, 128], results: 18, height: 8, width: 8),
            // Fewer chunks than threads would like, so that output blocks are divided.
            ConvolutionCase(channels: [16], results: 150, height: 8, width: 8),
        ])

    static let winogradPooling = withTiles(
        [false, true].flatMap { keeps in
            [
                ConvolutionCase(channels: [3], results: 16, height: 8, width: 12, pooling: (2, 2), keepsUnpooled: keeps),
                ConvolutionCase(
                    channels: [8], results: 40, height: 7, width: 9, activation: Activation(.relu), pooling: (2, 2),
                    keepsUnpooled: keeps),
                ConvolutionCase(channels: [8], results: 4, height: 5, width: 10, pooling: (1, 2), keepsUnpooled: keeps),
                ConvolutionCase(
                    channels: [9], results: 18, height: 6, width: 13, activation: Activation(.sigmoid), pooling: (2, 1),
                    keepsUnpooled: keeps),
            ]
        })

    static let winogradWideWindows: [ConvolutionCase] = [false, true].map { keeps in
        ConvolutionCase(
            channels: [20], results: 17, height: 11, width: 14, algorithm: .winograd4x4, activation: Activation(.relu),
            pooling: (4, 2), keepsUnpooled: keeps)
    }

    static let winogradActivations = withTiles(
        Activation.Function.allCases.map {
            ConvolutionCase(channels: [3], results: 18, activation: exampleActivation($0))
        })
}

@Suite struct WinogradTests {
    @Test(arguments: ConvolutionCase.winogradChannels) func channels(_ test: ConvolutionCase) { verify(test) }

    @Test(arguments: ConvolutionCase.winogradSizes) func sizes(_ test: ConvolutionCase) { verify(test) }

    @Test(arguments: ConvolutionCase.winogradPooling) func pooling(_ test: ConvolutionCase) { verify(test) }

    @Test(arguments: ConvolutionCase.winogradWideWindows) func wideWindows(_ test: ConvolutionCase) { verify(test) }

    /// Looser, because log and 1/x magnify the rounding of a sum near zero.
    @Test(arguments: ConvolutionCase.winogradActivations) func epilogues(_ test: ConvolutionCase) {
        verify(test, tolerance: test.activation.function == .reciprocal ? 5e-3 : 5e-4)
    }

    /// The error of the whole, which single elements tell little of. The points 0, ±1, ±2 have twice as much.
    @Test(arguments: [(ConvolutionAlgorithm.winograd4x4, 1.2e-6), (.winograd2x2, 4e-7)])
    func rounding(_ algorithm: ConvolutionAlgorithm, bound: Double) {
        var random = SplitMix64(seed: 12)
        let (runner, expected) = ConvolutionCase(channels: [512], results: 16, height: 8, width: 8, algorithm: algorithm)
            .runner(&random)
        for isa in availableSets {
            let found = runner.run(isa, stepRows: 8, split: .together)[0].elements
            var error = 0.0
            var power = 0.0
            for (found, exact) in zip(found, expected[0]) {
                error += (Double(found) - exact) * (Double(found) - exact)
                power += exact * exact
            }
            #expect((error / power).squareRoot() < bound, "instruction set \(isa.rawValue)")
        }
    }

    private func verify(_ test: ConvolutionCase, tolerance: Double = 5e-5) {
        var random = SplitMix64(seed: 7)
        let (runner, expected) = test.runner(&random)
        check(runner, expected: expected, tolerance: tolerance, stepRows: [1, 7, 1000], test.testDescription)
    }
}
