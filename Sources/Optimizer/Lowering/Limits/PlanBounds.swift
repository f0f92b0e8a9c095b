import PlanFormat

/// What the format of plans and the limits of a reader allow (Documentation/PlanFormat.md) of what lowering has made of a graph
/// within ``GraphBounds``: records, halos, work. Checked before anything is scheduled: what lies beyond could not be written, and
/// arithmetic on it could overflow.
extension UnscheduledPlan {
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
            operands += count * operation.visitsOfStep
        }
        if steps > Self.mostSteps { return "\(heights): \(steps) steps, at most \(Self.mostSteps)" }
        let most = FileLayout.largestVisitCount(steps: steps)
        return operands > most ? "\(heights): \(operands) operands of all steps, at most \(most)" : nil
    }

    /// A schedule of so many steps is 48 MB in the file, and some four times as much while it is made.
    private static let mostSteps = 4_000_000
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

/// Checks what lowering made.
private struct BoundsCheck {
    private var messages = BoundsMessages()
    private var work: Int64 = 0

    func finish() throws(CompileError) { try messages.finish() }

    mutating func check(_ found: Int, atMost most: Int, _ what: @autoclosure () -> String) {
        messages.check(found, atMost: most, what())
    }

    mutating func check(counts plan: UnscheduledPlan) {
        check(plan.values.count, atMost: FileLayout.largestRecordCount, "values")
        check(plan.operations.count, atMost: FileLayout.largestRecordCount, "operations")
        check(plan.constants.count, atMost: FileLayout.largestConstantCount, "packed constants")
        check(plan.inputs.count, atMost: FileLayout.largestEntryPointCount, "inputs")
        check(plan.outputs.count, atMost: FileLayout.largestEntryPointCount, "outputs")
        check(plan.batch, atMost: FileLayout.largestBatch, "images of a batch")
        let names = plan.operations.map { $0.name } + (plan.inputs + plan.outputs).map { $0.name }
        // Less than the file will have: equal names are stored once, and records have constants, parameters and steps besides.
        let stored =
            Set(names).reduce(0) { $0 + $1.count }
            + plan.operations.count * FileLayout.operationBytes + plan.values.count * FileLayout.valueBytes
        check(
            names.reduce(0) { $0 + $1.count }, atMost: FileLayout.largestStringBytes(inFileOf: stored) / 2, "bytes of names")
    }

    mutating func check(_ value: PlanValue, _ name: String) {
        guard value.plain == nil else { return }
        check(value.height, atMost: FileLayout.largestSide, "rows of \(name)")
        check(value.width, atMost: FileLayout.largestSide, "columns of \(name)")
        check(value.channels, atMost: FileLayout.largestChannelCount, "channels of \(name)")
        check(value.rowBytes, atMost: PlanLimits.standard.memoryBytes, "bytes of a row of \(name)")
    }

    mutating func check(_ operation: PlanOperation, in values: [PlanValue]) {
        let name = "'\(String(decoding: operation.name, as: UTF8.self))'"
        check(operation.sources.count, atMost: FileLayout.largestSourceCount, "sources of \(name)")
        let rows = min(operation.rowGranularity, operation.progressRows(in: values))
        check(
            rows.saturating(times: Int(clamping: operation.rowSize(in: values))), atMost: FileLayout.largestStepSize,
            "columns of blocks in the smallest step of \(name)")
        work = work.saturating(plus: operation.cost(in: values))
    }

    mutating func check(entryPoints plan: UnscheduledPlan) {
        let most = PlanLimits.standard.memoryBytes
        let bytes = (plan.inputs + plan.outputs).reduce(0) { sum, entry in
            sum.saturating(plus: entry.byteCount.saturating(times: plan.batch))
        }
        check(bytes, atMost: most, "bytes of the inputs and outputs")
        let total = work.saturating(times: Int64(plan.batch))
        check(Int(clamping: total), atMost: Int(clamping: PlanLimits.standard.work), "multiply-accumulates of a run")
    }
}
