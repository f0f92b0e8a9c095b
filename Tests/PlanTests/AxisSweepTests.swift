import GraphIR
import TestSupport
import Testing

/// The operations that reduce, multiply or resample tensors along axes, through a plan and against the reference.
@Suite struct AxisSweepTests {
    // MARK: Along axes

    @Test(arguments: Reduction.Kind.allCases, ElementType.computed)
    func reduction(kind: Reduction.Kind, element: ElementType) throws {
        guard element != .bool || kind == .maximum || kind == .minimum else { return }
        for (shape, axes) in [
            ([], []), ([7], [0]), ([3, 5], [0]), ([3, 5], [1]), ([3, 5], [0, 1]), ([2, 3, 4, 5], [1, 2]),
            ([2, 3, 4, 5], [0, 3]), ([2, 3, 4, 5], []),
            ([2, 1, 2, 1, 2, 1, 2, 3], [0, 2, 7]), ([3, 20_000], [1]), ([20_000, 3], [0]),
        ] as [([Int], [Int])] {
            for keeps in [false, true] {
                // A product of many floats is 0 or infinite.
                if kind == .product, element == .float32, shape.reduce(1, *) > 1000 { continue }
                var sweep = TensorSweep()
                let value = sweep.input(element, shape)
                let result = try sweep.append(.reduction(Reduction(kind, axes: axes, keepsAxes: keeps)), value)
                let turned = try sweep.append(.transpose(Transpose(Array(shape.indices.reversed()))), value)
                let other = try sweep.append(.reduction(Reduction(kind, axes: axes, keepsAxes: keeps)), turned)
                try sweep.check("\(kind) \(element) \(shape) \(axes)", result, other, tolerance: 1e-5)
            }
        }
    }

    @Test(arguments: ElementType.numbers, [false, true]) func argumentMaximum(element: ElementType, selectsLast: Bool) throws {
        for (shape, axis) in [([7], 0), ([3, 50], 1), ([50, 3], 0), ([2, 30, 4, 5], 1), ([2, 3, 4, 50], 3)] {
            for keeps in [false, true] {
                var sweep = TensorSweep()
                let value = sweep.input(element, shape, 0...9)
                let operation = ArgumentMaximum(axis: axis, keepsAxis: keeps, selectsLast: selectsLast)
                try sweep.check("\(shape) \(axis)", try sweep.append(.argumentMaximum(operation), value))
            }
        }
    }

    @Test(arguments: ElementType.numbers, [false, true]) func topPositions(element: ElementType, largest: Bool) throws {
        for (shape, axis) in [([7], 0), ([3, 50], 1), ([50, 3], 0), ([2, 30, 4, 5], 1), ([2, 3, 4, 50], 3), ([1, 9, 9, 20], 3)] {
            for count in [0, 1, 3, shape[axis]] {
                var sweep = TensorSweep()
                let value = sweep.input(element, shape, 0...9)
                let turned = try sweep.append(.transpose(Transpose(Array(shape.indices.reversed()))), value)
                let top = TopPositions(axis: axis, count: count, largest: largest)
                let other = TopPositions(axis: shape.count - 1 - axis, count: count, largest: largest)
                try sweep.check(
                    "\(shape) \(axis) \(count)", try sweep.append(.topPositions(top), value),
                    try sweep.append(.topPositions(other), turned), passes: true)
            }
        }
    }

    @Test(arguments: ElementType.numbers, Cumulative.Kind.allCases)
    func cumulative(element: ElementType, kind: Cumulative.Kind) throws {
        for (shape, axis) in [([7], 0), ([3, 50], 1), ([50, 3], 0), ([2, 30, 4, 5], 1), ([2, 3, 0, 5], 1), ([1, 9, 9, 20], 3)] {
            for (isExclusive, isReversed) in [(false, false), (true, false), (false, true), (true, true)] {
                var sweep = TensorSweep()
                let value = sweep.input(element, shape)
                let turned = try sweep.append(.transpose(Transpose(Array(shape.indices.reversed()))), value)
                let operation = Cumulative(kind, axis: axis, isExclusive: isExclusive, isReversed: isReversed)
                let other = Cumulative(kind, axis: shape.count - 1 - axis, isExclusive: isExclusive, isReversed: isReversed)
                try sweep.check(
                    "\(shape) \(axis)", try sweep.append(.cumulative(operation), value), try sweep.append(.cumulative(other), turned),
                    passes: true)
            }
        }
    }

    @Test(arguments: Scatter.Kind.allCases, ElementType.computed) func scatter(kind: Scatter.Kind, element: ElementType) throws {
        guard element != .bool || kind != .add && kind != .multiply else { return }
        for (shape, count) in [
            ([7], 5), ([1], 9), ([3, 50], 4), ([4, 3, 5, 2], 6), ([0, 3], 2), ([3, 0], 2), ([5, 2], 0), ([4, 300], 40),
        ] {
            var sweep = TensorSweep()
            let data = sweep.input(element, shape)
            let positions = sweep.input(.int64, [count], -1...shape[0])
            let updates = sweep.input(element, [count] + shape.dropFirst(), element == .float32 ? -2...2 : nil)
            try sweep.check("\(kind) \(element) \(shape) \(count)", try sweep.append(.scatter(Scatter(kind)), data, positions, updates))
            let fixed = sweep.constant(.int64, [count], 0...max(0, shape[0] - 1))
            let turned = try sweep.append(.transpose(Transpose(Array(shape.indices.reversed()))), data)
            let back = try sweep.append(.transpose(Transpose(Array(shape.indices.reversed()))), turned)
            try sweep.check(
                "\(kind) \(element) \(shape) \(count)", try sweep.append(.scatter(Scatter(kind)), back, fixed, updates), passes: true)
        }
    }

    @Test func normalizationOfNothing() throws {
        for (shape, axes) in [([2, 0], [1]), ([0, 4], [1]), ([1, 3, 0, 4], [2, 3])] {
            var sweep = TensorSweep()
            let value = sweep.input(.float32, shape)
            let operation = Normalization(axes: axes, epsilon: 1e-5)
            try sweep.check("\(shape) \(axes)", try sweep.append(.normalization(operation), value))
        }
    }

    @Test(arguments: [false, true]) func softmax(logarithm: Bool) throws {
        for (shape, axis) in [
            ([7], 0), ([3, 50], 1), ([50, 3], 0), ([2, 30, 4, 5], 1), ([2, 3, 4, 50], 3), ([2, 3, 4, 5], 0), ([1, 9, 9, 20], 3),
        ] {
            var sweep = TensorSweep()
            let value = sweep.input(.float32, shape)
            try sweep.check("\(shape) \(axis)", try sweep.append(.softmax(Softmax(axis: axis, logarithm: logarithm)), value))
        }
    }

    @Test func normalization() throws {
        for (shape, axes) in [
            ([7], [0]), ([3, 50], [1]), ([50, 3], [0]), ([2, 6, 4, 5], [1, 2]), ([2, 3, 4, 50], [1, 2, 3]),
            ([2, 3, 4, 5], [0, 3]),
        ] {
            var sweep = TensorSweep()
            let value = sweep.input(.float32, shape)
            try sweep.check("\(shape) \(axes)", try sweep.append(.normalization(Normalization(axes: axes, epsilon: 1e-3)), value))
        }
    }

    @Test func batchNormalizationOfComputedVectors() throws {
        for shape in [[4, 6], [2, 3, 6], [1, 5, 7, 6], [2, 5, 7, 6]] {
            var sweep = TensorSweep()
            let value = sweep.input(.float32, shape)
            let vectors = [
                sweep.input(.float32, [6]), sweep.constant(.float32, [6]), sweep.input(.float32, [6]),
                sweep.input(.float32, [6], 1...4),
            ]
            let operation = Operation.batchNormalization(BatchNormalization(epsilon: 1e-3, activation: .relu))
            try sweep.check("\(shape)", try sweep.append(operation, value, vectors[0], vectors[1], vectors[2], vectors[3]))
        }
    }

    // MARK: Products

    @Test func matrixMultiplication() throws {
        for (left, right) in [
            ([3, 4], [4, 5]), ([2, 3, 4], [4, 5]), ([2, 3, 4], [2, 4, 5]), ([2, 1, 3, 4], [5, 4, 33]),
            ([2, 3, 17, 40], [2, 3, 40, 17]), ([1, 1], [1, 1]),
            ([1, 5, 6, 4], [4, 7]), ([5, 6, 4], [2, 1, 4, 7]),
        ] {
            for hasBias in [false, true] {
                var sweep = TensorSweep()
                let a = sweep.input(.float32, left)
                let b = sweep.input(.float32, right)
                let known = sweep.constant(.float32, right)
                let bias = sweep.constant(.float32, [right[right.count - 1]])
                let operation = Operation.matrixMultiplication(
                    MatrixMultiplication(hasBias: hasBias, activation: hasBias ? .relu : nil))
                let results =
                    try hasBias
                    ? [sweep.append(operation, a, b, bias), sweep.append(operation, a, known, bias)]
                    : [sweep.append(operation, a, b), sweep.append(operation, a, known)]
                // A transposed factor.
                let turned = try sweep.append(
                    .transpose(Transpose(Array(left.indices.dropLast(2)) + [left.count - 1, left.count - 2])), a)
                let gram = try sweep.append(.matrixMultiplication(MatrixMultiplication()), turned, a)
                try sweep.check("\(left) \(right)", results[0], results[1], gram, tolerance: 1e-5)
            }
        }
    }

    @Test(arguments: [1, 2], [1, 2, 4]) func convolutionByComputedKernels(batch: Int, groups: Int) throws {
        for (window, pooling) in [
            (Window(size: Spatial(3, 3), padding: .same), nil),
            (Window(size: Spatial(2, 3), strides: Spatial(2, 1), dilations: Spatial(1, 2)), nil),
            (
                Window(size: Spatial(3, 3), padding: .explicit(top: 2, left: 0, bottom: 1, right: 3)),
                PoolingEpilogue(size: Spatial(2, 2), keepsUnpooled: false)
            ),
            (Window(size: Spatial(1, 1)), PoolingEpilogue(size: Spatial(1, 1), keepsUnpooled: false)),
        ] as [(Window, PoolingEpilogue?)] {
            var sweep = TensorSweep()
            let image = sweep.input(.float32, [batch, 7, 9, 4])
            let kernel = sweep.input(.float32, [window.size.height, window.size.width, 4 / groups, 8])
            let bias = sweep.input(.float32, [8])
            let convolution = Convolution(window: window, groups: groups, hasBias: true, activation: .relu, pooling: pooling)
            try sweep.check(
                "\(window) \(groups)", try sweep.append(.convolution(convolution), image, kernel, bias), tolerance: 1e-5)
        }
    }

    @Test(arguments: [1, 2], [1, 2]) func transposedConvolutionByComputedKernels(batch: Int, groups: Int) throws {
        for window in [
            Window(size: Spatial(2, 2), strides: Spatial(2, 2), padding: .same),
            Window(size: Spatial(3, 2), strides: Spatial(2, 3)),
            Window(size: Spatial(3, 3), dilations: Spatial(1, 2), padding: .explicit(top: 1, left: 0, bottom: 1, right: 2)),
        ] {
            var sweep = TensorSweep()
            let image = sweep.input(.float32, [batch, 4, 5, 4])
            let kernel = sweep.input(.float32, [window.size.height, window.size.width, 6 / groups, 4])
            let bias = sweep.input(.float32, [6])
            let convolution = TransposedConvolution(window: window, groups: groups, hasBias: true)
            try sweep.check(
                "\(window) \(groups)", try sweep.append(.transposedConvolution(convolution), image, kernel, bias),
                tolerance: 1e-5)
        }
    }

    // MARK: Quantization and resizing

    @Test(arguments: [ElementType.uint8, .int8]) func quantization(element: ElementType) throws {
        for (shape, axis, scale) in [
            ([], nil, []), ([9], nil, [1]), ([4, 6], nil, [4, 6]), ([4, 6], 1, [6]), ([2, 3, 4, 5], 1, [3]),
            ([2, 3, 4, 5], 3, [5]),
        ] as [([Int], Int?, [Int])] {
            for hasZeroPoint in [false, true] {
                var sweep = TensorSweep()
                let value = sweep.input(.float32, shape, -300...300)
                let scales = sweep.input(.float32, scale, 1...4)
                let zero = sweep.input(element, scale)
                let operation = Operation.quantization(Quantization(axis: axis, to: element))
                let result =
                    try hasZeroPoint
                    ? sweep.append(operation, value, scales, zero) : sweep.append(operation, value, scales)
                let inverse = Operation.dequantization(Dequantization(axis: axis))
                let back = try hasZeroPoint ? sweep.append(inverse, result, scales, zero) : sweep.append(inverse, result, scales)
                try sweep.check("\(shape) \(axis as Int?)", result, back)
            }
        }
    }

    @Test func dequantizationOfIntegers() throws {
        var sweep = TensorSweep()
        let value = sweep.input(.int32, [3, 4], -100_000...100_000)
        let scale = sweep.input(.float32, [4])
        let zero = sweep.input(.int32, [4])
        try sweep.check("i32", try sweep.append(.dequantization(Dequantization(axis: 1)), value, scale, zero))
    }

    @Test(arguments: [Resize.Interpolation.nearest(.floor), .nearest(.roundPreferCeil), .linear, .cubic(coefficient: -0.75)])
    func resize(interpolation: Resize.Interpolation) throws {
        for coordinates in Self.coordinates {
            for (shape, sizes) in [([6], [0: 9]), ([4, 6], [1: 3]), ([2, 3, 4, 6], [2: 7, 3: 3]), ([3, 4, 5], [0: 5, 2: 2])] {
                var sweep = TensorSweep()
                let value = sweep.input(.float32, shape)
                let axes = sizes.sorted { $0.key < $1.key }.map { axis, size in
                    Resize.Axis(
                        axis, .size(size, scale: Float(size) / Float(shape[axis])), interpolation: interpolation,
                        coordinates: coordinates)
                }
                try sweep.check(
                    "\(interpolation) \(coordinates) \(shape)",
                    try sweep.append(.resize(Resize(axes, extrapolation: 7)), value))
            }
        }
    }

    private static let coordinates: [Resize.Coordinates] = [
        .halfPixel, .alignCorners, .asymmetric, .pytorchHalfPixel, .halfPixelSymmetric, .halfPixelForNearest,
        .cropAndResize(start: -0.2, end: 0.9),
    ]

    /// Positions of a scale that is not the ratio of the lengths, on the rows and columns of images: the kernels on rows find the
    /// elements by a fraction that is near the scale.
    @Test(arguments: [Resize.Interpolation.nearest(.floor), .nearest(.ceil), .linear, .cubic(coefficient: -0.75)])
    func resizeByScales(interpolation: Resize.Interpolation) throws {
        for coordinates in Self.coordinates {
            for (rows, columns) in [(0.3, 1.3), (0.35, 2.3), (1.05, 0.7), (3.3, 0.95)] as [(Float, Float)] {
                var sweep = TensorSweep()
                let value = sweep.input(.float32, [1, 33, 21, 3])
                let axes = [(1, 33, rows), (2, 21, columns)].map { axis, side, scale in
                    Resize.Axis(
                        axis, .size(Int(Float(side) * scale), scale: scale), interpolation: interpolation, coordinates: coordinates,
                        positions: .floatScale)
                }
                try sweep.check(
                    "\(interpolation) \(coordinates) \(rows) \(columns)",
                    try sweep.append(.resize(Resize(axes, extrapolation: 7)), value))
            }
        }
    }

    @Test(arguments: ElementType.computed) func nearestElementsOfEveryType(element: ElementType) throws {
        for coordinates in [Resize.Coordinates.asymmetric, .cropAndResize(start: 0.1, end: 1.3)] {
            var sweep = TensorSweep()
            let value = sweep.input(element, [2, 3, 4])
            let axes = [
                Resize.Axis(1, .size(7, scale: 7.0 / 3), interpolation: .nearest(.roundPreferFloor), coordinates: coordinates),
                Resize.Axis(2, .size(2, scale: 0.5), interpolation: .nearest(.ceil), coordinates: coordinates),
            ]
            try sweep.check("\(coordinates)", try sweep.append(.resize(Resize(axes, extrapolation: 3)), value))
        }
    }

    @Test(arguments: [ElementType.float32, .uint8, .int8], [false, true])
    func poolingPositions(element: ElementType, columnMajor: Bool) throws {
        for window in [
            Window(size: Spatial(2, 2), strides: Spatial(2, 2)),
            Window(size: Spatial(3, 3), strides: Spatial(2, 1), padding: .same),
            Window(
                size: Spatial(3, 2), strides: Spatial(2, 3), dilations: Spatial(2, 1),
                padding: .explicit(top: 1, left: 0, bottom: 2, right: 1), roundsUp: true),
        ] {
            var sweep = TensorSweep()
            let value = sweep.input(element, [2, 7, 8, 3], 0...20)
            try sweep.check(
                "\(window)",
                try sweep.append(.poolingPositions(PoolingPositions(window: window, columnMajor: columnMajor)), value))
        }
    }
}
