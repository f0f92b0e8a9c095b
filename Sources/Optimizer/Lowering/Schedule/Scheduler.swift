import PlanFormat

/// Orders the steps: every row is computed as late as its readers allow, so that little has to be held.
///
/// Outputs are pulled row by row in turn. A step first has its sources advanced to the rows that it reads. Operations that
/// lead to nothing but an output (the heads of the earlier iterations) run as soon as their rows are there instead,
/// because waiting for them would keep those rows alive.
struct Scheduler {
    private let network: Network
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

    private init(_ network: Network, heights: [Int]) {
        self.network = network
        self.heights = heights
        totals = network.operations.map { $0.progressRows(in: network.values) }
        producers = network.producers()
        eagerReaders = []
        progress = [Int](repeating: 0, count: network.operations.count)
        isWaiting = [Bool](repeating: false, count: network.operations.count)
        produced = network.values.map { value in
            if case .constant = value.storage { value.height } else { 0 }
        }
        ringRows = network.values.map { value in
            if case .constant = value.storage { value.height } else { 1 }
        }
        eagerReaders = Self.eagerReaders(in: network)
    }

    /// The schedule, and for each value the rows that its ring must hold for it.
    static func schedule(_ network: Network, heights: [Int]) -> (steps: [Step], ringRows: [Int]) {
        var scheduler = Scheduler(network, heights: heights)
        scheduler.pullOutputs()
        return (scheduler.steps, scheduler.ringRows)
    }

    private mutating func pullOutputs() {
        let outputs = network.operations.indices.filter {
            if case .output = network.operations[$0].kernel { true } else { false }
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

    private mutating func runStep(_ index: Int) {
        let operation = network.operations[index]
        let first = progress[index]
        let rows = RowRange(first: first, count: min(heights[index], totals[index] - first))
        isWaiting[index] = true
        for position in operation.sources.indices {
            let value = operation.sources[position].index
            let needed = neededRows(operation, position, rows)
            guard needed.count > 0, let producer = producers[value] else { continue }
            while produced[value] < needed.end { runStep(producer) }
        }
        isWaiting[index] = false
        // Advancing one source may have advanced another, so the rings are measured when all are ready.
        for position in operation.sources.indices {
            let value = operation.sources[position].index
            let needed = neededRows(operation, position, rows)
            if needed.count > 0 { ringRows[value] = max(ringRows[value], produced[value] - needed.first) }
        }
        steps.append(Step(PlanOperationID(index), firstRow: rows.first, rowCount: rows.count))
        progress[index] = rows.end
        for position in operation.results.indices {
            let value = operation.results[position].index
            let made = operation.resultRows(position, for: rows, in: network.values)
            produced[value] = max(produced[value], made.end)
            ringRows[value] = max(ringRows[value], made.count)
        }
        for reader in eagerReaders[index] {
            while canRun(reader) { runStep(reader) }
        }
    }

    /// Whether the operation's next step needs nothing that is not there.
    private func canRun(_ index: Int) -> Bool {
        let first = progress[index]
        guard first < totals[index], !isWaiting[index] else { return false }
        let rows = RowRange(first: first, count: min(heights[index], totals[index] - first))
        let operation = network.operations[index]
        return operation.sources.indices.allSatisfy { position in
            let needed = neededRows(operation, position, rows)
            return needed.count == 0 || needed.end <= produced[operation.sources[position].index]
        }
    }

    private func neededRows(_ operation: PlanOperation, _ position: Int, _ rows: RowRange) -> RowRange {
        let height = network.values[operation.sources[position].index].height
        return operation.sourceRows(position, for: rows, in: network.values).clamped(to: height)
    }

    /// An operation is eager when it is an output, or when it reads one ring and whoever reads its results is eager.
    /// What several operations wait for in common is not.
    private static func eagerReaders(in network: Network) -> [[Int]] {
        let consumers = network.consumers()
        let producers = network.producers()
        var isEager = [Bool](repeating: false, count: network.operations.count)
        for index in network.operations.indices.reversed() {
            let operation = network.operations[index]
            let rings = Set(operation.sources).filter { producers[$0.index] != nil }
            guard rings.count == 1 else { continue }
            isEager[index] = operation.results.allSatisfy { result in
                !consumers[result.index].isEmpty && consumers[result.index].allSatisfy { isEager[$0] }
            }
        }
        return network.operations.map { operation in
            operation.results.flatMap { consumers[$0.index] }.filter { isEager[$0] }
        }
    }
}
