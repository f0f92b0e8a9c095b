import GraphIR

extension OperationEvaluator {
    /// Comparison of elements with NumPy's broadcasting.
    func comparison(_ operation: Comparison, _ left: Tensor, _ right: Tensor, shape: [Int]) -> Tensor {
        let results =
            left.element == .float32
            ? broadcasting(left, left.floats, right, right.floats, to: shape) { operation.kind.holds($0, $1) ? Int64(1) : 0 }
            : broadcasting(left, left.ordered, right, right.ordered, to: shape) { operation.kind.holds($0, $1) ? 1 : 0 }
        return Tensor(integers: results, shape: shape, element: .bool)
    }
}

extension Comparison.Kind {
    fileprivate func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool {
        switch self {
        case .equal: a == b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        }
    }
}
