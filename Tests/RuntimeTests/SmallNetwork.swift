import PlanFormat

/// A plan made by hand: two 3x3 convolutions with pooling between them, a transposed convolution back to the full size,
/// and a 1x1 convolution over both resolutions. Weights and inputs are small integers, so that float32 is exact and
/// every order of summation gives the same bits.
///
///     input -> a = conv3x3+relu(20) -> p = maxpool2x2 -> b = conv3x3+relu(17) -> u = transposed2x2(8)
///     output "map" = conv1x1 [a, u] (2), output "deep" = b
struct SmallNetwork {
    var height: Int
    var width: Int
    let weights = Weights()
    var plan = Plan()
    private(set) var constants: [UInt8] = []

    struct Weights {
        let a = integers(3 * 3 * 3 * 20, seed: 1), aBias = integers(20, seed: 2)
        let b = integers(3 * 3 * 20 * 17, seed: 3), bBias = integers(17, seed: 4)
        let u = integers(2 * 2 * 17 * 8, seed: 5), uBias = integers(8, seed: 6)
        let head = integers(28 * 2, seed: 7), headBias = integers(2, seed: 8)
    }

    /// - Parameter stepRows: Rows of each step at the full size; nil for whole images.
    init(height: Int, width: Int, stepRows: Int?, batch: Int = 1) {
        self.height = height
        self.width = width
        plan.batch = batch
        plan.inputs = [EntryPoint(name: Array("photo".utf8), height: height, width: width, channels: 3)]
        plan.outputs = [
            EntryPoint(name: Array("deep".utf8), height: height / 2, width: width / 2, channels: 17),
            EntryPoint(name: Array("map".utf8), height: height, width: width, channels: 2),
        ]
        addOperations()
        PlanAssembly.schedule(&plan, stepRows: stepRows)
        PlanAssembly.layOut(&plan)
    }

    private mutating func addOperations() {
        let (h, w) = (height, width)
        let x = value(3, h, w)
        let a = value(20, h, w)
        let p = value(20, h / 2, w / 2)
        let b = value(17, h / 2, w / 2)
        let u = value(8, h, w)
        let head = value(2, h, w)
        add(.input(entry: 0), [], [x], "input")
        add(
            .convolution(Self.convolution(3, h, w, .init(.relu))), [x], [a], "a",
            [packed(weights.a, 3, [3], 20), padded(weights.aBias)])
        var pooling = PoolingParameters()
        (pooling.kernelHeight, pooling.kernelWidth, pooling.strideHeight, pooling.strideWidth) = (2, 2, 2, 2)
        add(.pooling(pooling), [a], [p], "p")
        add(
            .convolution(Self.convolution(3, h / 2, w / 2, .init(.relu))), [p], [b], "b",
            [packed(weights.b, 3, [20], 17), padded(weights.bBias)])
        add(.output(entry: 0), [b], [], "deep")
        var transposed = TransposedConvolutionParameters()
        (transposed.kernelHeight, transposed.kernelWidth) = (2, 2)
        (transposed.strideHeight, transposed.strideWidth) = (2, 2)
        // A transposed convolution keeps the input channels of all blocks together, which one source of 17 does here.
        add(
            .transposedConvolution(transposed), [b], [u], "u",
            [packedTransposed(weights.u, 2, 17, 8), padded(weights.uBias)], firstExit: 1)
        add(
            .convolution(Self.convolution(1, h, w, .identity)), [a, u], [head], "head",
            [packed(weights.head, 1, [20, 8], 2), padded(weights.headBias)], firstExit: 1)
        add(.output(entry: 1), [head], [], "map", firstExit: 1)
    }

    private static func convolution(_ side: Int, _ height: Int, _ width: Int, _ activation: Activation) -> ConvolutionParameters {
        var p = ConvolutionParameters()
        (p.kernelHeight, p.kernelWidth, p.paddingTop, p.paddingLeft) = (side, side, side / 2, side / 2)
        (p.imageHeight, p.imageWidth, p.activation) = (height, width, activation)
        return p
    }

    private mutating func value(_ channels: Int, _ height: Int, _ width: Int) -> PlanValueID {
        plan.values.append(
            PlanValue(channels: channels, width: width, height: height, ringRows: height, storage: .arena(offset: 0)))
        return PlanValueID(plan.values.count - 1)
    }

    private mutating func add(
        _ kernel: KernelParameters, _ sources: [PlanValueID], _ results: [PlanValueID], _ name: String,
        _ floats: [[Float]] = [], firstExit: Int = 0
    ) {
        var ids: [PlanConstantID] = []
        for list in floats {
            while constants.count % 64 != 0 { constants.append(0) }
            ids.append(PlanConstantID(plan.constants.count))
            plan.constants.append(ConstantRange(offset: constants.count, byteCount: list.count * 4))
            for float in list { withUnsafeBytes(of: float.bitPattern.littleEndian) { constants += $0 } }
        }
        plan.operations.append(
            PlanOperation(
                kernel, sources: sources, results: results, constants: ids, firstExit: firstExit, name: Array(name.utf8)))
    }

    /// [kh][kw][Ci][Co] to [output block][source][input block][kh][kw][lane][16].
    private func packed(_ weights: [Int], _ side: Int, _ sources: [Int], _ outputs: Int) -> [Float] {
        let channels = sources.reduce(0, +)
        var result: [Float] = []
        for outputBlock in stride(from: 0, to: outputs, by: 16) {
            var sourceStart = 0
            for source in sources {
                for inputBlock in stride(from: 0, to: source, by: 16) {
                    for position in 0..<(side * side) {
                        for channel in inputBlock..<min(inputBlock + 16, source) {
                            for output in outputBlock..<(outputBlock + 16) {
                                let index = (position * channels + sourceStart + channel) * outputs + output
                                result.append(output < outputs ? Float(weights[index]) : 0)
                            }
                        }
                    }
                }
                sourceStart += source
            }
        }
        return result
    }

    /// [kh][kw][Co][Ci] to [output block][kh][kw][input channel][16].
    private func packedTransposed(_ weights: [Int], _ side: Int, _ inputs: Int, _ outputs: Int) -> [Float] {
        var result: [Float] = []
        for outputBlock in stride(from: 0, to: outputs, by: 16) {
            for position in 0..<(side * side) {
                for input in 0..<inputs {
                    for output in outputBlock..<(outputBlock + 16) {
                        let index = (position * outputs + output) * inputs + input
                        result.append(output < outputs ? Float(weights[index]) : 0)
                    }
                }
            }
        }
        return result
    }

    private func padded(_ bias: [Int]) -> [Float] {
        bias.map(Float.init) + [Float](repeating: 0, count: (16 - bias.count % 16) % 16)
    }
}

/// Integers from -2 through 2 that are the same in every run.
func integers(_ count: Int, seed: Int) -> [Int] {
    var state = UInt64(seed)
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % 5 - 2
    }
}
