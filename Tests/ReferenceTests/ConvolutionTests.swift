import GraphIR
import Reference
import TestSupport
import Testing

@Suite struct ConvolutionTests {
    @Test func handComputed() throws {
        // 1 2 3      1 0
        // 4 5 6  by  0 1  gives 1+5, 2+6; 4+8, 5+9, plus a bias of 10.
        // 7 8 9
        let image = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [1, 3, 3, 1])
        let kernel = Tensor([1, 0, 0, 1], shape: [2, 2, 1, 1])
        let operation = Convolution(window: Window(size: Spatial(2, 2)), hasBias: true)
        try expect(
            .convolution(operation), [image, kernel, Tensor([10], shape: [1])], gives: [16, 18, 22, 24], shape: [1, 2, 2, 1],
            tolerance: 0)
    }

    @Test(arguments: convolutionCases) func agreesWithTheDefinition(_ test: ConvolutionCase) throws {
        var random = SplitMix64(seed: 1)
        let channels = test.channels.reduce(0, +)
        let sources = test.channels.map { random.tensor([test.batch, test.side.height, test.side.width, $0]) }
        let kernel = random.tensor([test.window.size.height, test.window.size.width, channels / test.groups, test.outputs])
        let bias = random.tensor([test.outputs])
        let operation = Convolution(
            window: test.window, groups: test.groups, sourceCount: sources.count, hasBias: true)
        let joined = try evaluate(.concatenation(Concatenation(axis: 3)), operands: sources)[0]
        let (expected, shape) = naiveConvolution(joined, kernel, bias, test)
        try expect(.convolution(operation), sources + [kernel, bias], gives: expected, shape: shape)
    }

    @Test func epiloguesAreAppliedInOrder() throws {
        var random = SplitMix64(seed: 2)
        let operands = [random.tensor([2, 5, 7, 3]), random.tensor([3, 3, 3, 4]), random.tensor([4])]
        let window = Window(size: Spatial(3, 3), padding: .same)
        let plain = try evaluate(.convolution(Convolution(window: window, hasBias: true)), operands: operands)
        let active = try evaluate(.elementwise(Elementwise(.leakyRelu(slope: 0.1))), operands: plain)
        let pooled = try evaluate(
            .pooling(Pooling(.maximum, window: Window(size: Spatial(2, 3), strides: Spatial(2, 3)))), operands: active)
        var fused = Convolution(
            window: window, hasBias: true, activation: .leakyRelu(slope: 0.1),
            pooling: PoolingEpilogue(size: Spatial(2, 3), keepsUnpooled: true))
        #expect(try evaluate(.convolution(fused), operands: operands) == active + pooled)
        fused.pooling?.keepsUnpooled = false
        #expect(try evaluate(.convolution(fused), operands: operands) == pooled)
        #expect(pooled[0].shape == [2, 2, 2, 4])
    }

    /// More columns than fit into one band.
    @Test func bandsJoinWithoutSeams() throws {
        var random = SplitMix64(seed: 3)
        let image = random.tensor([1, 40, 600, 16])
        let kernel = random.tensor([5, 5, 16, 2])
        let operation = Operation.convolution(Convolution(window: Window(size: Spatial(5, 5), padding: .same), hasBias: false))
        let exact = try evaluate(operation, operands: [image, kernel])[0]
        let fast = try evaluate(operation, operands: [image, kernel], arithmetic: .blas)[0]
        let distance = difference(fast.floats, exact.floats)
        #expect(distance.largest < 2e-5, "\(distance)")
    }

    @Test func refusesChannelsThatDoNotFit() {
        let operation = Operation.convolution(Convolution(window: Window(size: .one), hasBias: false))
        let operands = [Tensor(repeating: 1, shape: [1, 2, 2, 3]), Tensor(repeating: 1, shape: [1, 1, 4, 2])]
        #expect(throws: EvaluationError.self) { try evaluate(operation, operands: operands) }
    }
}

struct ConvolutionCase: CustomTestStringConvertible {
    var window: Window
    var side = Spatial(6, 5)
    var batch = 1
    var channels = [3]
    var outputs = 4
    var groups = 1
    var testDescription: String {
        "\(window.size.height)x\(window.size.width) / \(window.strides.height) · \(window.dilations.height) \(window.padding) "
            + "\(side.height)x\(side.width) \(channels) -> \(outputs) in \(groups)"
    }
}

private let convolutionCases: [ConvolutionCase] = {
    var cases: [ConvolutionCase] = []
    let paddings: [WindowPadding] = [.none, .same, .sameLower, .explicit(top: 2, left: 0, bottom: 1, right: 3)]
    for padding in paddings {
        for (size, stride, dilation) in [(1, 1, 1), (3, 1, 1), (3, 2, 1), (2, 1, 2), (2, 3, 1), (3, 2, 2)] {
            cases.append(
                ConvolutionCase(
                    window: Window(
                        size: Spatial(size, max(1, size - 1)), strides: Spatial(stride, 1), dilations: Spatial(dilation, dilation),
                        padding: padding)))
        }
    }
    let square = Window(size: Spatial(3, 3), padding: .same)
    cases.append(ConvolutionCase(window: square, side: .one, channels: [1], outputs: 1))
    cases.append(ConvolutionCase(window: Window(size: .one), side: .one, channels: [17], outputs: 3))
    cases.append(ConvolutionCase(window: Window(size: .one, strides: Spatial(2, 2)), channels: [8], outputs: 17))
    for groups in [2, 3, 6] {
        cases.append(ConvolutionCase(window: square, batch: 2, channels: [6], outputs: 12, groups: groups))
        cases.append(ConvolutionCase(window: Window(size: .one), channels: [6], outputs: 6, groups: groups))
    }
    cases.append(ConvolutionCase(window: square, batch: 2, channels: [1, 5, 2], outputs: 3))
    cases.append(ConvolutionCase(window: Window(size: .one), channels: [3, 4], outputs: 5))
    return cases
}()

/// The definition, written without any of the evaluator's parts.
private func naiveConvolution(
    _ image: Tensor, _ kernel: Tensor, _ bias: Tensor, _ test: ConvolutionCase
) -> (floats: [Float], shape: [Int]) {
    let window = test.window
    let (height, top) = side(test.side.height, window.size.height, window.strides.height, window.dilations.height, window.padding, true)
    let (width, left) = side(test.side.width, window.size.width, window.strides.width, window.dilations.width, window.padding, false)
    let shape = [test.batch, height, width, test.outputs]
    let inputs = kernel.shape[2]
    let floats = (0..<shape.reduce(1, *)).map { position -> Float in
        let output = position % test.outputs
        let column = position / test.outputs % width
        let row = position / test.outputs / width % height
        let sample = position / test.outputs / width / height
        let group = output / (test.outputs / test.groups)
        var sum = Double(bias.floats[output])
        for r in 0..<window.size.height {
            for s in 0..<window.size.width {
                for c in 0..<inputs {
                    sum +=
                        pixel(
                            image, sample, row * window.strides.height + r * window.dilations.height - top,
                            column * window.strides.width + s * window.dilations.width - left, group * inputs + c)
                        * Double(kernel.floats[((r * window.size.width + s) * inputs + c) * test.outputs + output])
                }
            }
        }
        return Float(sum)
    }
    return (floats, shape)
}

private func side(
    _ input: Int, _ size: Int, _ stride: Int, _ dilation: Int, _ padding: WindowPadding, _ isRows: Bool
) -> (output: Int, before: Int) {
    let extent = (size - 1) * dilation + 1
    if case .explicit(let top, let left, let bottom, let right) = padding {
        let (before, after) = isRows ? (top, bottom) : (left, right)
        return ((input + before + after - extent) / stride + 1, before)
    }
    let output = (input + stride - 1) / stride
    let total = max(0, (output - 1) * stride + extent - input)
    return (output, padding == .same ? total / 2 : (total + 1) / 2)
}
