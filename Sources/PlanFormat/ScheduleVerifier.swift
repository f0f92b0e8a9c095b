extension Plan {
    /// Walks the schedule and keeps count of the rows made: what a step reads must have been written and must still be
    /// in its ring; an operation's steps follow each other; at the end every output has all of its rows.
    func verifySchedule(_ meter: inout CostMeter) throws(PlanError) {
        var walk = ScheduleWalk(self)
        // Looked at where they are: copying an operation for each of many steps takes longer than all the checks.
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
    }

    /// For each value the steps from the first that writes it through the last that uses it; nil where none does.
    public func lifetimes() -> [ClosedRange<Int>?] {
        var first = [Int](repeating: schedule.count, count: operations.count)
        var last = [Int](repeating: -1, count: operations.count)
        for index in 0..<schedule.count {
            let id = schedule[index].operation.index
            first[id] = min(first[id], index)
            last[id] = index
        }
        var lifetimes = [ClosedRange<Int>?](repeating: nil, count: values.count)
        for (index, operation) in operations.enumerated() where last[index] >= 0 {
            for id in operation.results + operation.sources {
                let known = lifetimes[id.index] ?? first[index]...last[index]
                lifetimes[id.index] = min(known.lowerBound, first[index])...max(known.upperBound, last[index])
            }
        }
        return lifetimes
    }

    /// Rings whose lifetimes meet must not share a byte; nor may any share one with the row of zeros.
    ///
    /// A sweep over the steps with the live rings sorted by offset: each ring is compared with its two neighbours when
    /// it is born, which suffices because the live ones do not overlap.
    func verifyArena() throws(PlanError) {
        let lifetimes = lifetimes()
        var events: [UInt64] = []
        for (index, lifetime) in lifetimes.enumerated() {
            guard let lifetime, case .arena = values[index].storage else { continue }
            events.append(ArenaEvent(step: lifetime.lowerBound, isBirth: true, value: index).code)
            events.append(ArenaEvent(step: lifetime.upperBound, isBirth: false, value: index).code)
        }
        events.sort()
        var live: [(start: Int, end: Int, value: Int)] = []
        if memory.zeroRowBytes > 0 {
            live.append((memory.zeroRowOffset, memory.zeroRowOffset + memory.zeroRowBytes, -1))
        }
        for event in events.map({ ArenaEvent(code: $0) }) {
            guard case .arena(let start) = values[event.value].storage else { continue }
            let position = insertionPoint(of: start, in: live)
            if event.isBirth {
                let end = start + values[event.value].ringBytes
                if position > 0 { try requireApart(live[position - 1], (start, end, event.value)) }
                if position < live.count { try requireApart(live[position], (start, end, event.value)) }
                live.insert((start, end, event.value), at: position)
            } else {
                live.remove(at: position)
            }
        }
    }

    private func requireApart(_ a: (start: Int, end: Int, value: Int), _ b: (start: Int, end: Int, value: Int)) throws(PlanError) {
        let name = a.value < 0 ? "the row of zeros" : "values[\(a.value)]"
        try require(
            a.end <= b.start || b.end <= a.start,
            "values[\(b.value)]: bytes \(b.start)..<\(b.end) of the arena overlap those of \(name), \(a.start)..<\(a.end), while both are alive")
    }

    /// Index of the first live ring that begins at `start` or beyond.
    private func insertionPoint(of start: Int, in live: [(start: Int, end: Int, value: Int)]) -> Int {
        var low = 0
        var high = live.count
        while low < high {
            let middle = (low + high) / 2
            if live[middle].start < start { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A ring that comes to life, or that is last used, at a step. As one number, so that events are put in order by a sort that
/// programs have anyway: by step; at one step births before deaths, since its sources and results live together; then by value.
private struct ArenaEvent {
    let step: Int
    let isBirth: Bool
    let value: Int

    init(step: Int, isBirth: Bool, value: Int) {
        self.step = step
        self.isBirth = isBirth
        self.value = value
    }

    // There are at most 2^14 values, and fewer than 2^32 steps.
    private static let valueBits: UInt64 = 16

    init(code: UInt64) {
        value = Int(code & (1 << Self.valueBits - 1))
        isBirth = code >> Self.valueBits & 1 == 0
        step = Int(code >> (Self.valueBits + 1))
    }

    var code: UInt64 { UInt64(step) << (Self.valueBits + 1) | (isBirth ? 0 : 1) << Self.valueBits | UInt64(value) }
}

/// What is known between two steps of a schedule.
private struct ScheduleWalk {
    /// Progress rows of each operation, all and so far.
    let totals: [Int]
    private(set) var progress: [Int]
    /// Rows of each value so far.
    private var produced: [Int]
    /// Row pointers that each operand of each operation has tables for, operation by operation.
    private var tables: [Int] = []
    private let firstTable: [Int]
    private var visits = 0

    init(_ plan: Plan) {
        totals = plan.operations.map { $0.progressRows(in: plan.values) }
        progress = [Int](repeating: 0, count: plan.operations.count)
        produced = plan.values.map { value in
            if case .constant = value.storage { value.height } else { 0 }
        }
        var firstTable: [Int] = []
        var count = 0
        for operation in plan.operations {
            firstTable.append(count)
            count += operation.operandTables
        }
        self.firstTable = firstTable
        tables = [Int](repeating: 0, count: count)
    }

    mutating func advance(
        _ step: Step, _ operation: PlanOperation, _ plan: Plan, _ meter: inout CostMeter
    ) throws(PlanError) {
        let id = step.operation.index
        visits += operation.operandTables
        guard visits <= FileLayout.largestVisitCount else {
            throw PlanError(.exceedsLimit, ": the steps have more than # operands", FileLayout.largestVisitCount)
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
        for position in 0..<operation.sources.count { try read(position, step, operation, plan) }
        for position in 0..<operation.results.count { try write(position, step, operation, plan) }
        try charge(step, operation, plan, &meter)
        progress[id] = end
    }

    private func read(_ position: Int, _ step: Step, _ operation: PlanOperation, _ plan: Plan) throws(PlanError) {
        let id = operation.sources[position].index
        let value = plan.values[id]
        let rows = operation.sourceRows(position, for: step.rows, in: plan.values).clamped(to: value.height)
        guard rows.count > 0 else { return }
        try require(
            rows.end <= produced[id],
            ": reads row # of values[#], which has rows up to #", rows.end - 1, id, produced[id] - 1)
        try require(
            rows.first >= produced[id] - value.ringRows,
            ": reads row # of values[#], whose ring of # begins at #", rows.first, id, value.ringRows, produced[id] - value.ringRows)
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

    /// The step's operands and row pointers, each time it runs; and the tables that must hold them, once.
    private mutating func charge(
        _ step: Step, _ operation: PlanOperation, _ plan: Plan, _ meter: inout CostMeter
    ) throws(PlanError) {
        let first = firstTable[step.operation.index]
        var pointers = 0
        var growth = 0
        for table in 0..<operation.operandTables {
            let rows = operation.pointers(inTable: table, for: step.rows, in: plan.values)
            pointers += rows
            growth += max(0, rows - tables[first + table])
            tables[first + table] = max(rows, tables[first + table])
        }
        try meter.charge(work: Int64(pointers + operation.operandTables))
        if growth > 0 { try meter.charge(memory: growth * MemoryLayout<UInt>.size, ": row pointers") }
    }
}

extension PlanOperation {
    /// Tables of row pointers: one for each operand, counting the caller's input or output as one.
    package var operandTables: Int {
        switch kernel {
        case .input, .plainInput: 2
        case .output, .plainOutput: sources.count + 1
        default: sources.count + results.count
        }
    }

    /// Row pointers of a step in one of these tables, sources first.
    fileprivate func pointers(inTable table: Int, for rows: RowRange, in values: [PlanValue]) -> Int {
        switch kernel {
        case .input, .output, .plainInput, .plainOutput: rows.count
        default:
            table < sources.count
                ? rowsRead(table, for: rows, in: values).count
                : rowsWritten(table - sources.count, for: rows, in: values).count
        }
    }

    /// Columns times blocks of one progress row, by which kernels number their items.
    package func rowSize(in values: [PlanValue]) -> Int64 {
        switch kernel {
        case .output, .globalPooling, .unblocking:
            let source = values[sources[0].index]
            return (Int64(source.width) * Int64(source.blocks)).saturating(times: Int64(sources.count))
        case .plainOutput:
            return 1
        case .convolution(let p):
            return Int64(p.imageWidth) * Int64(values[results[0].index].blocks)
        default:
            let result = values[results[0].index]
            return Int64(result.width) * Int64(result.blocks)
        }
    }
}
