import GraphIR

extension OperationEvaluator {
    /// (x − zero point) · scale: an exact difference, rounded to float32, times the scale.
    func dequantization(_ operation: Dequantization, _ operands: [Tensor]) -> Tensor {
        let scales = operands[1].floats
        let shape = operands[0].shape
        let parameters = ScaleIndex(shape, axis: operation.axis, scaleCount: scales.count)
        let results = operands[0].integers.enumerated().map { position, element -> Float in
            let index = parameters[position]
            return Float(element - (operands.count > 2 ? operands[2].integers[index] : 0)) * scales[index]
        }
        return Tensor(results, shape: shape)
    }
}
