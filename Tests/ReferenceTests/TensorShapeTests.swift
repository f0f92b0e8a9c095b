import GraphIR
import Reference
import TestSupport
import Testing

@Suite struct TensorShapeTests {
    private func ramp(_ shape: [Int]) -> Tensor { Tensor((0..<shape.reduce(1, *)).map { Float($0) }, shape: shape) }

    @Test func transpose() throws {
        try expect(
            .transpose(Transpose([1, 0])), [ramp([2, 3])], gives: [0, 3, 1, 4, 2, 5], shape: [3, 2], tolerance: 0)
        let source = ramp([2, 3, 4, 5])
        let permutation = [3, 0, 2, 1]
        let result = try evaluate(.transpose(Transpose(permutation)), operands: [source])[0]
        #expect(result.shape == [5, 2, 4, 3])
        for position in 0..<result.elementCount {
            let (d, a) = (position / 24, position / 12 % 2)
            let (c, b) = (position / 3 % 4, position % 3)
            #expect(result.floats[position] == source.floats[((a * 3 + b) * 4 + c) * 5 + d])
        }
        let inverse = try evaluate(.transpose(Transpose([1, 3, 2, 0])), operands: [result])[0]
        #expect(inverse == source)
    }

    @Test func integersAreCarried() throws {
        let left = Tensor(integers: [1, 2, 3, .max], shape: [2, 2], element: .int64)
        let right = Tensor(integers: [5, 6], shape: [2, 1], element: .int64)
        let joined = try evaluate(.concatenation(Concatenation(axis: 1)), operands: [left, right])[0]
        #expect(joined == Tensor(integers: [1, 2, 5, 3, .max, 6], shape: [2, 3], element: .int64))
        let turned = try evaluate(.transpose(Transpose([1, 0])), operands: [joined])[0]
        #expect(turned.integers == [1, 3, 2, .max, 5, 6])
        let flat = try evaluate(.reshape(Reshape([.inferred])), operands: [turned])[0]
        #expect(flat.shape == [6] && flat.integers == turned.integers)
    }

    @Test func constantsRoundTrip() {
        let floats = Tensor([1.5, -0.0, .infinity, .leastNonzeroMagnitude], shape: [2, 2])
        #expect(haveEqualBits(Tensor(floats.constant).floats, floats.floats))
        for element in ElementType.allCases where !element.isFloat {
            let tensor = Tensor(integers: [0, 1, 1], shape: [3], element: element)
            #expect(Tensor(tensor.constant) == tensor)
            #expect(tensor.constant.bytes.count == 3 * element.byteCount)
        }
        for element in ElementType.allCases where element.isFloat {
            let tensor = Tensor([1, -0.5, .infinity], shape: [3], element: element)
            #expect(Tensor(tensor.constant) == tensor)
            #expect(tensor.constant.bytes.count == 3 * element.byteCount)
        }
        let signed = Tensor(integers: [-1, 127, -128], shape: [3], element: .int8)
        #expect(Tensor(signed.constant) == signed)
    }

    @Test func concatenation() throws {
        try expect(
            .concatenation(Concatenation(axis: 2)), [ramp([1, 2, 1]), ramp([1, 2, 3])], gives: [0, 0, 1, 2, 1, 3, 4, 5],
            shape: [1, 2, 4], tolerance: 0)
        try expect(.concatenation(Concatenation(axis: 0)), [ramp([1, 2]), ramp([2, 2])], gives: [0, 1, 0, 1, 2, 3], shape: [3, 2])
    }

    @Test func padding() throws {
        let row = Tensor([1, 2, 3, 4], shape: [1, 4])
        func padded(_ mode: Padding.Mode, _ before: Int, _ after: Int, _ expected: [Float]) throws {
            let operation = Padding(mode, amounts: [Padding.Amount(0, 0), Padding.Amount(before, after)])
            try expect(.padding(operation), [row], gives: expected, shape: [1, expected.count], tolerance: 0)
        }
        try padded(.constant(9), 1, 2, [9, 1, 2, 3, 4, 9, 9])
        try padded(.edge, 2, 1, [1, 1, 1, 2, 3, 4, 4])
        try padded(.reflect, 2, 3, [3, 2, 1, 2, 3, 4, 3, 2, 1])
        try padded(.constant(9), -1, 1, [2, 3, 4, 9])
        try padded(.edge, 1, -2, [1, 1, 2])
        let corners = Padding(.constant(0.5), amounts: [Padding.Amount(1, 0), Padding.Amount(0, 1)])
        try expect(.padding(corners), [ramp([2, 2])], gives: [0.5, 0.5, 0.5, 0, 1, 0.5, 2, 3, 0.5], shape: [3, 3], tolerance: 0)
    }

    @Test func broadcasting() throws {
        let column = Tensor([10, 20], shape: [2, 1])
        let row = Tensor([1, 2, 3], shape: [3])
        func result(_ kind: Binary.Kind, _ expected: [Float]) throws {
            try expect(.binary(Binary(kind)), [column, row], gives: expected, shape: [2, 3], tolerance: 0)
        }
        try result(.add, [11, 12, 13, 21, 22, 23])
        try result(.subtract, [9, 8, 7, 19, 18, 17])
        try result(.multiply, [10, 20, 30, 20, 40, 60])
        try result(.divide, [10, 5, 10 / 3, 20, 10, 20 / 3])
        try result(.power, [10, 100, 1000, 20, 400, 8000])
        try result(.maximum, [10, 10, 10, 20, 20, 20])
        try result(.minimum, [1, 2, 3, 1, 2, 3])
        let slopes = Tensor([0.5, -2], shape: [2])
        try expect(
            .binary(Binary(.prelu)), [Tensor([-4, -4, 4, 4], shape: [2, 2]), slopes], gives: [-2, 8, 4, 4], shape: [2, 2], tolerance: 0)
        try expect(
            .binary(Binary(.subtract, activation: .relu)), [row, Tensor([2], shape: [])], gives: [0, 0, 1], shape: [3], tolerance: 0)
        var random = SplitMix64(seed: 5)
        let a = random.tensor([2, 1, 3, 1])
        let b = random.tensor([4, 1, 5])
        let expected = (0..<120).map { (position: Int) -> Float in
            let (i, j, k, l) = (position / 60, position / 15 % 4, position / 5 % 3, position % 5)
            return a.floats[i * 3 + k] * b.floats[j * 5 + l]
        }
        try expect(.binary(Binary(.multiply)), [a, b], gives: expected, shape: [2, 4, 3, 5], tolerance: 0)
    }

    @Test func dropoutAndIdentityChangeNothing() throws {
        let tensor = ramp([2, 3])
        #expect(try evaluate(.dropout(Dropout(rate: 0.5)), operands: [tensor]) == [tensor])
        #expect(try evaluate(.identity(Identity()), operands: [tensor]) == [tensor])
    }
}

@Suite struct MatrixTests {
    @Test func matrixProduct() throws {
        let left = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
        let right = Tensor([1, 0, 0, 1, 2, 2], shape: [3, 2])
        try expect(.matrixMultiplication(MatrixMultiplication()), [left, right], gives: [7, 8, 16, 17], shape: [2, 2], tolerance: 0)
        let dense = MatrixMultiplication(hasBias: true, activation: .relu)
        try expect(
            .matrixMultiplication(dense), [left, right, Tensor([-10, 1], shape: [2])], gives: [0, 9, 6, 18], shape: [2, 2], tolerance: 0)
    }

    @Test(arguments: [([2, 3, 4, 5], [5, 2]), ([2, 1, 3, 4], [3, 4, 2]), ([3, 4], [2, 2, 4, 1]), ([2, 3, 7], [2, 7, 3])])
    func leadingAxesBroadcast(left: [Int], right: [Int]) throws {
        var random = SplitMix64(seed: 6)
        let a = random.tensor(left)
        let b = random.tensor(right)
        // The operands with their leading axes stretched by an addition of zeros.
        let zeros = [left, right].map { Tensor(repeating: 0, shape: $0.dropLast(2) + [1]) }
        let leading = Array(try evaluate(.binary(Binary(.add)), operands: zeros)[0].shape.dropLast())
        func stretched(_ tensor: Tensor) throws -> [Float] {
            let target = Tensor(repeating: 0, shape: leading + tensor.shape.suffix(2))
            return try evaluate(.binary(Binary(.add)), operands: [tensor, target])[0].floats
        }
        let (m, k, n) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
        let (x, y) = (try stretched(a), try stretched(b))
        let expected = (0..<(leading.reduce(1, *) * m * n)).map { position -> Float in
            let (matrix, row, column) = (position / (m * n), position / n % m, position % n)
            var sum = 0.0
            for index in 0..<k {
                sum += Double(x[(matrix * m + row) * k + index]) * Double(y[(matrix * k + index) * n + column])
            }
            return Float(sum)
        }
        try expect(.matrixMultiplication(MatrixMultiplication()), [a, b], gives: expected, shape: leading + [m, n])
    }

    @Test func softmax() throws {
        let scores = Tensor([0, 1, 2, 1000, 1000, -1000], shape: [2, 3])
        let e = 2.718281828459045
        let sum = 1 + e + e * e
        try expect(
            .softmax(Softmax(axis: 1)), [scores], gives: [Float(1 / sum), Float(e / sum), Float(e * e / sum), 0.5, 0.5, 0], shape: [2, 3],
            tolerance: 1e-7)
        let columns = Tensor([1, 5, 1, 5, 1, 5], shape: [3, 2])
        try expect(.softmax(Softmax(axis: 0)), [columns], gives: [Float](repeating: 1 / 3, count: 6), shape: [3, 2], tolerance: 1e-7)
    }

    @Test func batchNormalization() throws {
        let operands = [
            Tensor([1, 2, 3, 4], shape: [2, 2]), Tensor([2, 3], shape: [2]), Tensor([10, 20], shape: [2]), Tensor([1, 2], shape: [2]),
            Tensor([3, 15], shape: [2]),
        ]
        try expect(
            .batchNormalization(BatchNormalization(epsilon: 1)), operands, gives: [10, 20, 12, 21.5], shape: [2, 2], tolerance: 0)
        try expect(
            .batchNormalization(BatchNormalization(epsilon: 1, activation: .clip(minimum: 11, maximum: 21))), operands,
            gives: [11, 20, 12, 21], shape: [2, 2], tolerance: 0)
    }
}
