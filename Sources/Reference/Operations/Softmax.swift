import GraphIR

extension OperationEvaluator {
    /// e^(x − max) / Σ e^(x − max) along one axis or its logarithm, in Double and rounded once.
    func softmax(_ operation: Softmax, _ operand: Tensor) -> Tensor {
        guard operand.elementCount > 0 else { return operand }
        let source = operand.floats
        let side = operand.shape[operation.axis]
        let step = operand.shape[(operation.axis + 1)...].reduce(1, *)
        var result = source
        var terms = [Double](repeating: 0, count: side)
        for outer in 0..<(source.count / (side * step)) {
            for inner in 0..<step {
                let first = outer * side * step + inner
                var largest = -Float.infinity
                for index in 0..<side { largest = maximumOf(largest, source[first + index * step]) }
                var sum = 0.0
                for index in 0..<side {
                    terms[index] = exponential(Double(source[first + index * step]) - Double(largest))
                    sum += terms[index]
                }
                guard operation.logarithm else {
                    for index in 0..<side { result[first + index * step] = Float(terms[index] / sum) }
                    continue
                }
                let shift = Double(largest) + Reference.logarithm(sum)
                for index in 0..<side { result[first + index * step] = Float(Double(source[first + index * step]) - shift) }
            }
        }
        return Tensor(result, shape: operand.shape)
    }
}
