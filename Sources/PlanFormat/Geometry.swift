/// Which rows a step reads and makes. The compiler's scheduler, the verifier and the runtime all ask here, so that a
/// plan never has to store what follows from its operations.

/// Rows from `first` on; `first` may be negative and the end beyond the image, where a window overlaps its border.
public struct RowRange: Hashable, Sendable {
    public var first: Int
    public var count: Int
    public init(first: Int, count: Int) {
        self.first = first
        self.count = count
    }
    public var end: Int { first + count }

    /// The part inside an image of `height` rows.
    public func clamped(to height: Int) -> RowRange {
        let low = min(max(first, 0), height)
        return RowRange(first: low, count: max(0, min(end, height) - low))
    }
}

/// What a kernel is given for a row outside the image.
public enum RowsOutside: Sendable {
    /// A row of zeros.
    case zeros
    /// Nothing: the kernel asks for no such row.
    case absent
}

extension PlanOperation {
    /// Rows over which the operation's steps advance: those of its image, before pooling that is fused behind it; for a
    /// global pooling and an output those of its source.
    public func progressRows(in values: [PlanValue]) -> Int {
        switch kernel {
        case .output, .globalPooling, .unblocking, .plainOutput:
            return values[sources[0].index].height
        case .convolution(let p):
            return p.imageHeight
        default:
            return values[results[0].index].height
        }
    }

    /// Rows that step boundaries must be multiples of (the last step may end anywhere).
    public var rowGranularity: Int {
        guard case .convolution(let p) = kernel else { return 1 }
        // Windows of pooling divide tiles.
        return p.algorithm.tile ?? p.poolingHeight
    }

    /// Rows of source number `source` that progress rows `rows` read, before clamping to the image.
    public func sourceRows(_ source: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        if case .input = kernel { return rows }
        let input = values[sources[source].index]
        switch kernel {
        case .input, .output, .globalPooling, .elementwise, .concatenation, .scaleShift, .softmax, .unblocking:
            return rows
        case .blocking, .plainInput, .plainOutput, .plain:
            // A plain tensor is one row.
            return RowRange(first: 0, count: 1)
        case .convolution(let p):
            return slidingRows(rows, p.kernelHeight, p.strideHeight, p.dilationHeight, p.paddingTop)
        case .pooling(let p):
            return slidingRows(rows, p.kernelHeight, p.strideHeight, p.dilationHeight, p.paddingTop)
        case .transposedConvolution(let p):
            let reach = (p.kernelHeight - 1) * p.dilationHeight
            let low = ceiledQuotient(rows.first + p.paddingTop - reach, p.strideHeight)
            let high = flooredQuotient(rows.end - 1 + p.paddingTop, p.strideHeight)
            return RowRange(first: low, count: max(0, high - low + 1))
        case .resize(let p):
            let low = p.sampledRows(rows.first, height: input.height)
            let high = p.sampledRows(rows.end - 1, height: input.height)
            return RowRange(first: low.first, count: high.end - low.first)
        case .resampling(let p):
            return p.axis == .rows ? p.sampledRows(rows, height: input.height) : rows
        case .binary:
            return input.height == 1 ? RowRange(first: 0, count: 1) : rows
        case .padding(let p):
            return p.sourceRows(rows, height: input.height)
        }
    }

    /// Rows of result number `result` that progress rows `rows` complete.
    public func resultRows(_ result: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        switch kernel {
        case .globalPooling, .unblocking:
            let isLast = rows.end == values[sources[0].index].height
            return RowRange(first: 0, count: isLast ? 1 : 0)
        case .convolution(let p) where p.pools && (result == 1 || !p.keepsUnpooled):
            let first = rows.first / p.poolingHeight
            return RowRange(first: first, count: rows.end / p.poolingHeight - first)
        default:
            return rows
        }
    }

    /// Rows of source number `source` that a step over progress rows `rows` is given pointers to. Only where rows outside
    /// the image are zeros does it include such rows.
    public func rowsRead(_ source: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        switch kernel {
        case .input, .blocking: return rows
        case .plainInput: return RowRange(first: 0, count: 1)
        default: break
        }
        let read = sourceRows(source, for: rows, in: values)
        switch rowsOutside {
        case .zeros: return read
        case .absent: return read.clamped(to: values[sources[source].index].height)
        }
    }

    /// Rows of result number `result` that a step over progress rows `rows` is given pointers to.
    public func rowsWritten(_ result: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        switch kernel {
        // Accumulates from the first step on, although only the last completes it.
        case .globalPooling: return RowRange(first: 0, count: 1)
        // Rows of the images inside the one row that the tensor is.
        case .unblocking: return rows
        default: break
        }
        return resultRows(result, for: rows, in: values)
    }

    public var rowsOutside: RowsOutside {
        switch kernel {
        case .convolution: .zeros
        default: .absent
        }
    }

    /// Columns of zeros that source number `source` must have on its left and right for this operation.
    public func halo(ofSource source: Int, in values: [PlanValue]) -> (left: Int, right: Int) {
        guard case .convolution(let p) = kernel else { return (0, 0) }
        let input = values[sources[source].index]
        let lastStart = (p.imageWidth - 1) * p.strideWidth - p.paddingLeft
        let lastRead = lastStart + (p.kernelWidth - 1) * p.dilationWidth
        return (p.paddingLeft, max(0, lastRead - (input.width - 1)))
    }

    /// Bytes of scratch that a kernel needs for each thread: a convolution whose unpooled rows nobody else reads holds
    /// them for one pooling window and two blocks of output channels; Winograd's algorithms hold transformed tiles. Behind
    /// that lies the panel of expanded weights.
    public func scratchBytes(in values: [PlanValue]) -> Int {
        let panel = panelBytes(in: values)
        guard case .convolution(let p) = kernel else { return panel }
        if let tile = p.algorithm.tile { return winogradScratchBytes(tile: tile, p, in: values).saturating(plus: panel) }
        guard p.pools, !p.keepsUnpooled else { return panel }
        let rows = p.poolingHeight.saturating(times: p.imageWidth).saturating(times: 2 * PlanValue.lanes * 4)
        return rows.saturating(plus: panel)
    }
}

/// Rows that a sliding window reads for output rows `rows`.
private func slidingRows(_ rows: RowRange, _ kernel: Int, _ stride: Int, _ dilation: Int, _ padding: Int) -> RowRange {
    guard rows.count > 0 else { return RowRange(first: rows.first * stride - padding, count: 0) }
    return RowRange(
        first: rows.first * stride - padding, count: (rows.count - 1) * stride + (kernel - 1) * dilation + 1)
}

extension ResizeParameters {
    /// Source rows that output row `row` reads: one, or two for `.linear`. Exact integer arithmetic, so that compiler,
    /// verifier and kernels agree on every machine; the kernels repeat this formula.
    public func sampledRows(_ row: Int, height: Int) -> RowRange {
        let divisor = Int64(rows.divisor)
        let position = Int64(rows.scale) * Int64(row) + Int64(rows.offset)
        func inside(_ row: Int64) -> Int { Int(min(max(row, 0), Int64(height) - 1)) }
        switch interpolation {
        case .nearestFloor: return RowRange(first: inside(flooredQuotient(position, divisor)), count: 1)
        case .nearestRoundHalfDown:
            return RowRange(first: inside(ceiledQuotient(2 * position - divisor, 2 * divisor)), count: 1)
        case .linear:
            let low = flooredQuotient(position, divisor)
            return RowRange(first: inside(low), count: inside(low + 1) - inside(low) + 1)
        }
    }
}

extension ResamplingParameters {
    /// Source rows inside the image that result rows `rows` are made of, along the axis of rows. In 64 bits, as the kernels
    /// compute it.
    fileprivate func sampledRows(_ rows: RowRange, height: Int) -> RowRange {
        func inside(_ row: Int, _ tap: Int) -> Int {
            let position = Int64(sampling.scale) * Int64(row) + Int64(sampling.offset)
            return Int(min(max(flooredQuotient(position, Int64(sampling.divisor)) + Int64(tap), 0), Int64(height)))
        }
        let low = inside(rows.first, 0)
        return RowRange(first: low, count: max(0, inside(rows.end - 1, taps) - low))
    }
}

extension PaddingParameters {
    /// Rows of the source that result rows `rows` show. With `.constant` some may lie outside the image.
    func sourceRows(_ rows: RowRange, height: Int) -> RowRange {
        let plain = RowRange(first: rows.first - top, count: rows.count)
        guard mode != .constant, rows.count > 0 else { return plain }
        var low = height - 1
        var high = 0
        // Between these rows, where the direction turns, the shown row rises or falls steadily.
        for turn in [plain.first, plain.end - 1, -(height - 1), 0, height - 1] {
            let shown = sourceRow(min(max(turn, plain.first), plain.end - 1), height: height)
            low = min(low, shown)
            high = max(high, shown)
        }
        return RowRange(first: low, count: high - low + 1)
    }

    /// The row inside the image that stands for row `row` (`.edge`: the nearest; `.reflect`: its mirror image).
    public func sourceRow(_ row: Int, height: Int) -> Int {
        var row = row
        if mode == .reflect {
            if row < 0 { row = -row }
            if row > height - 1 { row = 2 * (height - 1) - row }
        }
        return min(max(row, 0), height - 1)
    }
}

/// ⌊dividend / divisor⌋, divisor > 0.
func flooredQuotient<Number: FixedWidthInteger>(_ dividend: Number, _ divisor: Number) -> Number {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}

/// ⌈dividend / divisor⌉, divisor > 0.
func ceiledQuotient<Number: SignedInteger & FixedWidthInteger>(_ dividend: Number, _ divisor: Number) -> Number {
    -flooredQuotient(-dividend, divisor)
}
