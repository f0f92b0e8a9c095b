import GraphIR

extension OperationEvaluator {
    /// `[…, M, K]` · `[…, K, N]` with the leading axes broadcast, plus the bias `[N]`.
    func matrixMultiplication(_ operation: MatrixMultiplication, _ operands: [Tensor], shape: [Int]) -> Tensor {
        let left = operands[0]
        let right = operands[1]
        let columns = shape[shape.count - 1]
        let inner = left.shape[left.shape.count - 1]
        var rows = shape[shape.count - 2]
        var leading = Array(shape.dropLast(2))
        // As in a dense layer, there is only one matrix on the right, so that all rows on the left can be taken as one matrix.
        if right.shape.count == 2 {
            rows *= leading.reduce(1, *)
            leading = []
        }
        let bias = operation.hasBias ? operands[2].floats : [Float](repeating: 0, count: columns)
        var result = (0..<shape.reduce(1, *)).map { bias[$0 % columns] }
        var walk = StridedWalk(
            shape: leading,
            strides: [matrixStrides(left.shape, to: leading), matrixStrides(right.shape, to: leading)])
        for matrix in 0..<leading.reduce(1, *) {
            let product = MatrixProduct(
                left: left.floats, leftOffset: walk.offsets[0], right: right.floats, rightOffset: walk.offsets[1],
                rows: rows, inner: inner, columns: columns)
            switch arithmetic {
            case .blas: product.throughBLAS(into: &result, at: matrix * rows * columns)
            case .exactScalar: product.scalar(into: &result, at: matrix * rows * columns)
            }
            walk.advance()
        }
        operation.activation?.apply(to: &result)
        return Tensor(result, shape: shape)
    }

    /// The strides of the leading axes, in elements, of a tensor of matrices.
    private func matrixStrides(_ shape: [Int], to leading: [Int]) -> [Int] {
        let size = shape[shape.count - 2] * shape[shape.count - 1]
        return broadcastStrides(Array(shape.dropLast(2)), to: leading).map { $0 * size }
    }
}

private struct MatrixProduct {
    let left: [Float]
    let leftOffset: Int
    let right: [Float]
    let rightOffset: Int
    let rows: Int
    let inner: Int
    let columns: Int

    func throughBLAS(into result: inout [Float], at offset: Int) {
        result.withUnsafeMutableBufferPointer { result in
            left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                    guard let result = result.baseAddress, let left = left.baseAddress, let right = right.baseAddress else { return }
                    accumulateProduct(
                        MatrixView(start: left + leftOffset, stride: inner), MatrixView(start: right + rightOffset, stride: columns),
                        rows: rows, inner: inner, columns: columns, into: result + offset, resultStride: columns)
                }
            }
        }
    }

    /// Adds the products to the numbers that are there, in the order of the inner axis. The sum is in Double and rounded once.
    func scalar(into result: inout [Float], at offset: Int) {
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = Double(result[offset + row * columns + column])
                for index in 0..<inner {
                    sum += Double(left[leftOffset + row * inner + index]) * Double(right[rightOffset + index * columns + column])
                }
                result[offset + row * columns + column] = Float(sum)
            }
        }
    }
}
