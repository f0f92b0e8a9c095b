import GraphIR

extension OperationEvaluator {
    /// The positions of the largest or smallest elements along an axis: all of them sorted, and the first ones taken.
    func topPositions(_ operation: TopPositions, _ operand: Tensor, shape: [Int]) -> Tensor {
        let side = operand.shape[operation.axis]
        let outer = operand.shape[..<operation.axis].reduce(1, *)
        let inner = operand.shape[(operation.axis + 1)...].reduce(1, *)
        func positions<Number>(_ elements: [Number], _ isLarger: (Number, Number) -> Bool) -> [Int64] {
            var results = [Int64](repeating: 0, count: outer * operation.count * inner)
            for line in 0..<(outer * inner) {
                let (block, column) = (line / inner, line % inner)
                func element(_ position: Int) -> Number { elements[(block * side + position) * inner + column] }
                let sorted = (0..<side).sorted { left, right in
                    let (a, b) = (element(left), element(right))
                    if operation.largest ? isLarger(a, b) : isLarger(b, a) { return true }
                    if operation.largest ? isLarger(b, a) : isLarger(a, b) { return false }
                    return left < right
                }
                for index in 0..<operation.count {
                    results[(block * operation.count + index) * inner + column] = Int64(sorted[index])
                }
            }
            return results
        }
        let results =
            operand.element == .float32
            ? positions(operand.floats) { $0.isNaN ? !$1.isNaN : $0 > $1 } : positions(operand.ordered, >)
        return Tensor(integers: results, shape: shape, element: .int64)
    }
}
