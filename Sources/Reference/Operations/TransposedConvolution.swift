import GraphIR

/// Floats in one buffer of products: 16 MiB, whatever the image's size.
private let productBudget = 4 << 20

extension OperationEvaluator {
    /// Operands and result as ``GraphIR/TransposedConvolution`` says.
    func transposedConvolution(_ operation: TransposedConvolution, _ operands: [Tensor], shape: [Int]) -> Tensor {
        let geometry = TransposedGeometry(operation, input: operands[0].shape, output: shape)
        let bias = operation.hasBias ? operands[2].floats : [Float](repeating: 0, count: shape[3])
        var result =
            switch arithmetic {
            case .blas: geometry.throughProducts(operands[0].floats, operands[1].floats, bias: bias)
            case .exactScalar: geometry.scalar(operands[0].floats, operands[1].floats, bias: bias)
            }
        operation.activation?.apply(to: &result)
        return Tensor(result, shape: shape)
    }
}

/// The sides of one transposed convolution. Row i of the input and row r of the kernel contribute to row i·stride + r·dilation
/// − top of the result.
private struct TransposedGeometry {
    let window: Window
    let crop: EdgeAmounts
    let batch: Int
    let height: Int
    let width: Int
    let inputs: Int
    let outputHeight: Int
    let outputWidth: Int
    let outputs: Int
    let groups: Int

    init(_ operation: TransposedConvolution, input: [Int], output: [Int]) {
        window = operation.window
        crop = operation.crop
        (batch, height, width, inputs) = (input[0], input[1], input[2], input[3])
        (outputHeight, outputWidth, outputs) = (output[1], output[2], output[3])
        groups = operation.groups
    }

    var groupInputs: Int { inputs / groups }
    var groupOutputs: Int { outputs / groups }
    /// How many products one input pixel has in one group.
    var spread: Int { window.size.height * window.size.width * groupOutputs }

    func outputRow(_ row: Int, tap: Int) -> Int? {
        let target = row * window.strides.height + tap * window.dilations.height - crop.top
        return target >= 0 && target < outputHeight ? target : nil
    }

    func outputColumn(_ column: Int, tap: Int) -> Int? {
        let target = column * window.strides.width + tap * window.dilations.width - crop.left
        return target >= 0 && target < outputWidth ? target : nil
    }

    /// Each input pixel times the whole kernel is one row of a matrix product. The rows are then added to the pixels of the
    /// result where they belong, in the order of the input's pixels, however many rows are multiplied at a time.
    func throughProducts(_ image: [Float], _ kernel: [Float], bias: [Float]) -> [Float] {
        var result = [Float](repeating: 0, count: batch * outputHeight * outputWidth * outputs)
        let bandHeight = max(1, min(height, productBudget / max(1, width * spread)))
        var products = [Float](repeating: 0, count: bandHeight * width * spread)
        for sample in 0..<batch {
            for first in stride(from: 0, to: height, by: bandHeight) {
                let count = min(bandHeight, height - first)
                for group in 0..<groups {
                    multiply(image, kernel, pixel: (sample * height + first) * width, count: count * width, group: group, &products)
                    scatter(products, sample: sample, first: first, count: count, group: group, into: &result)
                }
            }
        }
        for position in result.indices { result[position] += bias[position % outputs] }
        return result
    }

    private func multiply(
        _ image: [Float], _ kernel: [Float], pixel: Int, count: Int, group: Int, _ products: inout [Float]
    ) {
        products.withUnsafeMutableBufferPointer { products in
            products.update(repeating: 0)
            image.withUnsafeBufferPointer { image in
                kernel.withUnsafeBufferPointer { kernel in
                    guard let products = products.baseAddress, let image = image.baseAddress, let kernel = kernel.baseAddress
                    else { return }
                    accumulateProduct(
                        MatrixView(start: image + pixel * inputs + group * groupInputs, stride: inputs),
                        MatrixView(start: kernel + group * groupInputs, stride: inputs), rightIsTransposed: true,
                        rows: count, inner: groupInputs, columns: spread, into: products, resultStride: spread)
                }
            }
        }
    }

    private func scatter(
        _ products: [Float], sample: Int, first: Int, count: Int, group: Int, into result: inout [Float]
    ) {
        for row in 0..<count {
            for tapRow in 0..<window.size.height {
                guard let targetRow = outputRow(first + row, tap: tapRow) else { continue }
                for column in 0..<width {
                    for tapColumn in 0..<window.size.width {
                        guard let targetColumn = outputColumn(column, tap: tapColumn) else { continue }
                        let source = (row * width + column) * spread + (tapRow * window.size.width + tapColumn) * groupOutputs
                        let pixel = (sample * outputHeight + targetRow) * outputWidth + targetColumn
                        let target = pixel * outputs + group * groupOutputs
                        for channel in 0..<groupOutputs { result[target + channel] += products[source + channel] }
                    }
                }
            }
        }
    }

    /// Starts with the bias and adds in the order input row, kernel row, input column, kernel column, channel. The sum is in
    /// Double and rounded once.
    func scalar(_ image: [Float], _ kernel: [Float], bias: [Float]) -> [Float] {
        var sums = (0..<(batch * outputHeight * outputWidth * outputs)).map { Double(bias[$0 % outputs]) }
        for sample in 0..<batch {
            for row in 0..<height {
                for tapRow in 0..<window.size.height {
                    guard let targetRow = outputRow(row, tap: tapRow) else { continue }
                    for column in 0..<width {
                        for tapColumn in 0..<window.size.width {
                            guard let targetColumn = outputColumn(column, tap: tapColumn) else { continue }
                            accumulate(
                                image, ((sample * height + row) * width + column) * inputs,
                                kernel, (tapRow * window.size.width + tapColumn) * groupOutputs * inputs,
                                into: &sums, ((sample * outputHeight + targetRow) * outputWidth + targetColumn) * outputs)
                        }
                    }
                }
            }
        }
        return sums.map { Float($0) }
    }

    /// Adds one input pixel times one position of the kernel to one output pixel.
    private func accumulate(
        _ image: [Float], _ pixel: Int, _ kernel: [Float], _ tap: Int, into sums: inout [Double], _ target: Int
    ) {
        for output in 0..<outputs {
            let firstInput = output / groupOutputs * groupInputs
            let kernelRow = tap + output % groupOutputs * inputs
            for channel in firstInput..<(firstInput + groupInputs) {
                sums[target + output] += Double(image[pixel + channel]) * Double(kernel[kernelRow + channel])
            }
        }
    }
}
