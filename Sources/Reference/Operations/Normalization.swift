import GraphIR

extension OperationEvaluator {
    /// (x − mean) / √(variance + epsilon) over some axes, in Double and rounded once.
    func normalization(_ operation: Normalization, _ operand: Tensor) -> Tensor {
        let groups = operand.groups(along: operation.axes)
        let elements = operand.floats
        let count = Double(operation.axes.map { operand.shape[$0] }.reduce(1, *))
        var means = [Double](repeating: 0, count: groups.count)
        for (element, group) in zip(elements, groups.indices) { means[group] += Double(element) }
        for group in means.indices { means[group] /= count }
        var variances = [Double](repeating: 0, count: groups.count)
        for (element, group) in zip(elements, groups.indices) {
            let difference = Double(element) - means[group]
            variances[group] += difference * difference
        }
        let deviations = variances.map { ($0 / count + Double(operation.epsilon)).squareRoot() }
        let results = zip(elements, groups.indices).map { element, group in
            Float((Double(element) - means[group]) / deviations[group])
        }
        return Tensor(results, shape: operand.shape)
    }
}
