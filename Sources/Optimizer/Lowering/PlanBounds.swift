import PlanFormat

/// What the format of plans and the limits of a reader allow (Documentation/PlanFormat.md), checked before anything is
/// scheduled: what lies beyond could not be written, and arithmetic on it could overflow.
extension Network {
    /// - Throws: `CompileError.exceedsBounds` with everything that is too large.
    func checkBounds() throws(CompileError) {
        var bounds = BoundsCheck()
        bounds.check(counts: self)
        for (value, name) in zip(values, valueNames) { bounds.check(value, "'\(name)'") }
        for operation in operations { bounds.check(operation, in: values) }
        bounds.check(entryPoints: self)
        try bounds.finish()
    }

    /// Why no schedule of these heights is made; nil where there is no reason.
    /// - Parameter rows: what the heights mean for each operation.
    func scheduleProblem(_ heights: StepHeights, rows: [Int]) -> String? {
        var steps = 0
        var operands = 0
        for (operation, rows) in zip(operations, rows) {
            let count = (operation.progressRows(in: values) + rows - 1) / rows
            steps += count
            operands += count * operation.operandTables
        }
        if steps > Self.mostSteps { return "\(heights): \(steps) steps, at most \(Self.mostSteps)" }
        let most = FileLayout.largestVisitCount
        return operands > most ? "\(heights): \(operands) operands of all steps, at most \(most)" : nil
    }

    /// A schedule of so many steps is 240 MB in the file.
    private static let mostSteps = 20_000_000
}

extension Compiler {
    static func checkBounds(of options: CompileOptions) throws(CompileError) {
        guard options.threads >= 1 else { throw .invalid("memory for \(options.threads) threads, at least 1 is expected") }
        var bounds = BoundsCheck()
        bounds.check(options.threads, atMost: FileLayout.largestThreadCount, "threads")
        bounds.check(options.provenance.count, atMost: FileLayout.largestProvenanceCount, "entries of provenance")
        bounds.check(
            options.provenance.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count },
            atMost: FileLayout.largestStringBytes / 2, "bytes of provenance")
        try bounds.finish()
    }
}

/// Collects what is too large.
private struct BoundsCheck {
    private var messages: [String] = []
    private var work: Int64 = 0
    /// More would hide the first ones.
    private static let mostMessages = 20

    func finish() throws(CompileError) {
        guard !messages.isEmpty else { return }
        let rest = messages.count - Self.mostMessages
        throw .exceedsBounds(messages.prefix(Self.mostMessages) + (rest > 0 ? ["and \(rest) more"] : []))
    }

    mutating func check(_ found: Int, atMost most: Int, _ what: @autoclosure () -> String) {
        if found > most { messages.append("\(what()): \(found), at most \(most)") }
    }

    mutating func check(counts network: Network) {
        check(network.values.count, atMost: FileLayout.largestRecordCount, "values")
        check(network.operations.count, atMost: FileLayout.largestRecordCount, "operations")
        check(network.constants.count, atMost: FileLayout.largestConstantCount, "packed constants")
        check(network.inputs.count, atMost: FileLayout.largestEntryPointCount, "inputs")
        check(network.outputs.count, atMost: FileLayout.largestEntryPointCount, "outputs")
        check(network.batch, atMost: FileLayout.largestBatch, "images of a batch")
        let names = network.operations.map { $0.name } + (network.inputs + network.outputs).map { $0.name }
        check(names.reduce(0) { $0 + $1.count }, atMost: FileLayout.largestStringBytes / 2, "bytes of names")
    }

    mutating func check(_ value: PlanValue, _ name: String) {
        if value.plain != nil { return check(value.rowBytes, atMost: PlanLimits.standard.memoryBytes, "bytes of \(name)") }
        check(value.height, atMost: FileLayout.largestSide, "rows of \(name)")
        check(value.width, atMost: FileLayout.largestSide, "columns of \(name)")
        check(value.channels, atMost: FileLayout.largestChannelCount, "channels of \(name)")
        check(value.rowBytes, atMost: PlanLimits.standard.memoryBytes, "bytes of a row of \(name)")
    }

    mutating func check(_ operation: PlanOperation, in values: [PlanValue]) {
        let name = "'\(String(decoding: operation.name, as: UTF8.self))'"
        check(operation.sources.count, atMost: FileLayout.largestSourceCount, "sources of \(name)")
        if let window = operation.kernel.window {
            check(window, name)
            // How far beyond the image, of `size` rows or columns, the last window begins.
            let source = values[operation.sources[0].index]
            if let image = operation.windowedImage(in: values) {
                check((image.height - 1) * window.rows.stride - window.rows.padding - source.height,
                    atMost: FileLayout.largestExtent, "rows behind the image of the last window of \(name)")
                check((image.width - 1) * window.columns.stride - window.columns.padding - source.width,
                    atMost: FileLayout.largestExtent, "columns behind the image of the last window of \(name)")
            }
        }
        if case .convolution(let p) = operation.kernel {
            if p.pools, !p.keepsUnpooled {
                check(p.imageHeight, atMost: FileLayout.largestSide, "unpooled rows of \(name)")
                check(p.imageWidth, atMost: FileLayout.largestSide, "unpooled columns of \(name)")
            }
            check(p.groups, atMost: FileLayout.largestExtent, "groups of \(name)")
            check(max(p.poolingHeight, p.poolingWidth), atMost: FileLayout.largestExtent, "the fused pooling of \(name)")
        }
        let rows = min(operation.rowGranularity, operation.progressRows(in: values))
        check(
            rows.saturating(times: Int(clamping: operation.rowSize(in: values))), atMost: FileLayout.largestStepSize,
            "columns of blocks in the smallest step of \(name)")
        work = work.saturating(plus: operation.cost(in: values))
    }

    private mutating func check(_ window: SlidingWindow, _ name: String) {
        let most = FileLayout.largestExtent
        for (axis, what) in [(window.rows, "rows"), (window.columns, "columns")] {
            check(axis.size, atMost: most, "\(what) of the window of \(name)")
            check(axis.stride, atMost: most, "the stride over \(what) of \(name)")
            check(axis.dilation, atMost: most, "the dilation over \(what) of \(name)")
            check(max(axis.padding, axis.paddingBehind), atMost: most, "padded \(what) of \(name)")
            check((axis.size - 1) * axis.dilation + 1, atMost: most, "\(what) that the window of \(name) spans")
        }
        check(window.rows.size * window.columns.size, atMost: FileLayout.largestWindow, "positions of the window of \(name)")
    }

    mutating func check(entryPoints network: Network) {
        let most = PlanLimits.standard.memoryBytes
        let bytes = (network.inputs + network.outputs).reduce(0) { sum, entry in
            sum.saturating(plus: entry.byteCount.saturating(times: network.batch))
        }
        check(bytes, atMost: most, "bytes of the inputs and outputs")
        let total = work.saturating(times: Int64(network.batch))
        check(Int(clamping: total), atMost: Int(clamping: PlanLimits.standard.work), "multiply-accumulates of a run")
    }
}

/// A window's numbers, whatever the family of its operation.
private struct SlidingWindow {
    struct Axis {
        var size: Int, stride: Int, dilation: Int, padding: Int
        var paddingBehind = 0
    }
    var rows: Axis
    var columns: Axis
}

extension KernelParameters {
    fileprivate var window: SlidingWindow? {
        switch self {
        case .convolution(let p):
            SlidingWindow(
                rows: .init(size: p.kernelHeight, stride: p.strideHeight, dilation: p.dilationHeight, padding: p.paddingTop),
                columns: .init(size: p.kernelWidth, stride: p.strideWidth, dilation: p.dilationWidth, padding: p.paddingLeft))
        case .transposedConvolution(let p):
            SlidingWindow(
                rows: .init(size: p.kernelHeight, stride: p.strideHeight, dilation: p.dilationHeight, padding: p.paddingTop),
                columns: .init(size: p.kernelWidth, stride: p.strideWidth, dilation: p.dilationWidth, padding: p.paddingLeft))
        case .pooling(let p):
            SlidingWindow(
                rows: .init(
                    size: p.kernelHeight, stride: p.strideHeight, dilation: p.dilationHeight, padding: p.paddingTop,
                    paddingBehind: p.paddingBottom),
                columns: .init(
                    size: p.kernelWidth, stride: p.strideWidth, dilation: p.dilationWidth, padding: p.paddingLeft,
                    paddingBehind: p.paddingRight))
        default: nil
        }
    }
}

extension PlanOperation {
    /// Rows and columns over which the operation's window slides, one for each; nil where the source decides instead.
    fileprivate func windowedImage(in values: [PlanValue]) -> (height: Int, width: Int)? {
        switch kernel {
        case .convolution(let p): (p.imageHeight, p.imageWidth)
        case .pooling: (values[results[0].index].height, values[results[0].index].width)
        default: nil
        }
    }
}
