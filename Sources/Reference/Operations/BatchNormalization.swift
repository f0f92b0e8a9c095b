import GraphIR

extension OperationEvaluator {
    /// (x − mean) / √(variance + epsilon) · scale + offset, in Double and rounded once.
    func batchNormalization(_ operation: BatchNormalization, _ operands: [Tensor]) -> Tensor {
        let scale = operands[1].floats
        let offset = operands[2].floats
        let mean = operands[3].floats
        let deviation = operands[4].floats.map { (Double($0) + Double(operation.epsilon)).squareRoot() }
        var result = operands[0].floats
        let channels = scale.count
        result.withUnsafeMutableBufferPointer { result in
            for position in result.indices {
                let channel = position % channels
                let centred = Double(result[position]) - Double(mean[channel])
                result[position] = Float(centred / deviation[channel] * Double(scale[channel]) + Double(offset[channel]))
            }
        }
        operation.activation?.apply(to: &result)
        return Tensor(result, shape: operands[0].shape)
    }
}
