extension Plan {
    /// Goes through the schedule and counts the rows that are made. A row that a step reads must have been written before and
    /// must still be in its ring; the steps of an operation follow each other without a gap; and at the end every output has
    /// all of its rows.
    /// - Returns: How many operands were looked at.
    func verifySchedule(_ meter: inout CostMeter) throws(PlanError) -> Int {
        var walk = ScheduleWalk(self)
        // Operations are looked at where they are: copying one for each of many steps takes longer than all the checks.
        let operations = self.operations.span
        for index in 0..<schedule.count {
            let step = schedule[index]
            let id = step.operation.index
            do throws(PlanError) {
                try require(id < operations.count, ".operation: # of #", id, operations.count)
                try walk.advance(step, operations[id], self, &meter)
            } catch {
                throw error.of("schedule", index)
            }
        }
        for (id, operation) in self.operations.enumerated() {
            if let entry = operation.kernel.outputEntry {
                let (made, total) = (walk.progress[id], walk.totals[id])
                try require(made == total, "outputs[#]: # of # rows are made", entry, made, total)
            }
        }
        return walk.visits
    }
}

/// The state of the walk through the schedule, between two steps.
private struct ScheduleWalk {
    /// The progress rows of each operation: all that it has, and those that are done.
    let totals: [Int]
    private(set) var progress: [Int]
    /// How many rows of each value have been made.
    private var produced: [Int]
    /// For each operation, the rows that the tallest of its steps so far reads and writes.
    private var tallest: [OperandRows]
    private let readers: DistinctSources
    private(set) var visits = 0
    private let mostVisits: Int

    init(_ plan: Plan) {
        totals = plan.operations.map { $0.progressRows(in: plan.values) }
        progress = [Int](repeating: 0, count: plan.operations.count)
        produced = plan.values.map { value in
            if case .constant = value.storage { value.height } else { 0 }
        }
        tallest = [OperandRows](repeating: OperandRows(), count: plan.operations.count)
        readers = DistinctSources(plan)
        mostVisits = FileLayout.largestVisitCount(steps: plan.schedule.count)
    }

    mutating func advance(
        _ step: Step, _ operation: PlanOperation, _ plan: Plan, _ meter: inout CostMeter
    ) throws(PlanError) {
        let id = step.operation.index
        visits += readers.range(of: id).count + operation.results.count
        guard visits <= mostVisits else {
            throw PlanError(.exceedsLimit, ": the steps have more than # operands", mostVisits)
        }
        try require(
            step.firstRow == progress[id], ".firstRow: #, operations[#] is at row #", step.firstRow, id, progress[id])
        try require(
            step.rowCount >= 1 && step.rowCount <= totals[id] - step.firstRow,
            ".rowCount: # from row # of #", step.rowCount, step.firstRow, totals[id])
        let end = step.rows.end
        try require(
            end % operation.rowGranularity == 0 || end == totals[id],
            ": ends at row #, operations[#] advances by #", end, id, operation.rowGranularity)
        let size = Int64(step.rowCount).saturating(times: operation.rowSize(in: plan.values))
        try require(
            size <= Int64(FileLayout.largestStepSize),
            ".rowCount: \(size) columns of blocks in one step, expected at most \(FileLayout.largestStepSize)")
        try read(step, operation, plan)
        for position in 0..<operation.results.count { try write(position, step, operation, plan) }
        try charge(step, operation, plan, &meter)
        progress[id] = end
    }

    private func read(_ step: Step, _ operation: PlanOperation, _ plan: Plan) throws(PlanError) {
        var rows = RowRange(first: 0, count: 0)
        for index in readers.range(of: step.operation.index) {
            let position = readers.positions[index]
            let id = operation.sources[position].index
            if position == 0 || !operation.readsSourcesAlike {
                rows = operation.sourceRows(position, for: step.rows, in: plan.values).clamped(to: plan.values[id].height)
            }
            guard rows.count > 0 else { continue }
            let ringRows = plan.values[id].ringRows
            try require(
                rows.end <= produced[id],
                ": reads row # of values[#], which has rows up to #", rows.end - 1, id, produced[id] - 1)
            try require(
                rows.first >= produced[id] - ringRows,
                ": reads row # of values[#], whose ring of # begins at #", rows.first, id, ringRows, produced[id] - ringRows)
        }
    }

    private mutating func write(
        _ position: Int, _ step: Step, _ operation: PlanOperation, _ plan: Plan
    ) throws(PlanError) {
        let id = operation.results[position].index
        let ringRows = plan.values[id].ringRows
        let rows = operation.resultRows(position, for: step.rows, in: plan.values)
        try require(
            rows.count <= ringRows,
            ": writes # rows into values[#], whose ring has #", rows.count, id, ringRows)
        produced[id] = max(produced[id], rows.end)
    }

    /// Counts what the step costs: its operands and row pointers each time that it runs, and once the memory of the tables that
    /// must hold them.
    private mutating func charge(
        _ step: Step, _ operation: PlanOperation, _ plan: Plan, _ meter: inout CostMeter
    ) throws(PlanError) {
        let id = step.operation.index
        let rows = OperandRows(operation, step.rows, in: plan.values)
        try meter.charge(work: Int64(rows.total(operation) + operation.operandTables))
        let before = tallest[id].total(operation)
        tallest[id].grow(to: rows)
        let growth = tallest[id].total(operation) - before
        if growth > 0 { try meter.charge(memory: growth * MemoryLayout<UInt>.size, ": row pointers") }
    }
}

/// For each operation, the positions of those of its sources that are not the same value as an earlier source. So a value that
/// an operation reads a thousand times is looked at only once in each of its steps.
private struct DistinctSources {
    /// The positions for all operations, one operation after the other. Those of an operation begin with 0.
    private(set) var positions: [Int] = []
    private var ends: [Int] = []

    init(_ plan: Plan) {
        var lastReader = [Int](repeating: -1, count: plan.values.count)
        for (index, operation) in plan.operations.enumerated() {
            for (position, id) in operation.sources.enumerated() where lastReader[id.index] != index {
                lastReader[id.index] = index
                positions.append(position)
            }
            ends.append(positions.count)
        }
    }

    func range(of operation: Int) -> Range<Int> { (operation == 0 ? 0 : ends[operation - 1])..<ends[operation] }
}

extension PlanOperation {
    /// How many tables of row pointers the operation needs: one for each operand, where the caller's input or output counts as
    /// an operand.
    package var operandTables: Int { sourceTables + resultTables }

    /// How many operands are looked at when a step is checked; a value counts once.
    package var visitsOfStep: Int {
        var codes = sources.map { UInt64($0.index) }
        codes.sort()
        var distinct = min(1, codes.count)
        for index in codes.indices.dropFirst() where codes[index] != codes[index - 1] { distinct += 1 }
        return distinct + results.count
    }
}
