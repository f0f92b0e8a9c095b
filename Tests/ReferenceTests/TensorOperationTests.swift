import GraphIR
import Reference
import TestSupport
import Testing

/// Evaluates and expects exactly these integers.
private func expect(
    _ operation: Operation, _ operands: [Tensor], gives integers: [Int64], shape: [Int], _ element: ElementType,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let result = try evaluate(operation, operands: operands)[0]
    #expect(result == Tensor(integers: integers, shape: shape, element: element), "\(operation)", sourceLocation: sourceLocation)
}

private func integers(_ elements: [Int64], _ shape: [Int]? = nil, _ element: ElementType = .int64) -> Tensor {
    Tensor(integers: elements, shape: shape ?? [elements.count], element: element)
}

private func bools(_ elements: [Int64], _ shape: [Int]? = nil) -> Tensor { integers(elements, shape, .bool) }
private func floats(_ elements: [Float], _ shape: [Int]? = nil) -> Tensor { Tensor(elements, shape: shape ?? [elements.count]) }

@Suite struct ElementOperationTests {
    @Test func castFromFloats() throws {
        let x = floats([-1.9, 1.9, 300, -300, 3e9, -3e9, 1e20, -1e20, .nan, .infinity, 0])
        func cast(_ element: ElementType, _ expected: [Int64]) throws {
            try expect(.cast(Cast(to: element)), [x], gives: expected, shape: [11], element)
        }
        try cast(.uint8, [0, 1, 255, 0, 255, 0, 255, 0, 0, 255, 0])
        try cast(.int8, [-1, 1, 127, -128, 127, -128, 127, -128, 0, 127, 0])
        try cast(
            .int32,
            [-1, 1, 300, -300, Int64(Int32.max), Int64(Int32.min), Int64(Int32.max), Int64(Int32.min), 0, Int64(Int32.max), 0])
        try cast(.int64, [-1, 1, 300, -300, 3_000_000_000, -3_000_000_000, .max, .min, 0, .max, 0])
        try cast(.bool, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0])
    }

    @Test func castFromIntegers() throws {
        let x = integers([0, 1, -1, 200, 1 << 33 + 5])
        try expect(.cast(Cast(to: .uint8)), [x], gives: [0, 1, 255, 200, 5], shape: [5], .uint8)
        try expect(.cast(Cast(to: .int8)), [x], gives: [0, 1, -1, -56, 5], shape: [5], .int8)
        try expect(.cast(Cast(to: .bool)), [x], gives: [0, 1, 1, 1, 1], shape: [5], .bool)
        // 2²⁴ + 1 lies between two floats, the even one of which is below.
        let large = integers([16_777_217, 16_777_219, .max])
        try expect(.cast(Cast(to: .float32)), [large], gives: [16_777_216, 16_777_220, 0x1p63], shape: [3], tolerance: 0)
        try expect(.cast(Cast(to: .float32)), [bools([0, 1])], gives: [0, 1], shape: [2], tolerance: 0)
    }

    @Test func comparisonsBroadcast() throws {
        let column = floats([1, .nan], [2, 1])
        let row = floats([0, 1, 2])
        func result(_ kind: Comparison.Kind, _ expected: [Int64]) throws {
            try expect(.comparison(Comparison(kind)), [column, row], gives: expected, shape: [2, 3], .bool)
        }
        try result(.equal, [0, 1, 0, 0, 0, 0])
        try result(.less, [0, 0, 1, 0, 0, 0])
        try result(.lessOrEqual, [0, 1, 1, 0, 0, 0])
        try result(.greater, [1, 0, 0, 0, 0, 0])
        try result(.greaterOrEqual, [1, 1, 0, 0, 0, 0])
        try expect(
            .comparison(Comparison(.less)), [integers([.min, 3]), integers([.max, 3])], gives: [1, 0], shape: [2], .bool)
    }

    @Test func logic() throws {
        let a = bools([0, 0, 1, 1])
        let b = bools([0, 1, 0, 1])
        try expect(.logical(Logical(.and)), [a, b], gives: [0, 0, 0, 1], shape: [4], .bool)
        try expect(.logical(Logical(.or)), [a, b], gives: [0, 1, 1, 1], shape: [4], .bool)
        try expect(.logical(Logical(.xor)), [a, b], gives: [0, 1, 1, 0], shape: [4], .bool)
        try expect(.logical(Logical(.not)), [a], gives: [1, 1, 0, 0], shape: [4], .bool)
        try expect(
            .logical(Logical(.and)), [bools([1, 0], [2, 1]), bools([1, 0])], gives: [1, 0, 0, 0], shape: [2, 2], .bool)
    }

    @Test func selectionBroadcasts() throws {
        let condition = bools([1, 0], [2, 1])
        try expect(
            .selection(Selection()), [condition, floats([1, 2, 3]), floats([-9], [])], gives: [1, 2, 3, -9, -9, -9],
            shape: [2, 3], tolerance: 0)
        try expect(
            .selection(Selection()), [condition, integers([4, 5], nil, .uint8), integers([6, 7], nil, .uint8)],
            gives: [4, 5, 6, 7],
            shape: [2, 2], .uint8)
    }

    @Test func integerArithmeticWraps() throws {
        func result(_ kind: Binary.Kind, _ a: [Int64], _ b: [Int64], _ expected: [Int64], _ element: ElementType) throws {
            try expect(
                .binary(Binary(kind)), [integers(a, nil, element), integers(b, nil, element)], gives: expected,
                shape: [expected.count], element)
        }
        try result(.add, [250, 1], [10, 2], [4, 3], .uint8)
        try result(.subtract, [1, -128], [2, 1], [-1, 127], .int8)
        try result(.multiply, [1 << 30, -3], [4, 5], [0, -15], .int32)
        try result(.divide, [7, -7, 7, .min, 5], [2, 2, -2, -1, 0], [3, -3, -3, .min, 0], .int64)
        try result(.divide, [-128], [-1], [-128], .int8)
        try result(
            .power, [3, -2, 2, 1, -1, 0, 7, 10], [4, 3, -1, -5, -3, -1, 0, 19], [81, -8, 0, 1, -1, 0, 1, Int64(1e19 / 2) &* 2],
            .int64)
        try result(.power, [3], [6], [-39], .int8)
        try result(.minimum, [3, -4], [2, 9], [2, -4], .int32)
        try result(.maximum, [3, -4], [2, 9], [3, 9], .int32)
        try result(.prelu, [-3, 4], [2, 9], [-6, 4], .int32)
    }

    @Test func integerRemaindersAndBits() throws {
        func result(_ kind: Binary.Kind, _ a: [Int64], _ b: [Int64], _ expected: [Int64], _ element: ElementType) throws {
            try expect(
                .binary(Binary(kind)), [integers(a, nil, element), integers(b, nil, element)], gives: expected,
                shape: [expected.count], element)
        }
        try result(.modulo, [7, -7, 7, -7, 6, 5, .min], [3, 3, -3, -3, -3, 0, -1], [1, 2, -2, -1, 0, 0, 0], .int64)
        try result(.remainder, [7, -7, 7, -7, 6, 5, .min], [3, 3, -3, -3, -3, 0, -1], [1, -1, 1, -1, 0, 0, 0], .int64)
        try result(.bitAnd, [12, -1], [10, 7], [8, 7], .int8)
        try result(.bitOr, [12, 128], [10, 1], [14, 129], .uint8)
        try result(.bitXor, [12, -1], [10, 1], [6, -2], .int32)
        try result(.shiftLeft, [1, 3, -1, 5], [7, 7, 8, -1], [-128, -128, 0, 0], .int8)
        try result(.shiftRight, [255, 128, 9], [1, 7, 8], [127, 1, 0], .uint8)
        try result(.shiftRight, [-8, -1, -8, 8], [1, 31, 32, -3], [-4, -1, 0, 0], .int32)
    }

    @Test func floatRemainders() throws {
        let (a, b) = (floats([5.5, -5.5, 5.5, -5.5, 6, 3e38]), floats([2, 2, -2, -2, -3, 7]))
        let modulo = try evaluate(.binary(Binary(.modulo)), operands: [a, b])[0].floats
        let remainder = try evaluate(.binary(Binary(.remainder)), operands: [a, b])[0].floats
        #expect(modulo.map(\.bitPattern) == ([1.5, 0.5, -0.5, -1.5, -0.0, 1] as [Float]).map(\.bitPattern))
        #expect(remainder.map(\.bitPattern) == ([1.5, -1.5, 1.5, -1.5, 0, 1] as [Float]).map(\.bitPattern))
    }

    @Test func products() throws {
        let operands = [floats([2, 3, -0.5, 1e30, 1e30, 1e-30], [2, 3])]
        try expect(.reduction(Reduction(.product, axes: [1])), operands, gives: [-3, 1e30], shape: [2], tolerance: 0)
        try expect(.reduction(Reduction(.product, axes: [0])), [integers([100, 3], nil, .int8)], gives: [44], shape: [], .int8)
        try expect(.reduction(Reduction(.product, axes: [0])), [integers([], [0, 2])], gives: [1, 1], shape: [2], .int64)
    }

    @Test func scatter() throws {
        let operands = [floats([0, 1, 2, 3, 4, 5], [3, 2]), integers([2, -1, 0, 3, 2]), floats((10..<20).map(Float.init), [5, 2])]
        func expectScattered(_ kind: Scatter.Kind, _ expected: [Float]) throws {
            try expect(.scatter(Scatter(kind)), operands, gives: expected, shape: [3, 2], tolerance: 0)
        }
        try expectScattered(.replace, [14, 15, 2, 3, 18, 19])
        try expectScattered(.add, [14, 16, 2, 3, 32, 35])
        try expectScattered(.multiply, [0, 15, 2, 3, 720, 1045])
        try expectScattered(.minimum, [0, 1, 2, 3, 4, 5])
        try expectScattered(.maximum, [14, 15, 2, 3, 18, 19])
        let bytes = [integers([200], nil, .uint8), integers([0, 0]), integers([100, 7], nil, .uint8)]
        try expect(.scatter(Scatter(.add)), bytes, gives: [51], shape: [1], .uint8)
        try expect(.scatter(Scatter(.replace)), [bools([0, 1]), integers([0]), bools([1])], gives: [1, 1], shape: [2], .bool)
    }

    @Test func cumulative() throws {
        let numbers = floats([1, 2, 3, 4, 5, 6], [2, 3])
        func expectTotals(_ operation: Cumulative, _ expected: [Float]) throws {
            try expect(.cumulative(operation), [numbers], gives: expected, shape: [2, 3], tolerance: 0)
        }
        try expectTotals(Cumulative(.sum, axis: 1), [1, 3, 6, 4, 9, 15])
        try expectTotals(Cumulative(.sum, axis: 0), [1, 2, 3, 5, 7, 9])
        try expectTotals(Cumulative(.sum, axis: 1, isExclusive: true), [0, 1, 3, 0, 4, 9])
        try expectTotals(Cumulative(.sum, axis: 1, isReversed: true), [6, 5, 3, 15, 11, 6])
        try expectTotals(Cumulative(.product, axis: 1, isExclusive: true, isReversed: true), [6, 3, 1, 30, 6, 1])
        try expect(.cumulative(Cumulative(.sum, axis: 0)), [integers([100, 100], nil, .int8)], gives: [100, -56], shape: [2], .int8)
        try expect(
            .cumulative(Cumulative(.sum, axis: 0)), [floats([0x1p24, 1, 1])], gives: [0x1p24, 0x1p24, 0x1p24 + 2], shape: [3], tolerance: 0)
        try expect(.cumulative(Cumulative(.sum, axis: 1)), [floats([], [2, 0])], gives: [], shape: [2, 0], tolerance: 0)
    }

    @Test func topPositions() throws {
        let numbers = floats([3, .nan, -0.0, 0, 7, 3, -.infinity])
        try expect(
            .topPositions(TopPositions(axis: 0, count: 7, largest: true)), [numbers], gives: [1, 4, 0, 5, 2, 3, 6], shape: [7], .int64)
        try expect(
            .topPositions(TopPositions(axis: 0, count: 7, largest: false)), [numbers], gives: [6, 2, 3, 0, 5, 4, 1], shape: [7], .int64)
        try expect(
            .topPositions(TopPositions(axis: 0, count: 1, largest: true)), [integers([1, 5, 5, 2], [2, 2])], gives: [1, 0], shape: [1, 2],
            .int64)
        try expect(.topPositions(TopPositions(axis: 0, count: 0, largest: true)), [numbers], gives: [], shape: [0], .int64)
    }

    @Test func quantization() throws {
        // Ties go to the even integer; both ends saturate.
        let x = floats([0, 2, 3, 1000, -254, -1000, -5, .nan])
        let operands = [x, floats([2], []), integers([128], [], .uint8)]
        try expect(
            .quantization(Quantization(to: .uint8)), operands, gives: [128, 129, 130, 255, 1, 0, 126, 128], shape: [8], .uint8)
        try expect(
            .quantization(Quantization(to: .int8)), [floats([0.5, 1.5, -0.5, 2.5, .infinity, -1e30]), floats([1])],
            gives: [0, 2, 0, 2, 127, -128], shape: [6], .int8)
        let rows = floats([-162, 10, -100, 232, -20, -50], [1, 3, 2])
        let scales = floats([2, 4, 5])
        let zeros = integers([84, 24, 196], nil, .uint8)
        try expect(
            .quantization(Quantization(axis: 1, to: .uint8)), [rows, scales, zeros], gives: [3, 89, 0, 82, 192, 186],
            shape: [1, 3, 2], .uint8)
        try expect(
            .quantization(Quantization(to: .uint8)), [floats([6, 6], [1, 2]), floats([2, 3], [1, 2])], gives: [3, 2],
            shape: [1, 2], .uint8)
    }

    @Test func dequantization() throws {
        let operands = [integers([0, 3, 128, 255], nil, .uint8), floats([2], []), integers([128], [], .uint8)]
        try expect(.dequantization(Dequantization()), operands, gives: [-256, -250, 0, 254], shape: [4], tolerance: 0)
        let columns = [integers([1, 2, -3, 4], [2, 2], .int8), floats([0.5, 10]), integers([1, -1], nil, .int8)]
        try expect(.dequantization(Dequantization(axis: 1)), columns, gives: [0, 30, -2, 50], shape: [2, 2], tolerance: 0)
        try expect(
            .dequantization(Dequantization()), [integers([.init(Int32.min), 7], nil, .int32), floats([1], [])],
            gives: [-0x1p31, 7], shape: [2],
            tolerance: 0)
    }
}

@Suite struct RearrangementTests {
    private let cube = Tensor((0..<24).map { Float($0) }, shape: [2, 3, 4])

    @Test func slices() throws {
        let forwards = Slice([.init(start: 1, count: 1), .init(count: 3), .init(start: 0, step: 3, count: 2)])
        try expect(.slice(forwards), [cube], gives: [12, 15, 16, 19, 20, 23], shape: [1, 3, 2], tolerance: 0)
        let backwards = Slice([.init(count: 1), .init(start: 2, step: -2, count: 2), .init(start: 3, step: -1, count: 3)])
        try expect(.slice(backwards), [cube], gives: [11, 10, 9, 3, 2, 1], shape: [1, 2, 3], tolerance: 0)
        try expect(.slice(Slice([.init(start: 1, count: 2)])), [bools([1, 0, 1])], gives: [0, 1], shape: [2], .bool)
        #expect(throws: EvaluationError.self) {
            try evaluate(.slice(Slice([.init(start: Dimension(symbol: "h"), count: 1)])), operands: [floats([1, 2])])
        }
    }

    @Test func gathers() throws {
        let rows = floats([1, 1.25, 2.5, 3.5, 4.75, 5.5], [3, 2])
        try expect(
            .gather(Gather(axis: 0)), [rows, integers([0, 1, -2, 2], [2, 2])], gives: [1, 1.25, 2.5, 3.5, 2.5, 3.5, 4.75, 5.5],
            shape: [2, 2, 2], tolerance: 0)
        try expect(
            .gather(Gather(axis: 1)), [rows, integers([-1], [1], .int32)], gives: [1.25, 3.5, 5.5], shape: [3, 1], tolerance: 0)
        try expect(.gather(Gather(axis: 0)), [integers([5, 6, 7], nil, .int8), integers([2], [])], gives: [7], shape: [], .int8)
        for index in [3, -4] as [Int64] {
            let error = #expect(throws: EvaluationError.self) {
                try evaluate(.gather(Gather(axis: 0)), operands: [rows, integers([index])])
            }
            #expect(error?.kind == .outOfRange)
        }
    }

    @Test func expansionAndTiling() throws {
        try expect(
            .expansion(Expansion(to: [2, 1, 2])), [floats([1, 2, 3], [3, 1])], gives: [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3],
            shape: [2, 3, 2],
            tolerance: 0)
        try expect(.expansion(Expansion(to: [1])), [bools([1, 0])], gives: [1, 0], shape: [2], .bool)
        try expect(
            .tiling(Tiling([2, 3])), [integers([1, 2], [2, 1])], gives: [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2], shape: [4, 3],
            .int64)
    }

    @Test func paddingOfIntegersAndWrapping() throws {
        func padded(_ mode: Padding.Mode, _ operand: Tensor, _ before: Int, _ after: Int, _ expected: [Int64]) throws {
            try expect(
                .padding(Padding(mode, amounts: [.init(before, after)])), [operand], gives: expected, shape: [expected.count],
                operand.element)
        }
        try padded(.constant(300), integers([1, 2], nil, .uint8), 1, 1, [255, 1, 2, 255])
        try padded(.constant(0.5), bools([0]), 0, 1, [0, 1])
        try padded(.edge, integers([1, 2]), 1, 1, [1, 1, 2, 2])
        try padded(.wrap, integers([1, 2, 3]), 2, 5, [2, 3, 1, 2, 3, 1, 2, 3, 1, 2])
        // What is cut is not repeated.
        try padded(.wrap, integers([1, 2, 3]), -1, 3, [2, 3, 2, 3, 2])
    }
}

@Suite struct ReductionTests {
    private let cube = Tensor([5, 1, 20, 2, 30, 1, 40, 2, 55, 1, 60, 2], shape: [3, 2, 2])

    @Test func floatReductions() throws {
        try expect(.reduction(Reduction(.sum, axes: [1])), [cube], gives: [25, 3, 70, 3, 115, 3], shape: [3, 2], tolerance: 0)
        try expect(
            .reduction(Reduction(.mean, axes: [1], keepsAxes: true)), [cube], gives: [12.5, 1.5, 35, 1.5, 57.5, 1.5],
            shape: [3, 1, 2], tolerance: 0)
        try expect(.reduction(Reduction(.maximum, axes: [0, 2])), [cube], gives: [55, 60], shape: [2], tolerance: 0)
        try expect(
            .reduction(Reduction(.minimum, axes: [0, 1, 2], keepsAxes: true)), [cube], gives: [1], shape: [1, 1, 1], tolerance: 0)
        try expect(.reduction(Reduction(.sum, axes: [])), [cube], gives: cube.floats, shape: [3, 2, 2], tolerance: 0)
        // The sum is rounded once: 2²⁴ + 1 + 1 is not 2²⁴.
        try expect(
            .reduction(Reduction(.sum, axes: [0])), [floats([16_777_216, 1, 1])], gives: [16_777_218], shape: [], tolerance: 0)
    }

    @Test func integerReductions() throws {
        let bytes = integers([200, 100, 3, 4], [2, 2], .uint8)
        try expect(.reduction(Reduction(.sum, axes: [1])), [bytes], gives: [44, 7], shape: [2], .uint8)
        try expect(.reduction(Reduction(.mean, axes: [1])), [bytes], gives: [150, 3], shape: [2], .uint8)
        try expect(.reduction(Reduction(.mean, axes: [0])), [integers([-3, -4, 0])], gives: [-2], shape: [], .int64)
        try expect(.reduction(Reduction(.maximum, axes: [0])), [bytes], gives: [200, 100], shape: [2], .uint8)
        try expect(.reduction(Reduction(.minimum, axes: [1])), [bools([1, 1, 1, 0], [2, 2])], gives: [1, 0], shape: [2], .bool)
    }

    @Test func argumentMaximum() throws {
        let x = floats([2, 2, 1, 3, 10, 10], [2, 3])
        try expect(.argumentMaximum(ArgumentMaximum(axis: 1)), [x], gives: [0, 1], shape: [2], .int64)
        try expect(
            .argumentMaximum(ArgumentMaximum(axis: 1, keepsAxis: true, selectsLast: true)), [x], gives: [1, 2], shape: [2, 1],
            .int64)
        try expect(
            .argumentMaximum(ArgumentMaximum(axis: 0)), [integers([1, 9, 5, 2], [2, 2], .uint8)], gives: [1, 0], shape: [2],
            .int64)
    }

    @Test func normalization() throws {
        let x = floats([-1, 0, 1, 2, 3, 4], [1, 2, 3])
        let r = Float(1.5).squareRoot()
        try expect(
            .normalization(Normalization(axes: [2], epsilon: 0)), [x], gives: [-r, 0, r, -r, 0, r], shape: [1, 2, 3],
            tolerance: 1e-6)
        // Mean 1.5; variance 35/12, and 1/12 more make 3.
        let expected = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map { Float($0 / 3.0.squareRoot()) }
        try expect(
            .normalization(Normalization(axes: [1, 2], epsilon: 1 / 12)), [x], gives: expected, shape: [1, 2, 3], tolerance: 1e-6)
    }

    @Test func logarithmOfSoftmax() throws {
        let scores = floats([-1, 0, 1, 0, 1, 1000], [2, 3])
        let expected: [Float] = [-2.4076059, -1.407606, -0.40760595, -1000, -999, 0]
        try expect(.softmax(Softmax(axis: 1, logarithm: true)), [scores], gives: expected, shape: [2, 3], tolerance: 1e-6)
    }

    @Test func poolingPositions() throws {
        // Two channels of a 5x5 image: 1...25, and the same negated, so that its maxima are first in their windows.
        let image = Tensor((0..<25).flatMap { [Float($0 + 1), -Float($0 + 1)] }, shape: [1, 5, 5, 2])
        let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2))
        try expect(
            .poolingPositions(PoolingPositions(window: window)), [image], gives: [6, 25, 8, 27, 16, 35, 18, 37],
            shape: [1, 2, 2, 2], .int64)
        try expect(
            .poolingPositions(PoolingPositions(window: window, columnMajor: true)), [image],
            gives: [6, 25, 16, 35, 8, 27, 18, 37],
            shape: [1, 2, 2, 2], .int64)
        // Of equal elements the first; padding takes no part; the second sample begins behind the first.
        let padded = Window(size: Spatial(2, 2), padding: .explicit(top: 1, left: 0, bottom: 0, right: 0))
        let equal = integers([7, 7, 7, 7, 7, 8, 7, 7], [2, 2, 2, 1], .uint8)
        try expect(
            .poolingPositions(PoolingPositions(window: padded)), [equal], gives: [0, 0, 5, 5], shape: [2, 2, 1, 1], .int64)
    }
}

/// Tensors with a side of 0.
@Suite struct EmptyTensorTests {
    private let empty = Tensor([], shape: [2, 0, 3])

    @Test func elementsOfNothing() throws {
        let column = floats([1], [1])
        let operations: [(Operation, [Tensor])] = [
            (.binary(Binary(.add)), [empty, column]), (.elementwise(Elementwise(.exp)), [empty]),
            (.softmax(Softmax(axis: 2)), [empty]), (.softmax(Softmax(axis: 1, logarithm: true)), [empty]),
            (.normalization(Normalization(axes: [1], epsilon: 1)), [empty]), (.identity(Identity()), [empty]),
            (.selection(Selection()), [bools([1], []), empty, column]),
            (
                .dequantization(Dequantization()),
                [
                    integers([], [2, 0, 3], .uint8), column,
                ]
            ),
        ]
        for (operation, operands) in operations { try expect(operation, operands, gives: [], shape: [2, 0, 3], tolerance: 0) }
        try expect(.comparison(Comparison(.less)), [empty, column], gives: [], shape: [2, 0, 3], .bool)
        try expect(.cast(Cast(to: .int64)), [empty], gives: [], shape: [2, 0, 3], .int64)
        try expect(.quantization(Quantization(axis: 1, to: .int8)), [empty, floats([])], gives: [], shape: [2, 0, 3], .int8)
    }

    @Test func shapesOfNothing() throws {
        try expect(.reshape(Reshape([.dimension(0), .dimension(5)])), [empty], gives: [], shape: [0, 5], tolerance: 0)
        try expect(.transpose(Transpose([1, 2, 0])), [empty], gives: [], shape: [0, 3, 2], tolerance: 0)
        try expect(
            .concatenation(Concatenation(axis: 1)), [empty, Tensor([1, 2, 3, 4, 5, 6], shape: [2, 1, 3])],
            gives: [1, 2, 3, 4, 5, 6], shape: [2, 1, 3], tolerance: 0)
        try expect(.slice(Slice([.init(start: 2, count: 0)])), [floats([1, 2])], gives: [], shape: [0], tolerance: 0)
        try expect(.tiling(Tiling([0])), [floats([1, 2])], gives: [], shape: [0], tolerance: 0)
        try expect(.tiling(Tiling([1, 2, 2])), [empty], gives: [], shape: [2, 0, 6], tolerance: 0)
        try expect(.expansion(Expansion(to: [0])), [floats([1], [1])], gives: [], shape: [0], tolerance: 0)
        try expect(.gather(Gather(axis: 0)), [floats([1, 2]), integers([])], gives: [], shape: [0], tolerance: 0)
        let padding = Padding(.constant(7), amounts: [.init(0, 0), .init(1, 0), .init(0, 0)])
        try expect(.padding(padding), [empty], gives: [7, 7, 7, 7, 7, 7], shape: [2, 1, 3], tolerance: 0)
    }

    @Test func sumsOfNothing() throws {
        func reduced(_ kind: Reduction.Kind, _ expected: [Float]) throws {
            try expect(.reduction(Reduction(kind, axes: [1, 2])), [empty], gives: expected, shape: [2], tolerance: 0)
        }
        try reduced(.sum, [0, 0])
        try reduced(.product, [1, 1])
        #expect(try evaluate(.reduction(Reduction(.maximum, axes: [1, 2])), operands: [empty])[0].floats == [-.infinity, -.infinity])
        #expect(try evaluate(.reduction(Reduction(.minimum, axes: [1, 2])), operands: [empty])[0].floats == [.infinity, .infinity])
        let bytes = integers([], [0], .uint8)
        try expect(.reduction(Reduction(.maximum, axes: [0])), [bytes], gives: [0], shape: [], .uint8)
        try expect(.reduction(Reduction(.minimum, axes: [0])), [bytes], gives: [255], shape: [], .uint8)
        try expect(.reduction(Reduction(.mean, axes: [0])), [bytes], gives: [0], shape: [], .uint8)
        let left = Tensor([], shape: [2, 0])
        let right = Tensor([], shape: [0, 3])
        try expect(
            .matrixMultiplication(MatrixMultiplication()), [left, right], gives: [0, 0, 0, 0, 0, 0], shape: [2, 3], tolerance: 0)
    }
}
