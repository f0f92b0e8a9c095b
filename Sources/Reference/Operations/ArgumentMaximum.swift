import GraphIR

extension OperationEvaluator {
    /// The index of the largest element along an axis.
    func argumentMaximum(_ operation: ArgumentMaximum, _ operand: Tensor, shape: [Int]) -> Tensor {
        let side = operand.shape[operation.axis]
        let outer = operand.shape[..<operation.axis].reduce(1, *)
        let inner = operand.shape[(operation.axis + 1)...].reduce(1, *)
        func indices<Number: Comparable>(_ elements: [Number]) -> [Int64] {
            (0..<(outer * inner)).map { line in
                let first = line / inner * side * inner + line % inner
                var best = 0
                for index in 0..<side {
                    let element = elements[first + index * inner]
                    let largest = elements[first + best * inner]
                    if element > largest || (operation.selectsLast && element == largest) { best = index }
                }
                return Int64(best)
            }
        }
        let results = operand.element == .float32 ? indices(operand.floats) : indices(operand.ordered)
        return Tensor(integers: results, shape: shape, element: .int64)
    }
}
