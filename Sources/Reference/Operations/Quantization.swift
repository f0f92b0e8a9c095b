import GraphIR

extension OperationEvaluator {
    /// x / scale to the nearest integer, ties to even, plus the zero point, saturating.
    func quantization(_ operation: Quantization, _ operands: [Tensor]) -> Tensor {
        let element = operation.element
        let scales = operands[1].floats
        let shape = operands[0].shape
        let parameters = ScaleIndex(shape, axis: operation.axis, scaleCount: scales.count)
        let results = operands[0].floats.enumerated().map { position, number -> Int64 in
            let index = parameters[position]
            let zeroPoint = operands.count > 2 ? operands[2].integers[index] : 0
            let quotient = (number / scales[index]).rounded(.toNearestOrEven)
            guard !quotient.isNaN else { return zeroPoint }
            // Every float outside of ±2²⁰ saturates, whatever the zero point is.
            let integer = Int64(min(max(quotient, -1_048_576), 1_048_576))
            return min(max(integer + zeroPoint, element.lowest), element.highest)
        }
        return Tensor(integers: results, shape: shape, element: operation.element)
    }
}

/// Which scale belongs to each element of a tensor.
struct ScaleIndex {
    /// How many elements in a row have the same scale, and how many scales there are.
    private let step: Int
    private let count: Int

    init(_ shape: [Int], axis: Int?, scaleCount: Int) {
        step = axis.map { shape[($0 + 1)...].reduce(1, *) } ?? 1
        count = scaleCount
    }

    /// Without an axis there is one scale, or one for each element.
    subscript(position: Int) -> Int { position / step % count }
}
