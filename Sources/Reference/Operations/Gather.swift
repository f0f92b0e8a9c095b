import GraphIR

extension OperationEvaluator {
    /// Slices of the data along an axis by their indices. Throws for an index outside of the axis.
    func gather(_ operation: Gather, _ data: Tensor, _ indices: Tensor, shape: [Int]) throws(EvaluationError) -> Tensor {
        let side = data.shape[operation.axis]
        let outer = data.shape[..<operation.axis].reduce(1, *)
        let inner = data.shape[(operation.axis + 1)...].reduce(1, *)
        var slices: [Int] = []
        for index in indices.integers {
            guard index >= -side, index < side else {
                throw EvaluationError(.outOfRange, "the index \(index) is outside of axis \(operation.axis), which has \(side)")
            }
            slices.append(Int(index) + (index < 0 ? side : 0))
        }
        var positions: [Int] = []
        positions.reserveCapacity(outer * slices.count * inner)
        for block in 0..<outer {
            for slice in slices {
                let first = (block * side + slice) * inner
                positions += first..<(first + inner)
            }
        }
        return data.gathering(positions, shape: shape)
    }
}
