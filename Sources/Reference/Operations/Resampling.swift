import GraphIR

extension OperationEvaluator {
    /// Resamples one axis after another, in Double, and rounds once at the end.
    func resampling(_ operation: Resampling, _ operand: Tensor) -> Tensor {
        guard operand.element == .float32 else {
            return operation.axes.reduce(operand) { $0.resampledByNearest($1, filler: operation.extrapolation) }
        }
        var shape = operand.shape
        var elements = operand.floats.map(Double.init)
        for axis in operation.axes {
            let taps = axis.taps(inputSize: shape[axis.axis])
            let inner = shape[(axis.axis + 1)...].reduce(1, *)
            let outer = shape[..<axis.axis].reduce(1, *)
            let input = shape[axis.axis] * inner
            var result: [Double] = []
            result.reserveCapacity(outer * taps.count * inner)
            for block in 0..<outer {
                for terms in taps {
                    for offset in 0..<inner {
                        let sum = terms.sum(elements, first: block * input + offset, step: inner)
                        result.append(sum ?? Double(operation.extrapolation))
                    }
                }
            }
            elements = result
            shape[axis.axis] = axis.size
        }
        return Tensor(elements.map { Float($0) }, shape: shape)
    }
}

extension [(index: Int, weight: Float)] {
    /// The weighted sum; nil if there are no taps. It begins with the first product and not with 0, so that copying an element
    /// keeps the sign of a zero.
    fileprivate func sum(_ elements: [Double], first: Int, step: Int) -> Double? {
        guard let head = self.first else { return nil }
        var sum = Double(head.weight) * elements[first + head.index * step]
        for tap in dropFirst() { sum += Double(tap.weight) * elements[first + tap.index * step] }
        return sum
    }
}

extension Tensor {
    /// Resamples along an axis on which every element of the result is an element of the input, or the filler.
    fileprivate func resampledByNearest(_ axis: Resampling.Axis, filler: Float) -> Tensor {
        let side = shape[axis.axis]
        let inner = shape[(axis.axis + 1)...].reduce(1, *)
        var result = shape
        result[axis.axis] = axis.size
        var positions: [Int] = []
        positions.reserveCapacity(result.reduce(1, *))
        let taps = axis.taps(inputSize: side)
        for block in 0..<shape[..<axis.axis].reduce(1, *) {
            for tap in taps {
                for offset in 0..<inner {
                    positions.append(tap.first.map { (block * side + $0.index) * inner + offset } ?? -1)
                }
            }
        }
        return gathering(positions, shape: result, filler: filler)
    }
}
