import TestSupport
import Testing

@testable import PlanFormat

/// The families on plain tensors: their corner cases, and the same bits with every set and every way of sharing the items.
/// PlanTests
/// sweeps them against the reference.
@Suite struct PlainTests {
    private var random = SplitMix64(seed: 8)

    private func binary<Number>(
        _ kind: BinaryParameters.Kind, _ element: PlanElement, _ left: [Number], _ right: [Number]
    ) -> [Number] {
        let view = PlainView(strides: [1])
        let kernel = PlainArithmetic(kind, loop: PlainLoop([left.count]), left: view, right: view)
        let sources = [PlainData(element, left), PlainData(element, right)]
        return PlainRunner(.arithmetic(kernel), sources, to: PlainTensor(element, [left.count])).run().numbers(Number.self)
    }

    @Test func integersWrapAndDivideByZero() {
        #expect(binary(.divide, .int32, [7, -7, 5, Int32.min, 0], [2, 2, 0, -1, 0]) == [3, -3, 0, Int32.min, 0])
        #expect(binary(.divide, .int64, [7, 5, Int64.min], [-2, 0, -1]) == [-3, 0, Int64.min])
        #expect(binary(.divide, .uint8, [200, 5] as [UInt8], [3, 0]) == [66, 0])
        #expect(binary(.divide, .int8, [-128, 100] as [Int8], [-1, 0]) == [-128, 0])
        #expect(binary(.add, .int32, [Int32.max], [1]) == [Int32.min])
        #expect(binary(.multiply, .int64, [Int64.max], [2]) == [-2])
        #expect(binary(.subtract, .uint8, [3] as [UInt8], [5]) == [254])
        #expect(binary(.power, .int32, [2, 3, -1, -1, 5, 0, 7], [31, 4, 3, -2, -1, -1, 0]) == [Int32.min, 81, -1, 1, 0, 0, 1])
        #expect(binary(.power, .int64, [3], [Int64.max]) == [power(3, Int64.max)])
        #expect(binary(.prelu, .int8, [-3, 3] as [Int8], [100, 100]) == [-44, 3])
    }

    @Test func remaindersOfIntegers() {
        let (a, b): ([Int32], [Int32]) = ([7, -7, 7, -7, 6, -6, 5, .min, .min], [3, 3, -3, -3, 3, 3, 0, -1, .max])
        #expect(binary(.modulo, .int32, a, b) == [1, 2, -2, -1, 0, 0, 0, 0, Int32.max - 1])
        #expect(binary(.remainder, .int32, a, b) == [1, -1, 1, -1, 0, 0, 0, 0, -1])
        #expect(binary(.modulo, .int64, [Int64.min, -5, 9], [-1, 0, -4]) == [0, 0, -3])
        #expect(binary(.remainder, .int8, [-128, -128] as [Int8], [127, -1]) == [-1, 0])
        #expect(binary(.modulo, .uint8, [200, 5] as [UInt8], [7, 0]) == [4, 0])
    }

    @Test func remaindersOfFloats() {
        let infinity = Float.infinity
        let a: [Float] = [5.5, -5.5, 5.5, -5.5, 6, -6, 6, -0.0, 3e38, 1, 1, -1, 0x1p-149, 0x1p-133, infinity, 1, .nan, 1]
        let b: [Float] = [2, 2, -2, -2, 3, 3, -3, 3, 0x1.8p-149, 0, infinity, infinity, 0x1p-126, 0x1.8p-135, 2, .nan, 1, -infinity]
        let remainders = binary(.remainder, .float32, a, b), modulos = binary(.modulo, .float32, a, b)
        for index in a.indices {
            // Swift's is the C library's, which is exact too.
            let rest = a[index].truncatingRemainder(dividingBy: b[index])
            let floored = rest == 0 ? (b[index] < 0 ? -0.0 : 0) : (rest < 0) == (b[index] < 0) ? rest : rest + b[index]
            #expect(rest.isNaN ? remainders[index].isNaN : remainders[index].bitPattern == rest.bitPattern, "\(a[index]) \(b[index])")
            #expect(rest.isNaN ? modulos[index].isNaN : modulos[index].bitPattern == floored.bitPattern, "\(a[index]) \(b[index])")
        }
        #expect(modulos[..<8].map(\.bitPattern) == ([1.5, 0.5, -0.5, -1.5, 0, 0, -0.0, 0] as [Float]).map(\.bitPattern))
    }

    @Test func bitsAndShifts() {
        #expect(binary(.bitAnd, .int32, [12, -1], [10, 7]) == [8, 7] as [Int32])
        #expect(binary(.bitOr, .uint8, [12, 128], [10, 1]) == [14, 129] as [UInt8])
        #expect(binary(.bitXor, .int64, [12, -1], [10, 1]) == [6, -2] as [Int64])
        #expect(binary(.shiftLeft, .int8, [1, 3, -1, 5], [7, 7, 8, -1]) == [-128, -128, 0, 0] as [Int8])
        #expect(binary(.shiftRight, .uint8, [255, 128, 9], [1, 7, 8]) == [127, 1, 0] as [UInt8])
        #expect(binary(.shiftRight, .int32, [-8, .min, -8, 8], [1, 31, 32, -3]) == [-4, -1, 0, 0] as [Int32])
        #expect(binary(.shiftLeft, .int64, [1, 1, 5], [63, 64, 62]) == [.min, 0, 1 << 62] as [Int64])
    }

    private func product<Number>(_ element: PlanElement, _ numbers: [Number], count: Int) -> [Number] {
        let axes = PlainAxes(
            kept: PlainLoop([count]), PlainView(strides: [numbers.count / max(count, 1)]),
            reduced: PlainLoop([numbers.count / max(count, 1)]), PlainView(strides: [1]))
        return PlainRunner(
            .reduction(PlainReduction(.product, axes)), [PlainData(element, numbers)], to: PlainTensor(element, [count])
        ).run().numbers(Number.self)
    }

    @Test func products() {
        #expect(product(.float32, [2, 3, -0.5, 1e30, 1e30, 1e-30] as [Float], count: 2) == [-3, 1e30])
        #expect(product(.int32, [1 << 16, 1 << 15, 3, 5, -7, 2], count: 2) == [Int32(truncatingIfNeeded: 3 << 31), -70])
        #expect(product(.uint8, [16, 17], count: 1) == [16] as [UInt8])
        #expect(product(.int64, [] as [Int64], count: 0).isEmpty)
        let nothing = PlainAxes(kept: PlainLoop([2]), PlainView(), reduced: PlainLoop([0]), PlainView())
        #expect(
            PlainRunner(.reduction(PlainReduction(.product, nothing)), [.floats([])], to: PlainTensor(.float32, [2])).run()
                .numbers(Float.self) == [1, 1])
    }

    private func power(_ base: Int64, _ exponent: Int64) -> Int64 {
        var (result, factor, rest) = (Int64(1), base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result &* factor }
            factor = factor &* factor
            rest >>= 1
        }
        return result
    }

    private func cast<Source, Target>(_ from: PlanElement, _ numbers: [Source], _ to: PlanElement, _: Target.Type) -> [Target] {
        PlainRunner(
            .cast(PlainCast()), [PlainData(from, numbers)], to: PlainTensor(to, [numbers.count])
        ).run().numbers(Target.self)
    }

    @Test func castsSaturateTruncateAndWrap() {
        let floats: [Float] = [1.9, -1.9, .nan, .infinity, -.infinity, 3e9, -3e9, 1e19, -1e19, 127.9, -0.5]
        #expect(cast(.float32, floats, .int32, Int32.self) == [1, -1, 0, .max, .min, .max, .min, .max, .min, 127, 0])
        #expect(
            cast(.float32, floats, .int64, Int64.self) == [
                1, -1, 0, .max, .min, 3_000_000_000, -3_000_000_000, .max, .min, 127,
                0,
            ])
        #expect(cast(.float32, floats, .uint8, UInt8.self) == [1, 0, 0, 255, 0, 255, 0, 255, 0, 127, 0])
        #expect(cast(.float32, floats, .int8, Int8.self) == [1, -1, 0, 127, -128, 127, -128, 127, -128, 127, 0])
        #expect(cast(.float32, floats, .bool, UInt8.self) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
        #expect(cast(.float32, [0, -0.0] as [Float], .bool, UInt8.self) == [0, 0])
        #expect(cast(.int64, [300, -1, 1 << 40] as [Int64], .uint8, UInt8.self) == [44, 255, 0])
        #expect(cast(.int32, [300, -200] as [Int32], .int8, Int8.self) == [44, 56])
        #expect(cast(.int64, [(1 << 53) + 1, 0] as [Int64], .float32, Float.self) == [Float(Int64(1) << 53), 0])
        #expect(cast(.uint8, [0, 7] as [UInt8], .bool, UInt8.self) == [0, 1])
    }

    /// All numbers of the formats of 16 bits survive both ways, and what lies between two is rounded to even, subnormal numbers included.
    @Test func narrowFloatsAreRoundedOnce() {
        let bits = (UInt16.min...UInt16.max).map { $0 }
        let halves = bits.map { Float(Float16(bitPattern: $0)) }
        let brains = bits.map { Float(bitPattern: UInt32($0) << 16) }
        for (type, expected) in [(PlanElement.float16, halves), (.bfloat16, brains)] {
            let widened = cast(type, bits, .float32, Float.self)
            #expect(zip(widened, expected).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }, "\(type)")
            let back = cast(.float32, expected, type, UInt16.self)
            #expect(zip(back, zip(bits, expected)).allSatisfy { $0 == $1.0 || $1.1.isNaN }, "\(type)")
        }
        // Halfway between two neighbours, and a little to either side of it.
        var doubles: [Double] = [0, -0.0, .infinity, 65519.999, 65520, 65536, 1e300, -1e-300, 0x1p-25, 0x1.8p-25]
        for index in stride(from: 0, to: 0x7BFF, by: 7) {
            let (low, high) = (Double(Float16(bitPattern: UInt16(index))), Double(Float16(bitPattern: UInt16(index + 1))))
            let middle = (low + high) / 2
            doubles += [middle, -middle, middle.nextUp, middle.nextDown]
        }
        let narrowed = cast(.float64, doubles, .float16, UInt16.self)
        #expect(zip(narrowed, doubles).allSatisfy { $0 == Float16($1).bitPattern })
        // 1 + 2⁻⁸ lies halfway, the doubles beside it do not.
        let ties: [Double] = [1 + 0x1p-8, (1 + 0x1p-8).nextUp, 1 + 0x3p-8, -(1 + 0x3p-8), 3.39e38, 3.4e38, 0x1p-134, 0x1.8p-133]
        #expect(
            cast(.float64, ties, .bfloat16, UInt16.self) == [0x3F80, 0x3F81, 0x3F82, 0xBF82, 0x7F7F, 0x7F80, 0, 2])
        // An integer that a double rounds to the tie below it.
        #expect(cast(.int64, [1 << 62 + 1 << 54 + 1, -(1 << 62 + 1 << 54)] as [Int64], .bfloat16, UInt16.self) == [0x5E81, 0xDE80])
        #expect(cast(.uint64, [.max, 1 << 63] as [UInt64], .float32, Float.self) == [0x1p64, 0x1p63])
        #expect(cast(.float64, [1e30, -1, 1.5] as [Double], .uint64, UInt64.self) == [.max, 0, 1])
    }

    /// What a file or an input cannot be trusted with: indices outside stand for the nearest inside.
    @Test func indicesOutsideAreClamped() {
        let data = PlainData.floats((0..<12).map(Float.init), shape: [2, 3, 2])
        let indices: [Int64] = [0, -1, 2, 3, -3, -4, .max, .min]
        let runner = PlainRunner(
            .gather(PlainGather(PlainLine(outer: 2, axis: 3, inner: 2))),
            [
                data, PlainData(.int64, indices),
            ], to: PlainTensor(.float32, [2, 8, 2]))
        let expected = [0, 2, 2, 2, 0, 0, 2, 0]
        var wanted: [Float] = []
        for outer in 0..<2 {
            for entry in expected {
                wanted += [
                    Float(outer * 6 + entry * 2), Float(outer * 6 + entry * 2 + 1),
                ]
            }
        }
        #expect(runner.run().numbers(Float.self) == wanted)
        let small = PlainRunner(
            .gather(PlainGather(PlainLine(outer: 1, axis: 12, inner: 1))),
            [
                data, PlainData(.int32, [Int32.max, .min, -1, 5]),
            ], to: PlainTensor(.float32, [4]))
        #expect(small.run().numbers(Float.self) == [11, 0, 11, 5])
        let positions = [Int32.max, -5, 1, 0].withUnsafeBytes { Array($0) }
        let weights = [Float](repeating: 0.5, count: 4).withUnsafeBytes { Array($0) }
        let added = [Float(0), 10].withUnsafeBytes { Array($0) }
        let resampled = PlainRunner(
            .resampling(PlainResampling(outer: 1, input: 3, inner: 4, output: 2, taps: 2)),
            [
                data
            ], to: PlainTensor(.float32, [2, 4]),
            constants: [positions, weights, added])
        #expect(resampled.run().numbers(Float.self) == [4, 5, 6, 7, 12, 13, 14, 15])
    }

    /// Positions outside are passed over, whatever they are, and the last update counts.
    @Test func scatteredEntries() {
        let data = PlainData.floats((0..<6).map(Float.init), shape: [3, 2])
        let positions = PlainData(.int64, [2, -1, 0, 3, 2, .max, .min] as [Int64])
        let updates = PlainData.floats((0..<14).map { Float($0) + 10 }, shape: [7, 2])
        func scattered(_ kind: PlainScatter.Kind) -> [Float] {
            PlainRunner(
                .scatter(PlainScatter(kind, axis: 3, inner: 2)), [data, positions, updates], to: PlainTensor(.float32, [3, 2])
            ).run().numbers(Float.self)
        }
        #expect(scattered(.replace) == [14, 15, 2, 3, 18, 19])
        #expect(scattered(.add) == [14, 16, 2, 3, 32, 35])
        #expect(scattered(.multiply) == [0, 15, 2, 3, 720, 1045])
        #expect(scattered(.minimum) == [0, 1, 2, 3, 4, 5])
        #expect(scattered(.maximum) == [14, 15, 2, 3, 18, 19])
        let bytes = PlainRunner(
            .scatter(PlainScatter(.add, axis: 1, inner: 1)),
            [PlainData(.uint8, [200] as [UInt8]), PlainData(.int64, [0, 0] as [Int64]), PlainData(.uint8, [100, 7] as [UInt8])],
            to: PlainTensor(.uint8, [1]))
        #expect(bytes.run().bytes == [51])
        let nothing = PlainRunner(
            .scatter(PlainScatter(.add, axis: 0, inner: 4)), [.floats([]), PlainData(.int64, [0] as [Int64]), .floats([1, 2, 3, 4])],
            to: PlainTensor(.float32, [0]))
        #expect(nothing.run().bytes.isEmpty)
    }

    /// Several items, whose order changes nothing although positions repeat.
    @Test mutating func scatteredColumns() {
        let (rows, columns, count) = (5, 1000, 40)
        let (data, updates) = (random.floats(rows * columns), random.floats(count * columns))
        let positions = (0..<count).map { _ in Int64(random.integer(-1...rows)) }
        let found = PlainRunner(
            .scatter(PlainScatter(.add, axis: rows, inner: columns)), [.floats(data), PlainData(.int64, positions), .floats(updates)],
            to: PlainTensor(.float32, [rows, columns])
        ).run().numbers(Float.self)
        var expected = data
        for (index, row) in positions.enumerated() where (0..<Int64(rows)).contains(row) {
            for column in 0..<columns { expected[Int(row) * columns + column] += updates[index * columns + column] }
        }
        #expect(found == expected)
    }

    @Test func cumulativeSumsAndProducts() {
        func accumulated<Number>(
            _ kind: PlainCumulative.Kind, _ element: PlanElement, _ numbers: [Number], _ line: PlainLine, exclusive: Bool = false,
            reversed: Bool = false
        ) -> [Number] {
            let kernel = PlainCumulative(kind, line, isExclusive: exclusive, isReversed: reversed)
            return PlainRunner(.cumulative(kernel), [PlainData(element, numbers)], to: PlainTensor(element, [numbers.count])).run()
                .numbers(Number.self)
        }
        let line = PlainLine(outer: 1, axis: 4, inner: 1)
        let numbers: [Float] = [1, 2, 3, 4]
        #expect(accumulated(.sum, .float32, numbers, line) == [1, 3, 6, 10])
        #expect(accumulated(.sum, .float32, numbers, line, exclusive: true) == [0, 1, 3, 6])
        #expect(accumulated(.sum, .float32, numbers, line, reversed: true) == [10, 9, 7, 4])
        #expect(accumulated(.sum, .float32, numbers, line, exclusive: true, reversed: true) == [9, 7, 4, 0])
        #expect(accumulated(.product, .float32, numbers, line) == [1, 2, 6, 24])
        #expect(accumulated(.product, .float32, numbers, line, exclusive: true, reversed: true) == [24, 12, 4, 1])
        let columns = PlainLine(outer: 2, axis: 2, inner: 2)
        #expect(accumulated(.sum, .int8, [100, 1, 100, 2, -3, 4, 5, -6] as [Int8], columns) == [100, 1, -56, 3, -3, 4, 2, -2])
        #expect(accumulated(.product, .uint8, [16, 17, 3, 1] as [UInt8], line) == [16, 16, 48, 48])
        // In float, 1 would be lost beside 2²⁴.
        let (large, totals): ([Float], [Float]) = ([0x1p24, 1, 1, -0x1p24], [0x1p24, 0x1p24, 0x1.000002p24, 2])
        #expect(accumulated(.sum, .float32, large, line) == totals)
        #expect(accumulated(.sum, .int64, [] as [Int64], PlainLine(outer: 3, axis: 0, inner: 2)).isEmpty)
    }

    private func top<Number>(
        _ element: PlanElement, _ numbers: [Number], _ line: PlainLine, count: Int, largest: Bool = true
    ) -> [Int64] {
        PlainRunner(
            .topPositions(PlainTopPositions(line, count: count, largest: largest)), [PlainData(element, numbers)],
            to: PlainTensor(.int64, line.sides(axis: count))
        ).run().numbers(Int64.self)
    }

    @Test func topPositions() {
        let line = PlainLine(outer: 1, axis: 7, inner: 1)
        let numbers: [Float] = [3, .nan, -0.0, 0, 7, 3, -.infinity]
        let integers: [Int64] = [.min, .max, 0, .max, -1, 5, 5]
        #expect(top(.float32, numbers, line, count: 7) == [1, 4, 0, 5, 2, 3, 6])
        #expect(top(.float32, numbers, line, count: 7, largest: false) == [6, 2, 3, 0, 5, 4, 1])
        #expect(top(.float32, numbers, line, count: 2) == [1, 4])
        #expect(top(.float32, numbers, line, count: 3, largest: false) == [6, 2, 3])
        #expect(top(.float32, [.nan, 1, .nan, .infinity, -1, 0, 2] as [Float], line, count: 4) == [0, 2, 3, 6])
        #expect(top(.int64, integers, line, count: 5) == [1, 3, 5, 6, 2])
        #expect(top(.int64, integers, line, count: 1, largest: false) == [0])
        #expect(top(.uint8, [0, 255, 128, 127, 255, 1, 2] as [UInt8], line, count: 3) == [1, 4, 2])
        #expect(top(.int8, [0, -128, 127, 1, 2, 3, 4] as [Int8], line, count: 2, largest: false) == [1, 0])
        #expect(top(.int32, [1, 2, 3, 4, 5, 6] as [Int32], PlainLine(outer: 1, axis: 3, inner: 2), count: 2) == [2, 2, 1, 1])
        #expect(top(.float32, numbers, line, count: 0).isEmpty)
    }

    @Test mutating func topPositionsOfManyLines() {
        let line = PlainLine(outer: 3, axis: 500, inner: 30)
        let numbers = (0..<45_000).map { _ in Int32(random.integer(-40...40)) }
        let found = top(.int32, numbers, line, count: 37, largest: false)
        for (outer, inner) in [(0, 0), (1, 17), (2, 29)] {
            func number(_ position: Int) -> Int32 { numbers[(outer * 500 + position) * 30 + inner] }
            let sorted = (0..<500).sorted { (number($0), $0) < (number($1), $1) }
            #expect((0..<37).map { Int(found[(outer * 37 + $0) * 30 + inner]) } == Array(sorted[..<37]))
        }
    }

    @Test mutating func viewsOfEverySign() {
        let numbers = (0..<60).map { Int32($0) }
        let source = PlainData(.int32, numbers)
        // [3, 4] backwards along both axes, of [5, 12].
        let part = PlainCopy.Part(
            loop: PlainLoop([3, 4]), source: PlainView(offset: 57, strides: [-24, -3]), result: PlainView(strides: [4, 1]))
        #expect(
            PlainRunner(.copy(PlainCopy([part])), [source], to: PlainTensor(.int32, [3, 4])).run().numbers(Int32.self)
                == [57, 54, 51, 48, 33, 30, 27, 24, 9, 6, 3, 0])
        let placed = PlainCopy.Part(
            loop: PlainLoop([2]), source: PlainView(offset: 3, strides: [0]), result: PlainView(offset: 4, strides: [-2]))
        #expect(
            PlainRunner(
                .copy(PlainCopy([placed], filler: UInt64(UInt32(bitPattern: -7)))), [source], to: PlainTensor(.int32, [6])
            )
            .run().numbers(Int32.self) == [-7, -7, 3, -7, 3, -7])
    }

    /// Enough elements for several items, begun in the middle of every loop.
    @Test mutating func loopsBeginAnywhere() {
        let (left, right) = (random.floats(40_000), random.floats(200))
        let kernel = PlainArithmetic(
            .multiply, loop: PlainLoop([200, 10, 20]), left: PlainView(strides: [200, 1, 10]),
            right: PlainView(strides: [1, 0, 0]))
        let found = PlainRunner(
            .arithmetic(kernel), [.floats(left), .floats(right)],
            to: PlainTensor(.float32, [200, 10, 20])
        ).run().numbers(Float.self)
        var expected: [Float] = []
        for i in 0..<200 { for j in 0..<10 { for k in 0..<20 { expected.append(left[i * 200 + j + k * 10] * right[i]) } } }
        #expect(found == expected)
    }

    @Test func comparisonsWithNaN() {
        let (a, b): ([Float], [Float]) = ([1, 2, .nan, 0, .nan], [2, 2, 1, -0.0, .nan])
        let expected: [PlainComparison.Kind: [UInt8]] = [
            .equal: [0, 1, 0, 1, 0], .less: [1, 0, 0, 0, 0], .lessOrEqual: [1, 1, 0, 1, 0], .greater: [0, 0, 0, 0, 0],
            .greaterOrEqual: [0, 1, 0, 1, 0],
        ]
        for (kind, wanted) in expected {
            let view = PlainView(strides: [1])
            let kernel = PlainComparison(kind, loop: PlainLoop([5]), left: view, right: view)
            #expect(
                PlainRunner(.comparison(kernel), [.floats(a), .floats(b)], to: PlainTensor(.bool, [5])).run().bytes == wanted,
                "\(kind)")
        }
    }

    /// A bool of the caller's is any byte; inside there are only 0 and 1.
    @Test func boolsAreZeroOrOne() {
        var runner = PlainRunner(.cast(PlainCast()), [PlainData(.bool, [0, 1, 2, 255] as [UInt8])], to: PlainTensor(.bool, [4]))
        runner.kernel = .plainInput(entry: 0)
        #expect(runner.run().bytes == [0, 1, 1, 1])
        let view = PlainView(strides: [1])
        let logic = PlainLogic(.xor, loop: PlainLoop([4]), left: view, right: view)
        let sources = [PlainData(.bool, [0, 1, 2, 255] as [UInt8]), PlainData(.bool, [0, 0, 1, 0] as [UInt8])]
        #expect(PlainRunner(.logic(logic), sources, to: PlainTensor(.bool, [4])).run().bytes == [0, 1, 0, 1])
    }

    @Test func quantizationSaturates() {
        let numbers: [Float] = [0.5, 1.5, 2.5, -0.5, 1e9, -1e9, .nan, .infinity]
        let kernel = PlainQuantization(loop: PlainLoop([8]), scale: PlainView(), zeroPoint: PlainView())
        let scale = PlainData.floats([1])
        let zero = PlainData(.int8, [5] as [Int8])
        #expect(
            PlainRunner(
                .quantization(kernel), [.floats(numbers), scale, zero], to: PlainTensor(.int8, [8])
            ).run().numbers(Int8.self)
                == [5, 7, 7, 5, 127, -128, 5, 127])
        #expect(
            PlainRunner(.quantization(kernel), [.floats(numbers), scale], to: PlainTensor(.uint8, [8])).run().bytes == [
                0, 2, 2, 0, 255, 0, 0, 255,
            ])
    }

    /// The same sums with every set: products are fused, and lines are longer than a vector.
    @Test mutating func productsAndSumsAgree() {
        for (rows, depth, columns) in [(1, 1, 1), (3, 70, 33), (5, 4, 16), (2, 0, 3)] {
            let (left, right, bias) = (random.floats(rows * depth), random.floats(depth * columns), random.floats(columns))
            let kernel = PlainMatrixMultiplication(rows: rows, depth: depth, columns: columns, activation: Activation(.relu))
            let found = PlainRunner(
                .matrixMultiplication(kernel), [.floats(left), .floats(right), .floats(bias)],
                to: PlainTensor(.float32, [rows, columns])
            ).run().numbers(Float.self)
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = Double(bias[column])
                    for k in 0..<depth { sum += Double(left[row * depth + k]) * Double(right[k * columns + column]) }
                    #expect(abs(Double(found[row * columns + column]) - max(0, sum)) < 1e-5)
                }
            }
        }
        let lines = random.floats(5 * 37 * 3, from: -30, to: 30)
        for logarithm in [false, true] {
            let kernel = PlainSoftmax(PlainLine(outer: 5, axis: 37, inner: 3), logarithm: logarithm)
            let found = PlainRunner(
                .softmax(kernel), [.floats(lines)], to: PlainTensor(.float32, [5, 37, 3])
            ).run().numbers(Float.self)
            var total = 0.0
            for i in 0..<37 { total += logarithm ? exp(found[i * 3]) : Double(found[i * 3]) }
            #expect(abs(total - 1) < 1e-5)
        }
    }

    private func exp(_ x: Float) -> Double {
        // Enough terms for what a logarithm of a share can be.
        var (sum, term) = (1.0, 1.0)
        for n in 1..<60 {
            term *= Double(x) / 64 / Double(n)
            sum += term
        }
        return (0..<6).reduce(sum) { power, _ in power * power }
    }
}
