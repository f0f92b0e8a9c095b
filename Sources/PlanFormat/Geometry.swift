/// Which rows a step reads and which it makes. The compiler's scheduler, the verifier and the runtime all ask here, so that
/// they cannot disagree, and a plan need not store what follows from its operations. The answers are those of the families of
/// kernels (``KernelFamily``).

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
    /// How many rows the operation's steps advance over, its *progress rows*. They are the rows of its result, and with a fused
    /// pooling those of the image before the pooling; of a global pooling, an unblocking and an output, they are the rows of
    /// the source.
    public func progressRows(in values: [PlanValue]) -> Int { kernel.visit(ProgressRowsQuestion(), of: self, in: values) }

    /// Every step must end at a multiple of this many progress rows, except for the last one.
    public var rowGranularity: Int { kernel.visit(GranularityQuestion(), of: self, in: []) }

    /// Columns times blocks of channels of one progress row. Kernels divide a step into this many items for each row.
    package func rowSize(in values: [PlanValue]) -> Int64 { kernel.visit(RowSizeQuestion(), of: self, in: values) }

    /// Rows of source number `source` that the progress rows `rows` are made of. They may lie outside the image.
    public func sourceRows(_ source: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        kernel.visit(SourceRowsQuestion(source: source, rows: rows), of: self, in: values)
    }

    /// Rows of result number `result` that progress rows `rows` complete.
    public func resultRows(_ result: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        kernel.visit(ResultRowsQuestion(result: result, rows: rows), of: self, in: values)
    }

    /// Rows of source number `source` to which a step over the progress rows `rows` is given pointers. They include rows
    /// outside the image only if the kernel expects a row of zeros there.
    public func rowsRead(_ source: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        kernel.visit(RowsReadQuestion(source: source, rows: rows), of: self, in: values)
    }

    /// Rows of result number `result` to which a step over the progress rows `rows` is given pointers.
    public func rowsWritten(_ result: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        kernel.visit(RowsWrittenQuestion(result: result, rows: rows), of: self, in: values)
    }

    public var rowsOutside: RowsOutside { kernel.visit(RowsOutsideQuestion(), of: self, in: []) }

    /// Whether a step reads the same rows of all of its sources, so that one answer serves for all of them.
    var readsSourcesAlike: Bool { kernel.visit(AlikeQuestion(), of: self, in: []) }

    /// Columns of zeros that source number `source` must have on its left and right for this operation.
    public func halo(ofSource source: Int, in values: [PlanValue]) -> (left: Int, right: Int) {
        kernel.visit(HaloQuestion(source: source), of: self, in: values)
    }
}

private struct ProgressRowsQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> Int {
        family.progressRows(of: operation, in: values)
    }
}

private struct GranularityQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> Int {
        family.rowGranularity
    }
}

private struct RowSizeQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        family.rowSize(of: operation, in: values)
    }
}

private struct SourceRowsQuestion: FamilyVisitor {
    let source: Int
    let rows: RowRange
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        family.sourceRows(source, for: rows, of: operation, in: values)
    }
}

private struct ResultRowsQuestion: FamilyVisitor {
    let result: Int
    let rows: RowRange
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        family.resultRows(result, for: rows, of: operation, in: values)
    }
}

private struct RowsReadQuestion: FamilyVisitor {
    let source: Int
    let rows: RowRange
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        family.rowsRead(source, for: rows, of: operation, in: values)
    }
}

private struct RowsWrittenQuestion: FamilyVisitor {
    let result: Int
    let rows: RowRange
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        family.rowsWritten(result, for: rows, of: operation, in: values)
    }
}

private struct RowsOutsideQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> RowsOutside {
        family.rowsOutside
    }
}

private struct AlikeQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> Bool {
        family.readsSourcesAlike
    }
}

private struct HaloQuestion: FamilyVisitor {
    let source: Int
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> (left: Int, right: Int) {
        family.halo(ofSource: source, of: operation, in: values)
    }
}
