import GraphIR

extension OperationEvaluator {
    /// Axis i of the result is axis `permutation[i]` of the operand.
    func transpose(_ operation: Transpose, _ operand: Tensor, shape: [Int]) -> Tensor {
        let own = rowMajorStrides(operand.shape)
        var walk = StridedWalk(shape: shape, strides: [operation.permutation.map { own[$0] }])
        var positions: [Int] = []
        positions.reserveCapacity(operand.elementCount)
        for _ in 0..<operand.elementCount {
            positions.append(walk.offsets[0])
            walk.advance()
        }
        return operand.gathering(positions, shape: shape)
    }
}
