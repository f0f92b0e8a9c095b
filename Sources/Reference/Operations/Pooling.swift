import GraphIR

extension OperationEvaluator {
    /// Max or average as ``GraphIR/Pooling`` says; NaN and ties as in `Documentation/Numerics.md`.
    func pooling(_ operation: Pooling, _ operand: Tensor, shape: [Int]) -> Tensor {
        let image = operand.floats
        let (rows, columns) = operation.window.axes(input: operand.shape, output: shape)
        let channels = shape[3]
        var result = [Float](repeating: 0, count: shape.reduce(1, *))
        var maxima = [Float](repeating: 0, count: channels)
        var sums = [Double](repeating: 0, count: channels)
        for sample in 0..<shape[0] {
            for row in 0..<rows.output {
                let sourceRows = rows.sources(of: row)
                for column in 0..<columns.output {
                    let sourceColumns = columns.sources(of: column)
                    let target = ((sample * rows.output + row) * columns.output + column) * channels
                    let positions = WindowPositions(
                        base: sample * rows.input, rows: sourceRows, columns: sourceColumns, width: columns.input, channels: channels)
                    switch operation.kind {
                    case .maximum:
                        positions.maximum(image, &maxima, into: &result, at: target)
                    case .average:
                        let divisor =
                            operation.countsPadding
                            ? rows.paddedCount(at: row) * columns.paddedCount(at: column)
                            : sourceRows.count * sourceColumns.count
                        positions.average(image, &sums, divisor: divisor, into: &result, at: target)
                    }
                }
            }
        }
        return Tensor(result, shape: shape)
    }

    func globalPooling(_ operation: GlobalPooling, _ operand: Tensor, shape: [Int]) -> Tensor {
        let window = Window(size: Spatial(operand.shape[1], operand.shape[2]))
        return pooling(Pooling(operation.kind, window: window), operand, shape: shape)
    }
}

/// The pixels of an image that one window covers, padding left out.
private struct WindowPositions {
    /// The number of rows of all images before this one.
    let base: Int
    let rows: [Int]
    let columns: [Int]
    let width: Int
    let channels: Int

    func maximum(_ image: [Float], _ rowMaxima: inout [Float], into result: inout [Float], at target: Int) {
        for channel in 0..<channels { result[target + channel] = -.infinity }
        guard !columns.isEmpty else { return }
        for row in rows {
            for channel in 0..<channels { rowMaxima[channel] = -.infinity }
            for column in columns {
                let pixel = ((base + row) * width + column) * channels
                for channel in 0..<channels { rowMaxima[channel] = maximumOf(rowMaxima[channel], image[pixel + channel]) }
            }
            for channel in 0..<channels {
                result[target + channel] = maximumOf(result[target + channel], rowMaxima[channel])
            }
        }
    }

    func average(_ image: [Float], _ sums: inout [Double], divisor: Int, into result: inout [Float], at target: Int) {
        for channel in 0..<channels { sums[channel] = 0 }
        for row in rows {
            for column in columns {
                let pixel = ((base + row) * width + column) * channels
                for channel in 0..<channels { sums[channel] += Double(image[pixel + channel]) }
            }
        }
        for channel in 0..<channels {
            result[target + channel] = rows.isEmpty || columns.isEmpty ? 0 : Float(sums[channel] / Double(divisor))
        }
    }
}
