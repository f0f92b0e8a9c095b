import PlanFormat
import TestSupport
import Testing

struct TransposedCase: CustomTestStringConvertible, Sendable {
    var channels = 16
    var results = 16
    var height = 3
    var width = 5
    var kernel = (2, 2)
    var strides = (2, 2)
    var dilations = (1, 1)
    var padding = (0, 0)
    /// Rows and columns that are cut off at the bottom and right.
    var cut = (0, 0)
    var activation = Activation.identity

    var testDescription: String {
        "\(channels)->\(results) \(height)x\(width) kernel \(kernel) strides \(strides) dilations \(dilations) padding "
            + "\(padding) cut \(cut) \(activation.function)"
    }

    static let all: [TransposedCase] =
        [1, 3, 12, 16, 17, 48].flatMap { inputs in
            [1, 8, 17, 48].map { TransposedCase(channels: inputs, results: $0, activation: Activation(.relu)) }
        } + [
            TransposedCase(height: 1, width: 1),
            TransposedCase(height: 2, width: 37),
            TransposedCase(channels: 3, results: 34, height: 2, width: 61, activation: Activation(.sigmoid)),
            TransposedCase(kernel: (3, 3), strides: (2, 2), padding: (1, 1)),
            TransposedCase(kernel: (3, 3), strides: (2, 2), padding: (0, 1), cut: (1, 0)),
            TransposedCase(kernel: (4, 4), strides: (2, 2), padding: (1, 1), cut: (1, 1)),
            TransposedCase(width: 17, kernel: (5, 3), strides: (1, 1), padding: (2, 1), cut: (2, 1)),
            TransposedCase(height: 4, width: 14, kernel: (2, 3), strides: (1, 3), dilations: (3, 2), padding: (2, 1)),
            TransposedCase(kernel: (1, 1), strides: (3, 2)),
            TransposedCase(width: 1, kernel: (2, 2), strides: (5, 5)),
        ]
}

extension TransposedCase {
    func runner() -> (runner: KernelRunner, expected: [[Double]]) {
        let test = self
        var random = SplitMix64(seed: 21)
        let plain = random.floats(test.results * test.kernel.0 * test.kernel.1 * test.channels)
        let bias = random.floats(test.results)
        func weight(_ o: Int, _ r: Int, _ k: Int, _ c: Int) -> Float {
            plain[((o * test.kernel.0 + r) * test.kernel.1 + k) * test.channels + c]
        }
        var packed: [Float] = []
        let blocks = (test.results + 15) / 16
        for block in 0..<blocks {
            for r in 0..<test.kernel.0 {
                for k in 0..<test.kernel.1 {
                    for c in 0..<test.channels {
                        for o in block * 16..<block * 16 + 16 {
                            packed.append(o < test.results ? weight(o, r, k, c) : 0)
                        }
                    }
                }
            }
        }
        var p = TransposedConvolutionParameters()
        (p.kernelHeight, p.kernelWidth) = test.kernel
        (p.strideHeight, p.strideWidth) = test.strides
        (p.dilationHeight, p.dilationWidth) = test.dilations
        (p.paddingTop, p.paddingLeft) = test.padding
        p.activation = test.activation
        let height = (test.height - 1) * test.strides.0 + (test.kernel.0 - 1) * test.dilations.0 + 1 - test.padding.0 - test.cut.0
        let width = (test.width - 1) * test.strides.1 + (test.kernel.1 - 1) * test.dilations.1 + 1 - test.padding.1 - test.cut.1
        return makeCase(
            .transposedConvolution(p), sources: [(test.channels, test.height, test.width)],
            result: (test.results, height, width),
            constants: [packed, bias + [Float](repeating: 0, count: blocks * 16 - test.results)]
        ) { sources in
            { o, y, x in
                var sum = Double(bias[o])
                for r in 0..<test.kernel.0 {
                    let row = y + test.padding.0 - r * test.dilations.0
                    guard row >= 0, row % test.strides.0 == 0, row / test.strides.0 < test.height else { continue }
                    for k in 0..<test.kernel.1 {
                        let column = x + test.padding.1 - k * test.dilations.1
                        guard column >= 0, column % test.strides.1 == 0, column / test.strides.1 < test.width else { continue }
                        for c in 0..<test.channels {
                            sum += sources[0](c, row / test.strides.0, column / test.strides.1) * Double(weight(o, r, k, c))
                        }
                    }
                }
                return activated(sum, test.activation)
            }
        }
    }
}

@Suite struct TransposedConvolutionTests {
    @Test(arguments: TransposedCase.all) func transposed(_ test: TransposedCase) {
        let (runner, expected) = test.runner()
        check(runner, expected: expected, tolerance: 1e-5, test.testDescription)
    }
}
