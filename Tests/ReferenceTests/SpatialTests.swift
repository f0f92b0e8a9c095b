import GraphIR
import Reference
import TestSupport
import Testing

@Suite struct TransposedConvolutionTests {
    @Test func handComputed() throws {
        // Two pixels, stride 2, kernel 1 2 3 along the row: 1·[1 2 3] at 0 and 10·[1 2 3] at 2.
        let image = Tensor([1, 10], shape: [1, 1, 2, 1])
        let kernel = Tensor([1, 2, 3], shape: [1, 3, 1, 1])
        let operation = TransposedConvolution(window: Window(size: Spatial(1, 3), strides: Spatial(1, 2)), hasBias: false)
        try expect(.transposedConvolution(operation), [image, kernel], gives: [1, 2, 13, 20, 30], shape: [1, 1, 5, 1], tolerance: 0)
    }

    @Test(arguments: [1, 2, 3], [1, 2, 3]) func agreesWithTheDefinition(size: Int, stride: Int) throws {
        var random = SplitMix64(seed: UInt64(size * 10 + stride))
        for padding in [WindowPadding.none, .same, .sameLower, .explicit(top: size - 1, left: 0, bottom: 0, right: size - 1)] {
            for (dilation, groups, extra) in [(1, 1, 0), (2, 2, 0), (1, 3, stride - 1)] {
                var isExplicit = false
                if case .explicit = padding { isExplicit = true }
                if !isExplicit, extra > 0 { continue }
                let window = Window(
                    size: Spatial(size, size), strides: Spatial(stride, stride), dilations: Spatial(dilation, dilation),
                    padding: padding)
                let operation = TransposedConvolution(
                    window: window, outputPadding: Spatial(extra, 0), groups: groups, hasBias: true)
                let operands = [random.tensor([2, 3, 4, 6]), random.tensor([size, size, 6 / groups, 6]), random.tensor([6])]
                let (expected, shape) = naive(operation, operands)
                try expect(.transposedConvolution(operation), operands, gives: expected, shape: shape)
            }
        }
    }

    /// Spreads every input pixel over the uncropped result, then crops.
    private func naive(_ operation: TransposedConvolution, _ operands: [Tensor]) -> (floats: [Float], shape: [Int]) {
        let image = operands[0]
        let kernel = operands[1].floats
        let window = operation.window
        let size = window.size.height
        let stride = window.strides.height
        let dilation = window.dilations.height
        let extent = (size - 1) * dilation + 1
        let fullHeight = (image.shape[1] - 1) * stride + extent + operation.outputPadding.height
        let fullWidth = (image.shape[2] - 1) * stride + extent
        var full: [[Int]: Double] = [:]
        let groupInputs = 6 / operation.groups
        for position in 0..<(2 * 3 * 4 * size * size * 6) {
            let (n, y, x) = (position / (12 * size * size * 6), position / (4 * size * size * 6) % 3, position / (size * size * 6) % 4)
            let (r, s, o) = (position / (size * 6) % size, position / 6 % size, position % 6)
            let group = o / groupInputs
            var sum = 0.0
            for c in (group * groupInputs)..<((group + 1) * groupInputs) {
                sum += pixel(image, n, y, x, c) * Double(kernel[((r * size + s) * groupInputs + o % groupInputs) * 6 + c])
            }
            full[[n, y * stride + r * dilation, x * stride + s * dilation, o], default: 0] += sum
        }
        var (top, left, height, width) = (0, 0, image.shape[1] * stride, image.shape[2] * stride)
        switch window.padding {
        case .explicit(let t, let l, let b, let r): (top, left, height, width) = (t, l, fullHeight - t - b, fullWidth - l - r)
        case .same: (top, left) = (max(0, extent - stride) / 2, max(0, extent - stride) / 2)
        case .sameLower: (top, left) = ((max(0, extent - stride) + 1) / 2, (max(0, extent - stride) + 1) / 2)
        }
        let shape = [2, height, width, 6]
        let floats = (0..<shape.reduce(1, *)).map { position -> Float in
            let o = position % 6
            let x = position / 6 % width
            let y = position / 6 / width % height
            let n = position / 6 / width / height
            return Float(full[[n, y + top, x + left, o], default: 0] + Double(operands[2].floats[o]))
        }
        return (floats, shape)
    }
}

@Suite struct PoolingTests {
    private let image = Tensor([1, 5, 2, 4, -3, 0, 7, 6, 8], shape: [1, 3, 3, 1])

    @Test func maximum() throws {
        let valid = Pooling(.maximum, window: Window(size: Spatial(2, 2)))
        try expect(.pooling(valid), [image], gives: [5, 5, 7, 8], shape: [1, 2, 2, 1], tolerance: 0)
        let same = Pooling(.maximum, window: Window(size: Spatial(2, 2), strides: Spatial(2, 2), padding: .same))
        try expect(.pooling(same), [image], gives: [5, 2, 7, 8], shape: [1, 2, 2, 1], tolerance: 0)
        let dilated = Pooling(.maximum, window: Window(size: Spatial(2, 2), dilations: Spatial(2, 2)))
        try expect(.pooling(dilated), [image], gives: [8], shape: [1, 1, 1, 1], tolerance: 0)
    }

    /// Padding is not a zero: the largest of negative numbers stays negative.
    @Test func paddingTakesNoPart() throws {
        let negative = Tensor([-1, -2, -3, -4], shape: [1, 2, 2, 1])
        let window = Window(size: Spatial(2, 2), padding: .explicit(top: 1, left: 1, bottom: 1, right: 1))
        try expect(
            .pooling(Pooling(.maximum, window: window)), [negative], gives: [-1, -1, -2, -1, -1, -2, -3, -3, -4],
            shape: [1, 3, 3, 1], tolerance: 0)
        try expect(
            .pooling(Pooling(.average, window: window)), [negative], gives: [-1, -1.5, -2, -2, -2.5, -3, -3, -3.5, -4],
            shape: [1, 3, 3, 1], tolerance: 0)
        try expect(
            .pooling(Pooling(.average, window: window, countsPadding: true)), [negative],
            gives: [-0.25, -0.75, -0.5, -1, -2.5, -1.5, -0.75, -1.75, -1], shape: [1, 3, 3, 1], tolerance: 0)
    }

    /// Positions that rounding up adds beyond the padding count in no divisor.
    @Test func roundingUp() throws {
        let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2), roundsUp: true)
        try expect(.pooling(Pooling(.maximum, window: window)), [image], gives: [5, 2, 7, 8], shape: [1, 2, 2, 1], tolerance: 0)
        try expect(
            .pooling(Pooling(.average, window: window, countsPadding: true)), [image], gives: [1.75, 1, 6.5, 8], shape: [1, 2, 2, 1],
            tolerance: 0)
    }

    @Test func globalPoolingIsPerChannelAndSample() throws {
        let images = Tensor([1, 10, 2, 20, 3, 60, 4, -2, 5, -4, 9, 0], shape: [2, 1, 3, 2])
        try expect(.globalPooling(GlobalPooling(.maximum)), [images], gives: [3, 60, 9, 0], shape: [2, 1, 1, 2], tolerance: 0)
        try expect(.globalPooling(GlobalPooling(.average)), [images], gives: [2, 30, 6, -2], shape: [2, 1, 1, 2], tolerance: 0)
    }

    @Test func zerosAndNaNFollowTheFold() throws {
        func largest(_ row: [Float]) throws -> Float {
            let window = Window(size: Spatial(1, row.count))
            let operand = Tensor(row, shape: [1, 1, row.count, 1])
            return try evaluate(.pooling(Pooling(.maximum, window: window)), operands: [operand])[0].floats[0]
        }
        #expect(try largest([0, -0.0]).sign == .minus)
        #expect(try largest([-0.0, 0]).sign == .plus)
        #expect(try largest([1, .nan]).isNaN)
        #expect(try largest([.nan, 1]) == 1)
        #expect(try largest([-.infinity]) == -.infinity)
    }
}

@Suite struct ResizeTests {
    private let row = Tensor([0, 10, 20, 30], shape: [1, 1, 4, 1])

    private func resized(_ operation: Resize, to expected: [Float], sourceLocation: SourceLocation = #_sourceLocation) throws {
        try expect(
            .resize(operation), [row], gives: expected, shape: [1, 1, expected.count, 1], tolerance: 1e-5,
            sourceLocation: sourceLocation)
    }

    @Test func nearest() throws {
        let repeated: [Float] = [0, 0, 10, 10, 20, 20, 30, 30]
        try resized(Resize(rows: .factor(1), columns: .factor(2), interpolation: .nearest(.floor), coordinates: .asymmetric), to: repeated)
        try resized(
            Resize(rows: .factor(1), columns: .factor(2), interpolation: .nearest(.roundPreferFloor), coordinates: .halfPixel), to: repeated
        )
        // Positions −¼, ¼, ¾ … rounded down.
        try resized(
            Resize(rows: .factor(1), columns: .factor(2), interpolation: .nearest(.floor), coordinates: .halfPixel),
            to: [0, 0, 0, 10, 10, 20, 20, 30])
        try resized(Resize(rows: .size(1), columns: .size(2), interpolation: .nearest(.floor), coordinates: .asymmetric), to: [0, 20])
        try resized(Resize(rows: .size(1), columns: .size(2), interpolation: .nearest(.floor), coordinates: .alignCorners), to: [0, 30])
        // Positions 0.5 and 2.5 lie between two pixels.
        try resized(
            Resize(rows: .size(1), columns: .size(2), interpolation: .nearest(.roundPreferFloor), coordinates: .halfPixel), to: [0, 20])
    }

    @Test func linear() throws {
        try resized(
            Resize(rows: .factor(1), columns: .factor(2), interpolation: .linear, coordinates: .halfPixel),
            to: [0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30])
        try resized(
            Resize(rows: .factor(1), columns: .factor(2), interpolation: .linear, coordinates: .asymmetric),
            to: [0, 5, 10, 15, 20, 25, 30, 30])
        try resized(
            Resize(rows: .size(1), columns: .size(7), interpolation: .linear, coordinates: .alignCorners), to: [0, 5, 10, 15, 20, 25, 30])
        try resized(Resize(rows: .size(1), columns: .size(1), interpolation: .linear, coordinates: .alignCorners), to: [0])
        try resized(
            Resize(rows: .size(1), columns: .size(3), interpolation: .linear, coordinates: .halfPixel), to: [10 / 6, 15, 30 - 10 / 6])
    }

    @Test func rowsChannelsAndSamplesStayApart() throws {
        let image = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 1, 2, 2])
        let operation = Resize(rows: .factor(2), columns: .factor(1), interpolation: .nearest(.floor), coordinates: .asymmetric)
        try expect(
            .resize(operation), [image], gives: [1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 5, 6, 7, 8], shape: [2, 2, 2, 2], tolerance: 0)
        let square = Tensor([0, 4, 8, 12], shape: [1, 2, 2, 1])
        let linear = Resize(rows: .size(3), columns: .size(3), interpolation: .linear, coordinates: .alignCorners)
        try expect(.resize(linear), [square], gives: [0, 2, 4, 4, 6, 8, 8, 10, 12], shape: [1, 3, 3, 1], tolerance: 0)
    }
}
