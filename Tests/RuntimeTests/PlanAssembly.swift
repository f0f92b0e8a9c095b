import PlanFormat

/// What a compiler would do to a plan's operations, as simply as possible.
enum PlanAssembly {
    /// Steps on demand of the outputs: before a step, those that make what it reads.
    static func schedule(_ plan: inout Plan, stepRows: Int?) {
        var scheduler = Scheduler(plan: plan, stepRows: stepRows)
        let outputs = plan.operations.indices.filter { index in
            if case .output = plan.operations[index].kernel { return true }
            return false
        }
        // The output that is furthest behind goes first, so that no ring waits for another output.
        while let next = outputs.filter({ scheduler.progress[$0] < scheduler.total($0) })
            .min(by: { scheduler.progress[$0] * scheduler.total($1) < scheduler.progress[$1] * scheduler.total($0) })
        {
            scheduler.advance(next)
        }
        plan = scheduler.plan
        for index in plan.values.indices { plan.values[index].ringRows = scheduler.ringRows[index] }
    }

    /// Halos as the consumers need them, rings one after the other, then the row of zeros.
    static func layOut(_ plan: inout Plan) {
        for operation in plan.operations {
            for position in operation.sources.indices {
                let halo = operation.halo(ofSource: position, in: plan.values)
                let id = operation.sources[position].index
                plan.values[id].leftHalo = max(plan.values[id].leftHalo, halo.left)
                plan.values[id].rightHalo = max(plan.values[id].rightHalo, halo.right)
            }
        }
        var end = 0
        for index in plan.values.indices {
            plan.values[index].storage = .arena(offset: end)
            end += (plan.values[index].ringBytes + 63) / 64 * 64
        }
        for operation in plan.operations where operation.rowsOutside == .zeros {
            for source in operation.sources {
                plan.memory.zeroRowBytes = max(plan.memory.zeroRowBytes, plan.values[source.index].rowBytes)
            }
        }
        plan.memory.zeroRowOffset = end
        plan.memory.arenaBytes = end + plan.memory.zeroRowBytes
        for operation in plan.operations {
            plan.memory.scratchBytesPerThread = max(plan.memory.scratchBytesPerThread, operation.scratchBytes(in: plan.values))
        }
    }

    private struct Scheduler {
        var plan: Plan
        let stepRows: Int?
        var progress: [Int]
        var produced: [Int]
        var ringRows: [Int]
        var producer: [Int]

        init(plan: Plan, stepRows: Int?) {
            self.plan = plan
            self.stepRows = stepRows
            progress = plan.operations.map { _ in 0 }
            produced = plan.values.map { _ in 0 }
            ringRows = plan.values.map { _ in 1 }
            producer = plan.values.map { _ in 0 }
            for (index, operation) in plan.operations.enumerated() {
                for result in operation.results { producer[result.index] = index }
            }
        }

        func total(_ index: Int) -> Int { plan.operations[index].progressRows(in: plan.values) }

        mutating func advance(_ index: Int) {
            let operation = plan.operations[index]
            let first = progress[index]
            let rows = RowRange(first: first, count: min(stepRows ?? total(index), total(index) - first))
            for (position, source) in operation.sources.enumerated() {
                let needed = operation.sourceRows(position, for: rows, in: plan.values).clamped(to: plan.values[source.index].height)
                while produced[source.index] < needed.end { advance(producer[source.index]) }
            }
            for (position, source) in operation.sources.enumerated() {
                let needed = operation.sourceRows(position, for: rows, in: plan.values).clamped(to: plan.values[source.index].height)
                ringRows[source.index] = max(ringRows[source.index], produced[source.index] - needed.first)
            }
            for (position, result) in operation.results.enumerated() {
                let made = operation.resultRows(position, for: rows, in: plan.values)
                produced[result.index] = made.end
                ringRows[result.index] = max(ringRows[result.index], made.count)
            }
            plan.schedule.append(Step(PlanOperationID(index), firstRow: rows.first, rowCount: rows.count))
            progress[index] = rows.end
        }
    }
}
