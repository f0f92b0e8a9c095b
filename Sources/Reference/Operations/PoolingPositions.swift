import GraphIR

extension OperationEvaluator {
    /// Where max pooling finds each maximum, as ``GraphIR/PoolingPositions`` counts.
    func poolingPositions(_ operation: PoolingPositions, _ operand: Tensor, shape: [Int]) -> Tensor {
        let results =
            operand.element == .float32
            ? operation.positions(operand.floats, operand.shape, shape)
            : operation.positions(operand.ordered, operand.shape, shape)
        return Tensor(integers: results, shape: shape, element: .int64)
    }
}

extension PoolingPositions {
    fileprivate func positions<Number: Comparable>(_ image: [Number], _ input: [Int], _ output: [Int]) -> [Int64] {
        let (rows, columns) = window.axes(input: input, output: output)
        let channels = output[3]
        var results: [Int64] = []
        for sample in 0..<output[0] {
            for row in 0..<rows.output {
                let sourceRows = rows.sources(of: row)
                for column in 0..<columns.output {
                    let sourceColumns = columns.sources(of: column)
                    for channel in 0..<channels {
                        var best: (row: Int, column: Int, value: Number)?
                        for y in sourceRows {
                            for x in sourceColumns {
                                let value = image[((sample * rows.input + y) * columns.input + x) * channels + channel]
                                if let largest = best?.value, !(value > largest) { continue }
                                best = (y, x, value)
                            }
                        }
                        guard let best else {
                            results.append(-1)
                            continue
                        }
                        let within = columnMajor ? best.column * rows.input + best.row : best.row * columns.input + best.column
                        results.append(Int64((sample * channels + channel) * rows.input * columns.input + within))
                    }
                }
            }
        }
        return results
    }
}
