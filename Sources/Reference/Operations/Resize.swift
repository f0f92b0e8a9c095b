import GraphIR

extension OperationEvaluator {
    /// One axis after another, floats in Double and rounded once at the end.
    func resize(_ operation: Resize, _ operand: Tensor) -> Tensor {
        guard operand.element == .float32 else {
            return operation.axes.reduce(operand) { $0.resizedByNearest($1, filler: operation.extrapolation) }
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
            shape[axis.axis] = taps.count
        }
        return Tensor(elements.map { Float($0) }, shape: shape)
    }
}

extension [(index: Int, weight: Float)] {
    /// The weighted sum; nil of nothing. Begins with the first product, so that a copy keeps the sign of a zero.
    fileprivate func sum(_ elements: [Double], first: Int, step: Int) -> Double? {
        guard let head = self.first else { return nil }
        var sum = Double(head.weight) * elements[first + head.index * step]
        for tap in dropFirst() { sum += Double(tap.weight) * elements[first + tap.index * step] }
        return sum
    }
}

extension Tensor {
    /// Resized along an axis on which every element of the result is one of the input, or the filler.
    fileprivate func resizedByNearest(_ axis: Resize.Axis, filler: Float) -> Tensor {
        let side = shape[axis.axis]
        let inner = shape[(axis.axis + 1)...].reduce(1, *)
        let taps = axis.taps(inputSize: side)
        var result = shape
        result[axis.axis] = taps.count
        var positions: [Int] = []
        positions.reserveCapacity(result.reduce(1, *))
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
