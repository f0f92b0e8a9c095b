import GraphIR

extension OperationEvaluator {
    /// The sums or products up to each element of an axis: floats in Double, each rounded once, integers modulo 2⁶⁴ and cut.
    func cumulative(_ operation: Cumulative, _ operand: Tensor) -> Tensor {
        let isSum = operation.kind == .sum
        if operand.element == .float32 {
            let totals = operand.accumulated(operation, operand.floats.map(Double.init), from: isSum ? 0 : 1) { isSum ? $0 + $1 : $0 * $1 }
            return Tensor(totals.map { Float($0) }, shape: operand.shape)
        }
        let totals = operand.accumulated(operation, operand.integers, from: isSum ? 0 : 1) { isSum ? $0 &+ $1 : $0 &* $1 }
        return Tensor(integers: totals.map { operand.element.wrapping($0) }, shape: operand.shape, element: operand.element)
    }
}

extension Tensor {
    fileprivate func accumulated<Number>(
        _ operation: Cumulative, _ elements: [Number], from start: Number, _ combine: (Number, Number) -> Number
    ) -> [Number] {
        let side = shape[operation.axis]
        let inner = shape[(operation.axis + 1)...].reduce(1, *)
        var results = elements
        for line in 0..<(side == 0 ? 0 : elements.count / side) {
            let first = line / inner * side * inner + line % inner
            var total = start
            for step in 0..<side {
                let at = first + (operation.isReversed ? side - 1 - step : step) * inner
                let next = combine(total, elements[at])
                results[at] = operation.isExclusive ? total : next
                total = next
            }
        }
        return results
    }
}
