import Dispatch
import GraphIR

/// How many floats a buffer of columns has: 1 MiB, so that it stays in the cache of a core, whatever the size of the image.
private let columnBudget = 1 << 18

/// The least number of pixels in a buffer of columns, even if it then exceeds its budget: every matrix product first rearranges
/// the whole kernel, which only pays off for many rows.
private let fewestPixels = 256

extension OperationEvaluator {
    /// Operands, results and epilogues as ``GraphIR/Convolution`` says.
    func convolution(_ operation: Convolution, _ operands: [Tensor], unpooledShape: [Int], shapes: [[Int]]) -> [Tensor] {
        let sources = Array(operands[..<operation.sourceCount])
        let kernel = operands[operation.sourceCount]
        let bias = operation.hasBias ? operands[operation.sourceCount + 1].floats : nil
        let geometry = ConvolutionGeometry(
            operation, sources: sources.map(\.shape), kernel: kernel.shape, resultShape: unpooledShape)
        var image =
            switch arithmetic {
            case .blas: geometry.throughColumns(sources, kernel.floats, bias: bias)
            case .exactScalar: geometry.scalar(sources, kernel.floats, bias: bias)
            }
        operation.activation?.apply(to: &image)
        let unpooled = Tensor(image, shape: unpooledShape)
        guard let pooling = operation.pooling else { return [unpooled] }
        let window = Window(size: pooling.size, strides: pooling.size)
        let pooled = self.pooling(Pooling(.maximum, window: window), unpooled, shape: shapes[shapes.count - 1])
        return pooling.keepsUnpooled ? [unpooled, pooled] : [pooled]
    }
}

/// The sides of one convolution.
struct ConvolutionGeometry {
    let rows: WindowAxis
    let columns: WindowAxis
    let batch: Int
    let groups: Int
    /// How many channels of each source one group reads.
    let channelsPerSource: [Int]
    let groupInputs: Int
    let outputChannels: Int

    init(_ operation: Convolution, sources: [[Int]], kernel: [Int], resultShape: [Int]) {
        (rows, columns) = operation.window.axes(input: sources[0], output: resultShape)
        batch = resultShape[0]
        groups = operation.groups
        channelsPerSource = sources.map { $0[3] / operation.groups }
        groupInputs = kernel[2]
        outputChannels = kernel[3]
    }

    var groupOutputs: Int { outputChannels / groups }
    /// How many products the sum of one output element has.
    var inner: Int { rows.size * columns.size * groupInputs }

    /// An image that has the bias in every pixel, or zero if there is no bias.
    private func start(_ bias: [Float]?) -> [Float] {
        let pixels = batch * rows.output * columns.output
        guard let bias else { return [Float](repeating: 0, count: pixels * outputChannels) }
        return [Float](unsafeUninitializedCapacity: pixels * outputChannels) { buffer, count in
            for pixel in 0..<pixels {
                for channel in 0..<outputChannels {
                    buffer.initializeElement(at: pixel * outputChannels + channel, to: bias[channel])
                }
            }
            count = pixels * outputChannels
        }
    }
}

// MARK: Through OpenBLAS
extension ConvolutionGeometry {
    /// Computes the convolution as a matrix product: every output pixel is a row of "columns", the values under its window. The
    /// columns are laid out for one band of rows at a time. The cores work on different bands, and the bands depend on the
    /// sides of the convolution alone, so that the number of cores changes no bit.
    func throughColumns(_ sources: [Tensor], _ kernel: [Float], bias: [Float]?) -> [Float] {
        var result = start(bias)
        let images = sources.map(\.floats)
        let height = bandHeight
        let bandsPerSample = (rows.output + height - 1) / height
        result.withUnsafeMutableBufferPointer { result in
            kernel.withUnsafeBufferPointer { kernel in
                guard let resultStart = result.baseAddress, let kernelStart = kernel.baseAddress else { return }
                let shared = SharedPointers(result: resultStart, kernel: kernelStart)
                DispatchQueue.concurrentPerform(iterations: batch * bandsPerSample) { index in
                    let first = index % bandsPerSample * height
                    multiplyBand(
                        images, shared, sample: index / bandsPerSample, first: first, count: min(height, rows.output - first))
                }
            }
        }
        return result
    }

    private var bandHeight: Int {
        let withinBudget = columnBudget / max(1, columns.output * inner)
        let forFewestPixels = (fewestPixels + columns.output - 1) / columns.output
        return min(rows.output, max(withinBudget, forFewestPixels))
    }

    private func multiplyBand(_ images: [[Float]], _ shared: SharedPointers, sample: Int, first: Int, count: Int) {
        var band = [Float](repeating: 0, count: readsPixelsDirectly(images) ? 0 : count * columns.output * inner)
        let pixel = (sample * rows.output + first) * columns.output
        for group in 0..<groups {
            multiply(
                images, &band, sample: sample, first: first, count: count, group: group,
                kernel: MatrixView(start: shared.kernel + group * groupOutputs, stride: outputChannels),
                into: shared.result + pixel * outputChannels + group * groupOutputs)
        }
    }

    /// Whether the image itself is its matrix of columns.
    private func readsPixelsDirectly(_ images: [[Float]]) -> Bool {
        images.count == 1 && inner == groupInputs && rows.stride == 1 && columns.stride == 1
            && rows.input == rows.output && columns.input == columns.output
    }

    private func multiply(
        _ images: [[Float]], _ band: inout [Float], sample: Int, first: Int, count: Int, group: Int, kernel: MatrixView,
        into result: UnsafeMutablePointer<Float>
    ) {
        let pixels = count * columns.output
        if readsPixelsDirectly(images) {
            images[0].withUnsafeBufferPointer { image in
                guard let start = image.baseAddress else { return }
                let channels = groupInputs * groups
                let pixel = (sample * rows.input + first) * columns.input
                accumulateProduct(
                    MatrixView(start: start + pixel * channels + group * groupInputs, stride: channels), kernel,
                    rows: pixels, inner: inner, columns: groupOutputs, into: result, resultStride: outputChannels)
            }
            return
        }
        band.withUnsafeMutableBufferPointer { band in
            guard let start = band.baseAddress else { return }
            layOutColumns(images, sample: sample, first: first, count: count, group: group, into: start)
            accumulateProduct(
                MatrixView(start: start, stride: inner), kernel,
                rows: pixels, inner: inner, columns: groupOutputs, into: result, resultStride: outputChannels)
        }
    }

    /// Writes `[count · W', kh · kw · channels]`, zeros where the window lies in the padding.
    private func layOutColumns(
        _ images: [[Float]], sample: Int, first: Int, count: Int, group: Int, into band: UnsafeMutablePointer<Float>
    ) {
        var channelOffset = 0
        for (image, channels) in zip(images, channelsPerSource) {
            image.withUnsafeBufferPointer { image in
                guard let start = image.baseAddress else { return }
                for pixel in 0..<(count * columns.output) {
                    let target = band + pixel * inner + channelOffset
                    layOutPixel(
                        start + sample * rows.input * columns.input * channels * groups + group * channels,
                        channels: channels, row: first + pixel / columns.output, column: pixel % columns.output, into: target)
                }
            }
            channelOffset += channels
        }
    }

    private func layOutPixel(
        _ image: UnsafePointer<Float>, channels: Int, row: Int, column: Int, into target: UnsafeMutablePointer<Float>
    ) {
        let firstColumn = column * columns.stride - columns.before
        // If a row of the window consists of neighbouring whole pixels, it is copied at once.
        let isRun =
            channels == groupInputs && groups == 1 && columns.dilation == 1 && firstColumn >= 0
            && firstColumn + columns.size <= columns.input
        for tapRow in 0..<rows.size {
            let sourceRow = rows.source(of: row, tap: tapRow)
            if let sourceRow, isRun {
                (target + tapRow * columns.size * groupInputs).update(
                    from: image + (sourceRow * columns.input + firstColumn) * channels, count: columns.size * channels)
                continue
            }
            for tapColumn in 0..<columns.size {
                let part = target + (tapRow * columns.size + tapColumn) * groupInputs
                if let sourceRow, let sourceColumn = columns.source(of: column, tap: tapColumn) {
                    part.update(from: image + (sourceRow * columns.input + sourceColumn) * channels * groups, count: channels)
                } else {
                    part.update(repeating: 0, count: channels)
                }
            }
        }
    }
}

/// Pointers that all cores use. Each writes a band of its own, and the kernel is only read.
private struct SharedPointers: @unchecked Sendable {
    let result: UnsafeMutablePointer<Float>
    let kernel: UnsafePointer<Float>
}

// MARK: By plain loops
extension ConvolutionGeometry {
    /// Adds up in the order kernel row, kernel column, channel, starting with the bias. The sum is in Double and rounded once.
    func scalar(_ sources: [Tensor], _ kernel: [Float], bias: [Float]?) -> [Float] {
        var result = start(bias)
        let images = sources.map(\.floats)
        var sums = [Double](repeating: 0, count: groupOutputs)
        for sample in 0..<batch {
            for row in 0..<rows.output {
                for column in 0..<columns.output {
                    let pixel = ((sample * rows.output + row) * columns.output + column) * outputChannels
                    for group in 0..<groups {
                        let first = pixel + group * groupOutputs
                        for channel in 0..<groupOutputs { sums[channel] = Double(result[first + channel]) }
                        accumulate(images, kernel, sample: sample, row: row, column: column, group: group, into: &sums)
                        for channel in 0..<groupOutputs { result[first + channel] = Float(sums[channel]) }
                    }
                }
            }
        }
        return result
    }

    private func accumulate(
        _ images: [[Float]], _ kernel: [Float], sample: Int, row: Int, column: Int, group: Int, into sums: inout [Double]
    ) {
        for tapRow in 0..<rows.size {
            guard let sourceRow = rows.source(of: row, tap: tapRow) else { continue }
            for tapColumn in 0..<columns.size {
                guard let sourceColumn = columns.source(of: column, tap: tapColumn) else { continue }
                var kernelRow = (tapRow * columns.size + tapColumn) * groupInputs * outputChannels + group * groupOutputs
                for (image, channels) in zip(images, channelsPerSource) {
                    let pixel = (sample * rows.input + sourceRow) * columns.input + sourceColumn
                    for channel in 0..<channels {
                        let value = Double(image[(pixel * groups + group) * channels + channel])
                        for output in 0..<groupOutputs { sums[output] += value * Double(kernel[kernelRow + output]) }
                        kernelRow += outputChannels
                    }
                }
            }
        }
    }
}
