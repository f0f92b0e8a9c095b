import Kernels
import PlanFormat
import TestSupport
import Testing

/// A convolution of random images, with the rows and bits that a plain loop in double gives.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
    var channels = [16]
    var results = 16
    var height = 5
    var width = 7
    var kernel = (3, 3)
    var strides = (1, 1)
    var dilations = (1, 1)
    /// Top, left, bottom, right.
    var padding = (1, 1, 1, 1)
    var groups = 1
    var algorithm = ConvolutionAlgorithm.direct
    var activation = Activation.identity
    var pooling = (1, 1)
    var keepsUnpooled = false
    /// What weights are rounded to and given to the kernel in.
    var weights = WeightType.float32

    var testDescription: String {
        "\(channels)->\(results) \(height)x\(width) kernel \(kernel) strides \(strides) dilations \(dilations) padding "
            + "\(padding) groups \(groups) \(algorithm) \(activation.function) pooling \(pooling) \(keepsUnpooled) \(weights)"
    }

    var parameters: ConvolutionParameters {
        var p = ConvolutionParameters()
        p.algorithm = algorithm
        (p.kernelHeight, p.kernelWidth) = kernel
        (p.strideHeight, p.strideWidth) = strides
        (p.dilationHeight, p.dilationWidth) = dilations
        (p.paddingTop, p.paddingLeft) = (padding.0, padding.1)
        p.imageHeight = (height + padding.0 + padding.2 - (kernel.0 - 1) * dilations.0 - 1) / strides.0 + 1
        p.imageWidth = (width + padding.1 + padding.3 - (kernel.1 - 1) * dilations.1 - 1) / strides.1 + 1
        p.groups = groups
        p.activation = activation
        (p.poolingHeight, p.poolingWidth) = pooling
        p.keepsUnpooled = keepsUnpooled
        p.weights = weights
        return p
    }

    /// [output][kernel row][kernel column][input], plain.
    func weight(_ plain: [Float], _ o: Int, _ r: Int, _ k: Int, _ c: Int) -> Float {
        let perGroup = channels.reduce(0, +) / groups
        return plain[((o * kernel.0 + r) * kernel.1 + k) * perGroup + c]
    }

    /// The packing that ConvolutionAlgorithm describes.
    func packed(_ plain: [Float]) -> [Float] {
        if let tile = algorithm.tile { return packedForWinograd(plain, tile: tile) }
        var packed: [Float] = []
        let perGroup = channels.reduce(0, +) / groups
        for block in 0..<((results + 15) / 16) {
            func lanes(_ r: Int, _ k: Int, _ c: Int) {
                for o in block * 16..<block * 16 + 16 { packed.append(o < results ? weight(plain, o, r, k, c) : 0) }
            }
            if algorithm != .direct {
                for r in 0..<kernel.0 { for k in 0..<kernel.1 { for c in 0..<perGroup { lanes(r, k, c) } } }
                continue
            }
            var first = 0
            for count in channels {
                for inputBlock in stride(from: 0, to: count, by: 16) {
                    for r in 0..<kernel.0 {
                        for k in 0..<kernel.1 {
                            for lane in inputBlock..<min(inputBlock + 16, count) { lanes(r, k, first + lane) }
                        }
                    }
                }
                first += count
            }
        }
        return packed
    }

    func runner(_ random: inout SplitMix64) -> (KernelRunner, expected: [[Double]]) {
        let p = parameters
        let perGroup = channels.reduce(0, +) / groups
        let plain = weights.rounded(random.floats(results * kernel.0 * kernel.1 * perGroup))
        var bias = random.floats(results)
        let resultValue = PlanValue(results, p.imageHeight, p.imageWidth, halo: (1, 2))
        let pooledValue = PlanValue(results, p.imageHeight / pooling.0, p.imageWidth / pooling.1)
        let resultValues = !p.pools ? [resultValue] : keepsUnpooled ? [resultValue, pooledValue] : [pooledValue]
        var values = channels.map { PlanValue($0, height, width) } + resultValues
        let operation = PlanOperation(
            .convolution(p), sources: channels.indices.map { PlanValueID($0) },
            results: resultValues.indices.map { PlanValueID(channels.count + $0) })
        let sources = channels.indices.map { index in
            let halo = operation.halo(ofSource: index, in: values)
            values[index] = PlanValue(channels[index], height, width, halo: (halo.left + 1, halo.right))
            let image = GuardedImage(values[index], seed: random.next())
            image.fill { _, _, _ in random.float() }
            return image
        }
        let expected = expectedImages(p, sources, plain, bias)
        bias += [Float](repeating: 0, count: (results + 15) / 16 * 16 - results)
        return (
            KernelRunner(operation: operation, values: values, sources: sources, constants: [packed(plain), bias]),
            expected
        )
    }

    private func expectedImages(
        _ p: ConvolutionParameters, _ sources: [GuardedImage], _ plain: [Float], _ bias: [Float]
    ) -> [[Double]] {
        let perGroup = channels.reduce(0, +) / groups
        let inputs = sources.flatMap { source in (0..<source.value.channels).map { (source, $0) } }
        var image = [Double](repeating: 0, count: p.imageHeight * p.imageWidth * results)
        for y in 0..<p.imageHeight {
            for x in 0..<p.imageWidth {
                for r in 0..<kernel.0 {
                    let row = y * strides.0 + r * dilations.0 - padding.0
                    if row < 0 || row >= height { continue }
                    for k in 0..<kernel.1 {
                        let column = x * strides.1 + k * dilations.1 - padding.1
                        if column < 0 || column >= width { continue }
                        let pixel = inputs.map { source, channel in Double(source[channel, row, column]) }
                        for o in 0..<results {
                            let first = o / (results / groups) * perGroup
                            var sum = 0.0
                            for c in 0..<perGroup { sum += pixel[first + c] * Double(weight(plain, o, r, k, c)) }
                            image[(y * p.imageWidth + x) * results + o] += sum
                        }
                    }
                }
                for o in 0..<results {
                    let at = (y * p.imageWidth + x) * results + o
                    image[at] = activated(image[at] + Double(bias[o]), activation)
                }
            }
        }
        guard p.pools else { return [image] }
        let pooled = pool(image, p)
        return keepsUnpooled ? [image, pooled] : [pooled]
    }

    private func pool(_ image: [Double], _ p: ConvolutionParameters) -> [Double] {
        var pooled: [Double] = []
        for y in 0..<p.imageHeight / pooling.0 {
            for x in 0..<p.imageWidth / pooling.1 {
                for o in 0..<results {
                    var largest = -Double.infinity
                    for r in 0..<pooling.0 {
                        for k in 0..<pooling.1 {
                            let at = (y * pooling.0 + r) * p.imageWidth + x * pooling.1 + k
                            largest = max(largest, image[at * results + o])
                        }
                    }
                    pooled.append(largest)
                }
            }
        }
        return pooled
    }
}

extension ConvolutionCase {
    static let channelCounts: [ConvolutionCase] = [1, 3, 8, 12, 16, 17, 48].flatMap { inputs in
        [1, 8, 16, 17, 48].map { ConvolutionCase(channels: [inputs], results: $0, activation: Activation(.relu)) }
    }

    static let differentWindows: [ConvolutionCase] = [
        ConvolutionCase(kernel: (1, 1), padding: (0, 0, 0, 0)),
        ConvolutionCase(channels: [3], results: 5, height: 1, width: 1),
        ConvolutionCase(channels: [3], results: 40, height: 1, width: 1, kernel: (1, 1), padding: (0, 0, 0, 0)),
        ConvolutionCase(channels: [5], results: 33, height: 9, width: 30),
        ConvolutionCase(channels: [4], results: 20, height: 3, width: 101),
        ConvolutionCase(channels: [2], results: 8, height: 2, width: 300),
        ConvolutionCase(height: 9, width: 11, strides: (2, 2)),
        ConvolutionCase(height: 9, width: 12, kernel: (2, 3), strides: (3, 2), padding: (0, 1, 1, 0)),
        ConvolutionCase(height: 10, width: 9, dilations: (2, 3), padding: (2, 3, 2, 3)),
        ConvolutionCase(height: 11, width: 12, kernel: (3, 2), strides: (2, 3), dilations: (3, 2), padding: (4, 0, 1, 3)),
        ConvolutionCase(height: 4, width: 5, kernel: (5, 7), padding: (2, 3, 2, 3)),
        ConvolutionCase(height: 3, width: 3, kernel: (3, 3), padding: (0, 0, 0, 0)),
        ConvolutionCase(channels: [16, 16], results: 16),
        // So many weights that every set reads them in several slabs.
        ConvolutionCase(channels: [70, 40], results: 17, height: 2, width: 4, kernel: (5, 7), padding: (2, 3, 2, 3)),
        ConvolutionCase(
            channels: [230], results: 6, height: 3, width: 5, kernel: (3, 5), padding: (1, 2, 1, 2),
            activation: Activation(.sigmoid)),
        ConvolutionCase(channels: [3, 17, 8], results: 24, kernel: (1, 1), padding: (0, 0, 0, 0)),
        // Partial sums of nine input blocks that end inside a source.
        ConvolutionCase(channels: [100, 90, 130], results: 34, width: 15, kernel: (1, 1), padding: (0, 0, 0, 0)),
        ConvolutionCase(channels: [12, 5], results: 34, strides: (2, 1), padding: (0, 1, 1, 0)),
    ]

    static let withEveryActivation: [ConvolutionCase] =
        Activation.Function.allCases.map {
            ConvolutionCase(channels: [3], results: 18, activation: exampleActivation($0))
        }

    static let withPooling: [ConvolutionCase] = [false, true].flatMap { keeps in
        [
            ConvolutionCase(channels: [3], results: 16, height: 8, width: 12, pooling: (2, 2), keepsUnpooled: keeps),
            ConvolutionCase(channels: [8], results: 40, height: 7, width: 9, pooling: (2, 2), keepsUnpooled: keeps),
            ConvolutionCase(
                channels: [2], results: 7, height: 10, width: 13, activation: Activation(.relu), pooling: (3, 2),
                keepsUnpooled: keeps),
            ConvolutionCase(
                channels: [1], results: 9, height: 4, width: 301, activation: Activation(.sigmoid), pooling: (2, 3),
                keepsUnpooled: keeps),
            ConvolutionCase(
                channels: [180], results: 18, height: 4, width: 5, activation: Activation(.relu), pooling: (2, 2),
                keepsUnpooled: keeps),
            ConvolutionCase(
                channels: [6], results: 6, height: 8, width: 9, groups: 6, algorithm: .depthwise, pooling: (2, 2),
                keepsUnpooled: keeps),
        ]
    }

    static let inGroups: [ConvolutionCase] = [
        ConvolutionCase(channels: [8], results: 12, groups: 4, algorithm: .grouped),
        ConvolutionCase(channels: [48], results: 32, groups: 2, algorithm: .grouped, activation: Activation(.relu)),
        ConvolutionCase(channels: [34], results: 34, strides: (2, 2), groups: 17, algorithm: .grouped),
        ConvolutionCase(channels: [3], results: 3, groups: 3, algorithm: .depthwise),
        ConvolutionCase(channels: [17], results: 17, width: 9, strides: (2, 2), groups: 17, algorithm: .depthwise),
        ConvolutionCase(
            channels: [48], results: 48, height: 9, dilations: (2, 2), padding: (2, 2, 2, 2), groups: 48,
            algorithm: .depthwise, activation: Activation(.clip, 0, 6)),
    ]
}

@Suite struct ConvolutionTests {
    @Test(arguments: ConvolutionCase.channelCounts) func channels(_ test: ConvolutionCase) {
        verify(test)
    }

    @Test(arguments: ConvolutionCase.differentWindows) func windows(_ test: ConvolutionCase) {
        verify(test)
    }

    /// Looser, because log and 1/x magnify the rounding of a sum near zero.
    @Test(arguments: ConvolutionCase.withEveryActivation) func epilogues(_ test: ConvolutionCase) {
        verify(test, tolerance: test.activation.function == .reciprocal ? 2e-3 : 2e-4)
    }

    @Test(arguments: ConvolutionCase.withPooling) func pooling(_ test: ConvolutionCase) {
        verify(test)
    }

    @Test(arguments: ConvolutionCase.inGroups) func groups(_ test: ConvolutionCase) {
        verify(test)
    }

    /// One sum of all 4608 products has an error five times as large.
    @Test func longSumsRoundLikeShortOnes() {
        var random = SplitMix64(seed: 11)
        let (runner, expected) = ConvolutionCase(channels: [512], results: 16).runner(&random)
        for isa in availableSets {
            let found = runner.run(isa, stepRows: 5, split: .together)[0].elements
            var error = 0.0
            var power = 0.0
            for (found, exact) in zip(found, expected[0]) {
                error += (Double(found) - exact) * (Double(found) - exact)
                power += exact * exact
            }
            #expect((error / power).squareRoot() < 3e-7, "instruction set \(isa.rawValue)")
        }
    }

    private func verify(_ test: ConvolutionCase, tolerance: Double = 1e-5) {
        var random = SplitMix64(seed: 7)
        let (runner, expected) = test.runner(&random)
        check(runner, expected: expected, tolerance: tolerance, test.testDescription)
    }
}
