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
    public func progressRows(in values: [PlanValue]) -> Int { kernel.visit(ProgressRowsQuestion(), of: self, in: values) }

    /// Rows that step boundaries must be multiples of (the last step may end anywhere).
    public var rowGranularity: Int { kernel.visit(GranularityQuestion(), of: self, in: []) }

    /// Columns times blocks of one progress row, by which kernels number their items.
    package func rowSize(in values: [PlanValue]) -> Int64 { kernel.visit(RowSizeQuestion(), of: self, in: values) }

    /// Rows of source number `source` that progress rows `rows` read, before clamping to the image.
    public func sourceRows(_ source: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        kernel.visit(SourceRowsQuestion(source: source, rows: rows), of: self, in: values)
    }

    /// Rows of result number `result` that progress rows `rows` complete.
    public func resultRows(_ result: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        kernel.visit(ResultRowsQuestion(result: result, rows: rows), of: self, in: values)
    }

    /// Rows of source number `source` that a step over progress rows `rows` is given pointers to. Only where rows outside
    /// the image are zeros does it include such rows.
    public func rowsRead(_ source: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        kernel.visit(RowsReadQuestion(source: source, rows: rows), of: self, in: values)
    }

    /// Rows of result number `result` that a step over progress rows `rows` is given pointers to.
    public func rowsWritten(_ result: Int, for rows: RowRange, in values: [PlanValue]) -> RowRange {
        kernel.visit(RowsWrittenQuestion(result: result, rows: rows), of: self, in: values)
    }

    public var rowsOutside: RowsOutside { kernel.visit(RowsOutsideQuestion(), of: self, in: []) }

    /// Whether a step reads the same rows of every source.
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
