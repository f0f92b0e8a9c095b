extension Plan {
    /// Walks the schedule and keeps count of the rows made: what a step reads must have been written and must still be
    /// in its ring; an operation's steps follow each other; at the end every output has all of its rows.
    func verifySchedule() throws(PlanError) {
        var progress = [Int](repeating: 0, count: operations.count)
        var produced = values.map { value in
            if case .constant = value.storage { value.height } else { 0 }
        }
        let totals = operations.map { $0.progressRows(in: values) }
        for (index, step) in schedule.enumerated() {
            let id = step.operation.index
            try require(id < operations.count, "schedule[\(index)].operation: \(id) of \(operations.count)")
            let operation = operations[id]
            try require(
                step.firstRow == progress[id], "schedule[\(index)].firstRow: \(step.firstRow), operations[\(id)] is at row \(progress[id])")
            try require(
                step.rowCount >= 1 && step.rowCount <= totals[id] - step.firstRow,
                "schedule[\(index)].rowCount: \(step.rowCount) from row \(step.firstRow) of \(totals[id])")
            let end = step.firstRow + step.rowCount
            try require(
                end % operation.rowGranularity == 0 || end == totals[id],
                "schedule[\(index)]: ends at row \(end), operations[\(id)] advances by \(operation.rowGranularity)")
            for position in operation.sources.indices {
                let value = operation.sources[position].index
                let rows = operation.sourceRows(position, for: step.rows, in: values).clamped(to: values[value].height)
                guard rows.count > 0 else { continue }
                try require(
                    rows.end <= produced[value],
                    "schedule[\(index)]: reads row \(rows.end - 1) of values[\(value)], which has rows up to \(produced[value] - 1)")
                try require(
                    rows.first >= produced[value] - values[value].ringRows,
                    "schedule[\(index)]: reads row \(rows.first) of values[\(value)], whose ring of \(values[value].ringRows) begins at \(produced[value] - values[value].ringRows)")
            }
            for position in operation.results.indices {
                let value = operation.results[position].index
                let rows = operation.resultRows(position, for: step.rows, in: values)
                try require(
                    rows.count <= values[value].ringRows,
                    "schedule[\(index)]: writes \(rows.count) rows into values[\(value)], whose ring has \(values[value].ringRows)")
                produced[value] = max(produced[value], rows.end)
            }
            progress[id] = end
        }
        for (id, operation) in operations.enumerated() {
            if case .output(let entry) = operation.kernel {
                try require(progress[id] == totals[id], "outputs[\(entry)]: \(progress[id]) of \(totals[id]) rows are made")
            }
        }
    }

    /// For each value the steps from the first that writes it through the last that uses it; nil where none does.
    public func lifetimes() -> [ClosedRange<Int>?] {
        var lifetimes = [ClosedRange<Int>?](repeating: nil, count: values.count)
        for (index, step) in schedule.enumerated() {
            let operation = operations[step.operation.index]
            for id in operation.results + operation.sources {
                lifetimes[id.index] = (lifetimes[id.index]?.lowerBound ?? index)...index
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
        var events: [(step: Int, isBirth: Bool, value: Int)] = []
        for (index, lifetime) in lifetimes.enumerated() {
            guard let lifetime, case .arena = values[index].storage else { continue }
            events.append((lifetime.lowerBound, true, index))
            events.append((lifetime.upperBound, false, index))
        }
        // At one step births come before deaths: a step's sources and results live together.
        events.sort { ($0.step, $0.isBirth ? 0 : 1, $0.value) < ($1.step, $1.isBirth ? 0 : 1, $1.value) }
        var live: [(start: Int, end: Int, value: Int)] = []
        if memory.zeroRowBytes > 0 {
            live.append((memory.zeroRowOffset, memory.zeroRowOffset + memory.zeroRowBytes, -1))
        }
        for event in events {
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
