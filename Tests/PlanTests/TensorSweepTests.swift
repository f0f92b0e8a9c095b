import GraphIR
import TestSupport
import Testing

/// Every operation on tensors of any kind, with every element type and several ranks and attributes, through a plan and
/// against the reference.
@Suite struct TensorSweepTests {
    static let shapes: [[Int]] = [[], [1], [7], [3, 5], [2, 3, 4], [2, 3, 4, 5], [1, 2, 3, 2, 2], [2, 1, 2, 1, 2, 1, 2, 3]]
    /// Pairs that broadcast.
    static let pairs: [([Int], [Int])] = [
        ([], []), ([7], []), ([3, 5], [5]), ([3, 1], [1, 5]), ([2, 3, 4, 5], [3, 1, 5]), ([4, 5], [2, 3, 4, 5]),
        ([1, 1, 1, 5], [2, 3, 4, 1]), ([2, 1, 2, 1, 2, 1, 2, 3], [2, 2, 1, 3]), ([2, 3, 300, 50], [2, 3, 1, 50]),
    ]

    // MARK: Element by element

    @Test(arguments: Binary.Kind.allCases, ElementType.numbers) func arithmetic(kind: Binary.Kind, element: ElementType) throws {
        guard !kind.isOfBits || element != .float32 else { return }
        for (left, right) in Self.pairs {
            var sweep = TensorSweep()
            // A power of floats needs a positive base.
            let base: ClosedRange<Int>? =
                kind == .power
                ? (element == .float32 ? 1...4 : !element.isSigned ? 0...6 : -6...6) : nil
            let exponent: ClosedRange<Int>? =
                kind == .power
                ? (!element.isSigned ? 0...5 : -3...5)
                : [.divide, .modulo, .remainder, .shiftLeft, .shiftRight].contains(kind) ? (!element.isSigned ? 0...9 : -4...9) : nil
            let a = sweep.input(element, left, base)
            let b = sweep.input(element, right, element == .float32 && kind == .divide ? 1...5 : exponent)
            try sweep.check("\(kind) \(element) \(left) \(right)", try sweep.append(.binary(Binary(kind)), a, b))
        }
    }

    @Test func arithmeticWithAnActivation() throws {
        for (left, right) in Self.pairs {
            var sweep = TensorSweep()
            let a = sweep.input(.float32, left)
            let b = sweep.constant(.float32, right)
            try sweep.check("\(left) \(right)", try sweep.append(.binary(Binary(.add, activation: .tanh)), a, b))
        }
    }

    @Test(arguments: [ElementType.int32, .int64, .uint8, .int8]) func integersWrap(element: ElementType) throws {
        let limits: ClosedRange<Int> =
            switch element {
            case .int32: Int(Int32.min)...Int(Int32.max)
            case .int64: (Int.min / 4)...(Int.max / 4)
            case .uint8: 0...255
            default: -128...127
            }
        for kind in Binary.Kind.allCases where kind != .power {
            var sweep = TensorSweep()
            let a = sweep.input(element, [999], limits)
            let b = sweep.input(element, [999], limits)
            let small = sweep.input(element, [999], element == .uint8 ? 0...1 : -1...1)
            try sweep.check(
                "\(kind) \(element)", try sweep.append(.binary(Binary(kind)), a, b),
                try sweep.append(.binary(Binary(kind)), a, small))
        }
    }

    @Test(arguments: Comparison.Kind.allCases, ElementType.computed)
    func comparison(kind: Comparison.Kind, element: ElementType) throws {
        for (left, right) in Self.pairs {
            var sweep = TensorSweep()
            let range: ClosedRange<Int> = element == .bool ? 0...1 : 0...3
            let a = sweep.input(element, left, range)
            let b = sweep.input(element, right, range)
            try sweep.check("\(kind) \(element) \(left) \(right)", try sweep.append(.comparison(Comparison(kind)), a, b))
        }
    }

    @Test(arguments: Logical.Kind.allCases) func logical(kind: Logical.Kind) throws {
        for (left, right) in Self.pairs {
            var sweep = TensorSweep()
            let a = sweep.input(.bool, left)
            let b = sweep.input(.bool, right)
            let result =
                kind == .not
                ? try sweep.append(.logical(Logical(kind)), a) : try sweep.append(.logical(Logical(kind)), a, b)
            // The unused input of a negation.
            let other = try sweep.append(.logical(Logical(.or)), a, b)
            try sweep.check("\(kind) \(left) \(right)", result, other)
        }
    }

    @Test(arguments: ElementType.computed) func selection(element: ElementType) throws {
        for (left, right) in Self.pairs {
            var sweep = TensorSweep()
            let condition = sweep.input(.bool, right)
            let a = sweep.input(element, left)
            let b = sweep.constant(element, right)
            try sweep.check("\(left) \(right)", try sweep.append(.selection(Selection()), condition, a, b))
        }
    }

    @Test(arguments: ElementType.allCases, ElementType.allCases) func cast(from: ElementType, to: ElementType) throws {
        for shape in Self.shapes {
            var sweep = TensorSweep()
            let value = sweep.input(from, shape)
            let bits = 8 * from.byteCount
            let far = sweep.input(
                from, [50],
                from.isFloat
                    ? -100_000...100_000
                    : from == .bool ? 0...1 : bits == 64 ? 0...1 << 62 : Int(from.lowest)...Int(from.highest))
            try sweep.check(
                "\(from) \(to) \(shape)", try sweep.append(.cast(Cast(to: to)), value),
                try sweep.append(.cast(Cast(to: to)), far))
        }
    }

    @Test func functions() throws {
        for shape in Self.shapes {
            for function in [
                ElementwiseFunction.relu, .sigmoid, .exp, .erf, .clip(minimum: -1, maximum: 0.5), .hardSwish, .floor, .sin, .sign, .acosh,
            ] {
                var sweep = TensorSweep()
                let value = sweep.input(.float32, shape, function == .acosh ? 1...9 : nil)
                try sweep.check("\(function) \(shape)", try sweep.append(.elementwise(Elementwise(function)), value))
            }
        }
    }

    // MARK: Rearrangement

    @Test(arguments: ElementType.computed) func transposing(element: ElementType) throws {
        for (shape, permutation) in [
            ([3, 5], [1, 0]), ([2, 3, 4], [2, 0, 1]), ([2, 3, 4, 5], [0, 2, 3, 1]), ([2, 3, 4, 5], [0, 3, 1, 2]),
            ([2, 3, 4, 5], [3, 1, 0, 2]),
            ([2, 3, 4, 5], [0, 1, 2, 3]), ([2, 1, 2, 1, 2, 1, 2, 3], [7, 6, 5, 4, 3, 2, 1, 0]),
        ] {
            var sweep = TensorSweep()
            let value = sweep.input(element, shape)
            let turned = try sweep.append(.transpose(Transpose(permutation)), value)
            let back = try sweep.append(.transpose(Transpose(permutation)), turned)
            try sweep.check("\(shape) \(permutation)", turned, back)
        }
    }

    @Test(arguments: ElementType.computed) func reshaping(element: ElementType) throws {
        for (from, to) in [
            ([6, 4], [24]), ([24], [2, 3, 4]), ([2, 3, 4], [2, 3, 1, 4]), ([2, 3, 4, 1], [1, 2, 12]), ([1], []), ([], [1, 1]),
            ([2, 3, 4, 5], [6, 20]),
        ] {
            var sweep = TensorSweep()
            let value = sweep.input(element, from)
            let sides = to.map { Reshape.Side.dimension(Dimension($0)) }
            let plain = try sweep.append(.reshape(Reshape(sides)), value)
            let turned = try sweep.append(.transpose(Transpose(Array(from.indices.reversed()))), value)
            try sweep.check("\(from) \(to)", plain, try sweep.append(.reshape(Reshape(sides)), turned))
        }
    }

    @Test(arguments: ElementType.computed) func slicing(element: ElementType) throws {
        for (shape, axes) in [
            ([7], [(1, 2, 3)]), ([7], [(6, -1, 7)]), ([5, 6], [(4, -2, 2), (0, 5, 2)]),
            ([2, 3, 4, 5], [(0, 1, 2), (1, 1, 2), (3, -3, 2), (2, 1, 1)]),
        ] as [([Int], [(Int, Int, Int)])] {
            var sweep = TensorSweep()
            let value = sweep.input(element, shape)
            let slice = Slice(axes.map { Slice.Axis(start: Dimension($0.0), step: $0.1, count: Dimension($0.2)) })
            let part = try sweep.append(.slice(slice), value)
            let turned = try sweep.append(.transpose(Transpose(Array(shape.indices.reversed()))), part)
            try sweep.check("\(shape) \(axes)", part, turned)
        }
    }

    @Test(arguments: ElementType.computed) func repeating(element: ElementType) throws {
        for (shape, target) in [
            ([], [3]), ([3, 1], [2, 3, 4]), ([1, 5], [4, 1]),
            ([2, 1, 2, 1, 2, 1, 2, 3], [2, 2, 2, 2, 2, 2, 2, 3]),
        ] as [([Int], [Int])] {
            var sweep = TensorSweep()
            let value = sweep.input(element, shape)
            try sweep.check(
                "\(shape) \(target)", try sweep.append(.expansion(Expansion(to: target.map { Dimension($0) })), value))
        }
        for (shape, repeats) in [
            ([3], [4]), ([2, 3], [1, 2]), ([2, 3], [3, 2]), ([2, 3], [0, 2]), ([2, 3, 4], [1, 3, 0]), ([2, 3, 4, 5], [2, 1, 3, 2]),
            ([1, 2, 1, 2, 1, 2, 1, 2], [2, 1, 2, 1, 2, 1, 2, 1]),
        ] {
            var sweep = TensorSweep()
            let value = sweep.input(element, shape)
            try sweep.check("\(shape) \(repeats)", try sweep.append(.tiling(Tiling(repeats)), value))
        }
    }

    @Test(arguments: ElementType.computed) func joining(element: ElementType) throws {
        for (shape, axis) in [
            ([3], 0), ([2, 3], 0), ([2, 3], 1), ([2, 3, 4, 5], 1), ([2, 3, 4, 5], 0), ([2, 3, 4, 5], 3),
            ([1, 2, 1, 2, 1, 2, 1, 2], 4),
        ] {
            var sweep = TensorSweep()
            var other = shape
            other[axis] += 2
            let a = sweep.input(element, shape)
            let b = sweep.constant(element, other)
            try sweep.check("\(shape) \(axis)", try sweep.append(.concatenation(Concatenation(axis: axis)), a, b, a))
        }
    }

    @Test(arguments: ElementType.computed) func padding(element: ElementType) throws {
        for mode in [Padding.Mode.constant(1.7), .constant(-300), .edge, .reflect, .wrap] {
            for (shape, amounts) in [
                ([5], [(2, 1)]), ([4, 5], [(1, 2), (3, 0)]), ([4, 5], [(-1, 2), (2, -2)]),
                ([2, 3, 4, 5], [(1, 0), (0, 1), (2, 1), (0, 3)]),
                ([1, 3, 4, 5], [(0, 0), (1, 1), (2, 3), (0, 0)]),
            ] as [([Int], [(Int, Int)])] {
                var sweep = TensorSweep()
                let value = sweep.input(element, shape)
                let padding = Padding(mode, amounts: amounts.map { Padding.Amount($0.0, $0.1) })
                try sweep.check("\(mode) \(element) \(shape) \(amounts)", try sweep.append(.padding(padding), value))
            }
        }
    }

    @Test(arguments: ElementType.computed, [ElementType.int32, .int64])
    func gathering(element: ElementType, index: ElementType) throws {
        for (shape, axis, indices) in [
            ([6], 0, []), ([6], 0, [4]), ([3, 6], 1, [2, 2]), ([6, 3], 0, [2, 1, 3]),
            ([2, 6, 4, 5], 1, [7]),
        ] as [([Int], Int, [Int])] {
            var sweep = TensorSweep()
            let value = sweep.input(element, shape)
            let places = sweep.input(index, indices, -6...5)
            let known = sweep.constant(index, indices, -6...5)
            try sweep.check(
                "\(shape) \(axis) \(indices)", try sweep.append(.gather(Gather(axis: axis)), value, places),
                try sweep.append(.gather(Gather(axis: axis)), value, known))
        }
    }

    // MARK: Nothing

    @Test(arguments: ElementType.computed) func tensorsWithoutElements(element: ElementType) throws {
        for shape in [[0], [0, 3], [2, 0, 4], [2, 3, 0, 5]] {
            var sweep = TensorSweep()
            let value = sweep.input(element, shape)
            let flat = try sweep.append(.reshape(Reshape([.dimension(0)])), value)
            let some = sweep.input(element, [5])
            let joined = try sweep.append(.concatenation(Concatenation(axis: 0)), flat, some)
            let turned = try sweep.append(.transpose(Transpose(Array(shape.indices.reversed()))), value)
            let none = try sweep.append(.slice(Slice([Slice.Axis(count: 0)])), some)
            let cast = try sweep.append(.cast(Cast(to: element == .int32 ? .float32 : .int32)), turned)
            let equal = try sweep.append(.comparison(Comparison(.equal)), value, value)
            let gathered = try sweep.append(.gather(Gather(axis: 0)), some, sweep.input(.int64, [0], 0...0))
            try sweep.check("\(shape)", flat, joined, turned, none, cast, equal, gathered)
        }
    }

    @Test func sumsOfNothing() throws {
        for (shape, axes) in [([0], [0]), ([3, 0], [1]), ([0, 3], [0]), ([0, 3], [1])] {
            var sweep = TensorSweep()
            let value = sweep.input(.float32, shape)
            let count = sweep.input(.int32, shape)
            let sum = Operation.reduction(Reduction(.sum, axes: axes))
            try sweep.check("\(shape) \(axes)", try sweep.append(sum, value), try sweep.append(sum, count))
        }
        var sweep = TensorSweep()
        let left = sweep.input(.float32, [3, 0])
        let right = sweep.input(.float32, [0, 4])
        try sweep.check("product", try sweep.append(.matrixMultiplication(MatrixMultiplication()), left, right))
    }
}
