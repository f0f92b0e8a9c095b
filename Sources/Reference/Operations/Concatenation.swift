import GraphIR

extension OperationEvaluator {
    /// Joins tensors of any element type along an axis.
    func concatenation(_ operation: Concatenation, _ operands: [Tensor], shape: [Int]) -> Tensor {
        let outer = shape[..<operation.axis].reduce(1, *)
        let lengths = operands.map { $0.shape[operation.axis...].reduce(1, *) }
        func joined<Number>(_ sources: [[Number]]) -> [Number] {
            var result: [Number] = []
            result.reserveCapacity(outer * lengths.reduce(0, +))
            for index in 0..<outer {
                for (source, length) in zip(sources, lengths) { result += source[(index * length)..<((index + 1) * length)] }
            }
            return result
        }
        guard operands[0].element != .float32 else { return Tensor(joined(operands.map(\.floats)), shape: shape) }
        return Tensor(integers: joined(operands.map(\.integers)), shape: shape, element: operands[0].element)
    }
}
