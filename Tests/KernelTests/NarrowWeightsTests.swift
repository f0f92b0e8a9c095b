import Kernels
import PlanFormat
import TestSupport
import Testing

extension WeightType {
    static let narrow: [WeightType] = [.float16, .bfloat16]

    /// To nearest, ties to even. Only of numbers within the type's range.
    private func bits(_ number: Float) -> UInt16 {
        self == .float16
            ? Float16(number).bitPattern
            : UInt16((number.bitPattern + 0x7FFF + (number.bitPattern >> 16 & 1)) >> 16)
    }

    func rounded(_ numbers: [Float]) -> [Float] {
        switch self {
        case .float32: numbers
        case .float16: numbers.map { Float(Float16($0)) }
        case .bfloat16: numbers.map { Float(bitPattern: UInt32(bits($0)) << 16) }
        }
    }

    /// As a plan stores them.
    func bytes(_ numbers: [Float]) -> [UInt8] {
        self == .float32 ? numbers.withUnsafeBytes { Array($0) } : numbers.map(bits).withUnsafeBytes { Array($0) }
    }
}

extension ConvolutionCase {
    func with(_ weights: WeightType) -> ConvolutionCase {
        var test = self
        test.weights = weights
        return test
    }

    /// Every algorithm; one panel and several, pooling on its scratch, blocks that are no pairs, partial blocks of channels.
    static let narrow: [ConvolutionCase] = {
        let plain = [
            ConvolutionCase(channels: [3], results: 5),
            ConvolutionCase(channels: [16], results: 32, height: 3, width: 40, activation: Activation(.relu)),
            ConvolutionCase(channels: [40, 9, 70], results: 40, height: 6, width: 9),
            ConvolutionCase(channels: [200], results: 48, height: 4, width: 5, activation: Activation(.sigmoid)),
            ConvolutionCase(
                channels: [80], results: 20, height: 6, width: 18, activation: Activation(.relu), pooling: (2, 2)),
            ConvolutionCase(channels: [24], results: 33, height: 6, width: 18, pooling: (2, 2), keepsUnpooled: true),
        ]
        let tiled = plain.flatMap { test in
            [ConvolutionAlgorithm.winograd4x4, .winograd2x2].map { algorithm in
                var test = test
                test.algorithm = algorithm
                return test
            }
        }
        return plain + tiled + [
            ConvolutionCase(channels: [300], results: 40, width: 60, kernel: (1, 1), padding: (0, 0, 0, 0)),
            ConvolutionCase(channels: [20], results: 34, height: 9, width: 20, kernel: (5, 7), strides: (2, 1), padding: (2, 3, 2, 3)),
            ConvolutionCase(channels: [2], results: 2, height: 30, width: 31, kernel: (25, 27), padding: (12, 13, 12, 13)),
        ] + inGroups
    }()
}

@Suite struct NarrowWeightsTests {
    /// The kernel with narrow weights gives the bits of the one with float32 weights that were rounded first, and what the
    /// reference gives for these.
    @Test(arguments: ConvolutionCase.narrow, WeightType.narrow)
    func convolution(_ test: ConvolutionCase, _ type: WeightType) {
        var random = SplitMix64(seed: 7)
        let (narrow, expected) = test.with(type).runner(&random)
        var wide = narrow
        wide.operation.kernel.weights = .float32
        wide.constants[0] = type.rounded(wide.constants[0])
        compare(narrow, wide, test.testDescription)
        // Rounding the transformed kernel, too, is no rounding of the kernel.
        if test.algorithm.tile == nil { check(narrow, expected: expected, tolerance: 1e-5, test.testDescription) }
    }

    @Test(arguments: TransposedCase.all, WeightType.narrow)
    func transposed(_ test: TransposedCase, _ type: WeightType) {
        var narrow = test.runner().runner
        narrow.constants[0] = type.rounded(narrow.constants[0])
        let wide = narrow
        narrow.operation.kernel.weights = type
        compare(narrow, wide, test.testDescription)
    }

    private func compare(_ narrow: KernelRunner, _ wide: KernelRunner, _ comment: String) {
        for isa in availableSets {
            for (rows, split) in [(1, ItemSplit.together), (3, .backwards), (1000, .oneByOne), (1000, .together)] {
                let found = narrow.run(isa, stepRows: rows, split: split).map(\.elements)
                let expected = wide.run(isa, stepRows: rows, split: split).map(\.elements)
                for (a, b) in zip(found, expected) {
                    let isSame = haveSameBits(a, b)
                    #expect(isSame, "\(comment): set \(isa.rawValue), steps of \(rows), \(split)")
                }
            }
        }
    }

    @Test(arguments: WeightType.narrow) func plainProduct(_ type: WeightType) {
        var random = SplitMix64(seed: 3)
        for (rows, depth, columns, hasBias) in [(1, 1, 1, false), (3, 5, 16, true), (4, 33, 37, true), (2, 7, 64, false), (2, 0, 3, true)] {
            let left = random.floats(rows * depth)
            let right = type.rounded(random.floats(depth * columns))
            let bias = hasBias ? [PlainData.floats(random.floats(columns))] : []
            let result = PlainTensor(.float32, [rows, columns])
            var kernel = PlainMatrixMultiplication(rows: rows, depth: depth, columns: columns, activation: Activation(.tanh))
            let wide = PlainRunner(.matrixMultiplication(kernel), [.floats(left), .floats(right)] + bias, to: result).run()
            kernel.weights = type
            let narrow = PlainRunner(
                .matrixMultiplication(kernel), [.floats(left)] + bias, to: result, constants: [type.bytes(right)]
            ).run()
            #expect(narrow.bytes == wide.bytes, "\(rows)x\(depth)x\(columns)")
        }
    }

    /// All 2^16 patterns, subnormals, zeros of both signs and infinities among them: a product with 1, added to -0, is the
    /// weight itself.
    @Test(arguments: WeightType.narrow) func everyPattern(_ type: WeightType) {
        let channels = 1 << 16
        var p = ConvolutionParameters()
        p.algorithm = .depthwise
        p.groups = channels
        p.weights = type
        let values = [PlanValue(channels, 1, 1), PlanValue(channels, 1, 1)]
        let image = GuardedImage(values[0], seed: 1)
        image.fill { _, _, _ in 1 }
        let patterns = (0..<channels).map { pattern in
            type == .float16 ? Float(Float16(bitPattern: UInt16(pattern))) : Float(bitPattern: UInt32(pattern) << 16)
        }
        let runner = KernelRunner(
            operation: PlanOperation(.convolution(p), sources: [PlanValueID(0)], results: [PlanValueID(1)]), values: values,
            sources: [image], constants: [patterns, [Float](repeating: -0.0, count: channels)])
        for isa in availableSets {
            let found = runner.run(isa, stepRows: 1, split: .together)[0].elements
            let wrong = zip(found, patterns).first { $0.isNaN != $1.isNaN || (!$1.isNaN && $0.bitPattern != $1.bitPattern) }
            #expect(wrong == nil, "set \(isa.rawValue): \(wrong.debugDescription)")
        }
    }
}
