import Foundation
import Kernels
import PlanFormat
import TestSupport
import Testing

struct PoolingCase: CustomTestStringConvertible, Sendable {
    var channels = 17
    var height = 7
    var width = 9
    var kernel = (2, 2)
    var strides = (2, 2)
    var dilations = (1, 1)
    /// Top, left, bottom, right.
    var padding = (0, 0, 0, 0)
    var countsPadding = false
    var roundsUp = false

    var testDescription: String {
        "\(channels) \(height)x\(width) kernel \(kernel) strides \(strides) dilations \(dilations) padding \(padding) "
            + "counts \(countsPadding) up \(roundsUp)"
    }

    static let all: [PoolingCase] = [
        PoolingCase(),
        PoolingCase(channels: 1, height: 1, width: 1, kernel: (1, 1), strides: (1, 1)),
        PoolingCase(channels: 48, height: 3, width: 140),
        PoolingCase(kernel: (3, 3), strides: (2, 2), padding: (1, 1, 1, 1)),
        PoolingCase(kernel: (3, 3), strides: (1, 1), padding: (1, 1, 1, 1), countsPadding: true),
        PoolingCase(kernel: (3, 2), strides: (2, 3), padding: (1, 0, 0, 1), countsPadding: true, roundsUp: true),
        PoolingCase(kernel: (3, 3), strides: (2, 2), padding: (1, 0, 1, 0), roundsUp: true),
        PoolingCase(kernel: (2, 3), strides: (1, 2), dilations: (3, 2), padding: (2, 2, 1, 2)),
        PoolingCase(channels: 8, height: 2, width: 3, kernel: (5, 5), strides: (1, 1), padding: (2, 2, 2, 2)),
    ]

    func size(_ side: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int, _ after: Int) -> Int {
        let free = side + before + after - (kernel - 1) * dilation - 1
        return (roundsUp ? (free + stride - 1) / stride : free / stride) + 1
    }
}

@Suite struct PoolingTests {
    @Test(arguments: PoolingCase.all, [PoolingKind.maximum, .average])
    func windows(_ test: PoolingCase, _ kind: PoolingKind) {
        var p = PoolingParameters()
        p.kind = kind
        (p.kernelHeight, p.kernelWidth) = test.kernel
        (p.strideHeight, p.strideWidth) = test.strides
        (p.dilationHeight, p.dilationWidth) = test.dilations
        (p.paddingTop, p.paddingLeft, p.paddingBottom, p.paddingRight) = test.padding
        p.countsPadding = test.countsPadding
        let height = test.size(test.height, test.kernel.0, test.strides.0, test.dilations.0, test.padding.0, test.padding.2)
        let width = test.size(test.width, test.kernel.1, test.strides.1, test.dilations.1, test.padding.1, test.padding.3)
        let (runner, expected) = makeCase(
            .pooling(p), sources: [(test.channels, test.height, test.width)], result: (test.channels, height, width)
        ) { sources in
            { channel, y, x in
                var inside: [Double] = []
                var counted = 0
                for r in 0..<test.kernel.0 {
                    let row = y * test.strides.0 + r * test.dilations.0 - test.padding.0
                    for k in 0..<test.kernel.1 {
                        let column = x * test.strides.1 + k * test.dilations.1 - test.padding.1
                        let isPadded = row < test.height + test.padding.2 && column < test.width + test.padding.3
                        if test.countsPadding && isPadded { counted += 1 }
                        guard row >= 0, row < test.height, column >= 0, column < test.width else { continue }
                        inside.append(sources[0](channel, row, column))
                    }
                }
                if kind == .maximum { return inside.max() ?? -.infinity }
                if inside.isEmpty { return 0 }
                return inside.reduce(0, +) / Double(test.countsPadding ? counted : inside.count)
            }
        }
        check(runner, expected: expected, tolerance: kind == .maximum ? 0 : 1e-6, test.testDescription)
    }

    @Test(arguments: [1, 8, 17, 48], [PoolingKind.maximum, .average]) func global(_ channels: Int, _ kind: PoolingKind) {
        let (runner, expected) = makeCase(
            .globalPooling(kind), sources: [(channels, 13, 7)], result: (channels, 1, 1)
        ) { sources in
            { channel, _, _ in
                let all = (0..<13).flatMap { y in (0..<7).map { sources[0](channel, y, $0) } }
                return kind == .maximum ? all.max()! : all.reduce(0, +) / Double(all.count)
            }
        }
        check(runner, expected: expected, tolerance: kind == .maximum ? 0 : 1e-6, "\(channels) \(kind)")
    }

    /// The accuracy that global_pooling.inc.h states, at many rows: 0.1 everywhere, whose low bits plain rounding would
    /// lose each time, a ramp, and noise.
    @Test func globalMeanOfManyRows() {
        let rows = 4096
        var random = SplitMix64(seed: 5)
        let noise = random.floats(rows * 2, from: 0, to: 1)
        let patterns: [(Int) -> Float] = [{ _ in 0.1 }, { Float($0) / 4096 }, { noise[$0 * 2] }, { 1 + noise[$0 * 2 + 1] }]
        let (runner, expected) = makeCase(
            .globalPooling(.average), sources: [(patterns.count, rows, 2)], result: (patterns.count, 1, 1)
        ) { _ in
            { channel, _, _ in (0..<rows).reduce(0.0) { $0 + Double(patterns[channel]($1)) } / Double(rows) }
        }
        runner.sources[0].fill { channel, y, _ in patterns[channel](y) }
        check(runner, expected: expected, tolerance: 1e-6, stepRows: [rows, 1000])
    }

    /// max(a, b) = a > b ? a : b, accumulated value first: of equal zeros the last counts, and a NaN can be lost.
    @Test func maximumOfNaNAndZeros() {
        var p = PoolingParameters()
        (p.kernelWidth, p.strideWidth) = (3, 3)
        let rows: [[Float]] = [[-0.0, 0.0, -0.0], [0.0, -0.0, 0.0], [1, .nan, 2], [1, 2, .nan]]
        let (runner, _) = makeCase(.pooling(p), sources: [(1, 4, 3)], result: (1, 4, 1)) { _ in { _, _, _ in 0 } }
        runner.sources[0].fill { _, y, x in rows[y][x] }
        for isa in availableSets {
            let found = runner.run(isa, stepRows: 4, split: .together)[0].elements
            #expect(found[0].sign == .minus && found[1].sign == .plus)
            #expect(found[2] == 2)
            #expect(found[3].isNaN)
        }
    }
}
