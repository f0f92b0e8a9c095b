import GraphIR

extension OperationEvaluator {
    /// Resamples rows and columns; positions as in `Documentation/Numerics.md`.
    func resize(_ operation: Resize, _ operand: Tensor, shape: [Int]) -> Tensor {
        let source = operand.floats
        let width = operand.shape[2]
        let channels = operand.shape[3]
        let rows = (0..<shape[1]).map { operation.sample($0, input: operand.shape[1], output: shape[1]) }
        let columns = (0..<shape[2]).map { operation.sample($0, input: width, output: shape[2]) }
        var result = [Float](repeating: 0, count: shape.reduce(1, *))
        var target = 0
        for sample in 0..<shape[0] {
            let base = sample * operand.shape[1]
            for row in rows {
                for column in columns {
                    let topLeft = ((base + row.low) * width + column.low) * channels
                    let topRight = ((base + row.low) * width + column.high) * channels
                    let bottomLeft = ((base + row.high) * width + column.low) * channels
                    let bottomRight = ((base + row.high) * width + column.high) * channels
                    for channel in 0..<channels {
                        // An element whose neighbour has no weight is copied, so that an infinite neighbour is not multiplied
                        // by zero.
                        let top = mixed(source[topLeft + channel], source[topRight + channel], column.fraction)
                        let bottom = mixed(source[bottomLeft + channel], source[bottomRight + channel], column.fraction)
                        let fraction = Double(row.fraction)
                        result[target] = Float(fraction == 0 ? top : (1 - fraction) * top + fraction * bottom)
                        target += 1
                    }
                }
            }
        }
        return Tensor(result, shape: shape)
    }
}

private func mixed(_ a: Float, _ b: Float, _ fraction: Float) -> Double {
    fraction == 0 ? Double(a) : (1 - Double(fraction)) * Double(a) + Double(fraction) * Double(b)
}

/// What one position of the result reads along an axis: (1 − fraction)·low + fraction·high.
private struct AxisSample {
    var low: Int
    var high: Int
    var fraction: Float
}

extension Resize {
    fileprivate func sample(_ position: Int, input: Int, output: Int) -> AxisSample {
        var (numerator, denominator) = (0, 1)
        switch coordinates {
        case .halfPixel: (numerator, denominator) = ((2 * position + 1) * input - output, 2 * output)
        case .asymmetric: (numerator, denominator) = (position * input, output)
        case .alignCorners where output > 1: (numerator, denominator) = (position * (input - 1), output - 1)
        case .alignCorners: break
        }
        func clamped(_ index: Int) -> Int { min(max(index, 0), input - 1) }
        let floor = flooredQuotient(numerator, denominator)
        switch (interpolation, rounding) {
        case (.nearest, .floor): return AxisSample(low: clamped(floor), high: clamped(floor), fraction: 0)
        case (.nearest, .roundHalfDown):
            let nearest = -flooredQuotient(denominator - 2 * numerator, 2 * denominator)
            return AxisSample(low: clamped(nearest), high: clamped(nearest), fraction: 0)
        case (.linear, _):
            let fraction = Float(numerator - floor * denominator) / Float(denominator)
            return AxisSample(low: clamped(floor), high: clamped(floor + 1), fraction: fraction)
        }
    }
}

private func flooredQuotient(_ dividend: Int, _ divisor: Int) -> Int {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}
