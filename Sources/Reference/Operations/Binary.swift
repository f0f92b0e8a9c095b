import GraphIR

extension OperationEvaluator {
    /// Element-wise arithmetic with NumPy's broadcasting.
    func binary(_ operation: Binary, _ left: Tensor, _ right: Tensor, shape: [Int]) -> Tensor {
        let lhs = left.floats, rhs = right.floats
        var result = [Float](repeating: 0, count: shape.reduce(1, *))
        if left.shape == shape, right.shape == shape {
            for position in result.indices { result[position] = operation.kind(lhs[position], rhs[position]) }
        } else {
            var walk = StridedWalk(shape: shape, strides: [left.shape, right.shape].map { broadcastStrides($0, to: shape) })
            for position in result.indices {
                result[position] = operation.kind(lhs[walk.offsets[0]], rhs[walk.offsets[1]])
                walk.advance()
            }
        }
        operation.activation?.apply(to: &result)
        return Tensor(result, shape: shape)
    }
}

extension Binary.Kind {
    /// One element. A float32 operation of IEEE 754 where there is one, otherwise in Double and rounded once.
    public func callAsFunction(_ a: Float, _ b: Float) -> Float {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: Float(Reference.power(Double(a), Double(b)))
        case .minimum: minimumOf(a, b)
        case .maximum: maximumOf(a, b)
        case .prelu: a < 0 ? b * a : a
        }
    }
}
