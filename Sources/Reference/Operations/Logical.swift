import GraphIR

extension OperationEvaluator {
    /// Logic on elements with NumPy's broadcasting.
    func logical(_ operation: Logical, _ operands: [Tensor], shape: [Int]) -> Tensor {
        // An operation with one operand uses it for both sides.
        let left = operands[0]
        let right = operands[operands.count - 1]
        let results = broadcasting(left, left.integers, right, right.integers, to: shape) { a, b in
            switch operation.kind {
            case .and: a & b
            case .or: a | b
            case .xor: a ^ b
            case .not: 1 - a
            }
        }
        return Tensor(integers: results, shape: shape, element: .bool)
    }
}
