import GraphIR

extension OperationEvaluator {
    /// The data with the updates applied in the order of their positions, those outside passed over.
    func scatter(_ operation: Scatter, _ data: Tensor, _ positions: Tensor, _ updates: Tensor) -> Tensor {
        let inner = data.shape.dropFirst().reduce(1, *)
        func scattered<Number>(_ elements: [Number], _ updates: [Number], _ combine: (Number, Number) -> Number) -> [Number] {
            var results = elements
            for (index, position) in positions.integers.enumerated() where (0..<Int64(data.shape[0])).contains(position) {
                for column in 0..<inner {
                    let at = Int(position) * inner + column
                    results[at] = combine(results[at], updates[index * inner + column])
                }
            }
            return results
        }
        let arithmetic = operation.kind.arithmetic
        if data.element == .float32 {
            return Tensor(scattered(data.floats, updates.floats) { arithmetic?($0, $1) ?? $1 }, shape: data.shape)
        }
        let integers = scattered(data.integers, updates.integers) { data.element.wrapping(arithmetic?($0, $1, of: data.element) ?? $1) }
        return Tensor(integers: integers, shape: data.shape, element: data.element)
    }
}

extension Scatter.Kind {
    /// Nil where the update is the result.
    fileprivate var arithmetic: Binary.Kind? {
        switch self {
        case .replace: nil
        case .add: .add
        case .multiply: .multiply
        case .minimum: .minimum
        case .maximum: .maximum
        }
    }
}
