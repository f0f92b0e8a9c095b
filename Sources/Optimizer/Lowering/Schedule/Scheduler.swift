import PlanFormat

/// Orders the steps: every row is computed as late as its readers allow, so that little has to be held.
///
/// Outputs are pulled row by row in turn. A step first has its sources advanced to the rows that it reads. Operations that
/// lead to nothing but an output (the heads of the earlier iterations) run as soon as their rows are there instead,
/// because waiting for them would keep those rows alive.
struct Scheduler {
    private let plan: UnscheduledPlan
    private let heights: [Int]
    private let totals: [Int]
    private let producers: [Int?]
    /// For each operation the eager ones that read its results.
    private var eagerReaders: [[Int]]

    private var steps: [Step] = []
    private var progress: [Int]
    /// Operations whose sources are being advanced at the moment.
    private var isWaiting: [Bool]
    private var produced: [Int]
    /// Rows that each ring must hold, as far as the steps so far tell.
    private var ringRows: [Int]

    private init(_ plan: UnscheduledPlan, heights: [Int]) {
        self.plan = plan
        self.heights = heights
        totals = plan.operations.map { $0.progressRows(in: plan.values) }
        producers = plan.producers()
        eagerReaders = []
        progress = [Int](repeating: 0, count: plan.operations.count)
        isWaiting = [Bool](repeating: false, count: plan.operations.count)
        produced = plan.values.map { value in
            if case .constant = value.storage { value.height } else { 0 }
        }
        ringRows = plan.values.map { value in
            if case .constant = value.storage { value.height } else { 1 }
        }
        eagerReaders = Self.eagerReaders(in: plan)
    }

    /// The schedule, and for each value the rows that its ring must hold for it.
    static func schedule(_ plan: UnscheduledPlan, heights: [Int]) -> (steps: [Step], ringRows: [Int]) {
        var scheduler = Scheduler(plan, heights: heights)
        scheduler.pullOutputs()
        return (scheduler.steps, scheduler.ringRows)
    }

    private mutating func pullOutputs() {
        let outputs = plan.operations.indices.filter {
            plan.operations[$0].kernel.outputEntry != nil
        }
        while true {
            let pending = outputs.filter { progress[$0] < totals[$0] }
            // The last output leads: the others depend on less and mostly run eagerly.
            guard let next = pending.min(by: { isBehind($0, $1) }) else { return }
            runStep(next)
        }
    }

    /// Whether `a` has made a smaller share of its rows than `b`; the later output on a tie.
    private func isBehind(_ a: Int, _ b: Int) -> Bool {
        let (left, right) = (progress[a] * totals[b], progress[b] * totals[a])
        return left != right ? left < right : a > b
    }

    /// A step that has begun: first its sources are advanced, then it runs, then the eager readers of its results follow.
    private struct PendingStep {
        var operation: Int
        var rows: RowRange
        var hasRun = false
        /// The source, or behind the step the eager reader, that is looked at next.
        var position = 0
    }

    /// Runs the operation's next step and all that it entails. The stack is explicit, since a graph may be deeper than a
    /// thread's stack allows.
    private mutating func runStep(_ index: Int) {
        var pending = [begin(index)]
        while var step = pending.popLast() {
            if let next = step.hasRun ? nextEagerReader(&step) : nextProducer(&step) {
                pending.append(step)
                pending.append(begin(next))
            } else if !step.hasRun {
                run(step)
                step.hasRun = true
                step.position = 0
                pending.append(step)
            }
        }
    }

    private mutating func begin(_ index: Int) -> PendingStep {
        isWaiting[index] = true
        let first = progress[index]
        return PendingStep(operation: index, rows: RowRange(first: first, count: min(heights[index], totals[index] - first)))
    }

    /// The operation that has yet to make rows which the step reads; nil when all are there.
    private func nextProducer(_ step: inout PendingStep) -> Int? {
        let operation = plan.operations[step.operation]
        while step.position < operation.sources.count {
            let value = operation.sources[step.position].index
            let needed = neededRows(operation, step.position, step.rows)
            if needed.count > 0, produced[value] < needed.end, let producer = producers[value] { return producer }
            step.position += 1
        }
        return nil
    }

    private func nextEagerReader(_ step: inout PendingStep) -> Int? {
        let readers = eagerReaders[step.operation]
        while step.position < readers.count {
            if canRun(readers[step.position]) { return readers[step.position] }
            step.position += 1
        }
        return nil
    }

    private mutating func run(_ step: PendingStep) {
        let index = step.operation
        let operation = plan.operations[index]
        isWaiting[index] = false
        // Advancing one source may have advanced another, so the rings are measured when all are ready.
        for position in operation.sources.indices {
            let value = operation.sources[position].index
            let needed = neededRows(operation, position, step.rows)
            if needed.count > 0 { ringRows[value] = max(ringRows[value], produced[value] - needed.first) }
        }
        steps.append(Step(PlanOperationID(index), firstRow: step.rows.first, rowCount: step.rows.count))
        progress[index] = step.rows.end
        for position in operation.results.indices {
            let value = operation.results[position].index
            let made = operation.resultRows(position, for: step.rows, in: plan.values)
            produced[value] = max(produced[value], made.end)
            ringRows[value] = max(ringRows[value], made.count)
        }
    }

    /// Whether the operation's next step needs nothing that is not there.
    private func canRun(_ index: Int) -> Bool {
        let first = progress[index]
        guard first < totals[index], !isWaiting[index] else { return false }
        let rows = RowRange(first: first, count: min(heights[index], totals[index] - first))
        let operation = plan.operations[index]
        return operation.sources.indices.allSatisfy { position in
            let needed = neededRows(operation, position, rows)
            return needed.count == 0 || needed.end <= produced[operation.sources[position].index]
        }
    }

    private func neededRows(_ operation: PlanOperation, _ position: Int, _ rows: RowRange) -> RowRange {
        let height = plan.values[operation.sources[position].index].height
        return operation.sourceRows(position, for: rows, in: plan.values).clamped(to: height)
    }

    /// An operation is eager when it is an output, or when it reads one ring and whoever reads its results is eager.
    /// What several operations wait for in common is not.
    private static func eagerReaders(in plan: UnscheduledPlan) -> [[Int]] {
        let consumers = plan.consumers()
        let producers = plan.producers()
        var isEager = [Bool](repeating: false, count: plan.operations.count)
        for index in plan.operations.indices.reversed() {
            let operation = plan.operations[index]
            let rings = Set(operation.sources).filter { producers[$0.index] != nil }
            guard rings.count == 1 else { continue }
            isEager[index] = operation.results.allSatisfy { result in
                !consumers[result.index].isEmpty && consumers[result.index].allSatisfy { isEager[$0] }
            }
        }
        return plan.operations.map { operation in
            operation.results.flatMap { consumers[$0.index] }.filter { isEager[$0] }
        }
    }
}
