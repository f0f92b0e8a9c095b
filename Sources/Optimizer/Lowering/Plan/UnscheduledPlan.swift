import PlanFormat

/// A plan in the making: operations with kernels and packed weights, but no schedule, rings or offsets yet.
struct UnscheduledPlan {
    /// Values with `ringRows == height` and, in the arena, offset 0.
    var values: [PlanValue] = []
    /// Names of the graph's values, for reports.
    var valueNames: [String] = []
    /// Where the graph's values are, for who looks inside of a plan.
    var places: [LoweredValues.Place] = []
    /// In an order in which each operation follows those it reads from.
    var operations: [PlanOperation] = []
    var inputs: [EntryPoint] = []
    var outputs: [EntryPoint] = []
    var constants = ConstantsSection()
    var batch = 1
    /// For each operation whether it makes a row at a time whatever the height of the other steps: one that shrinks an image's
    /// rows by resampling, and what only prepares rows for it. So no plan holds an image of a camera's size.
    var makesSingleRows: [Bool] = []

    /// The operation that makes each value; nil for constants.
    func producers() -> [Int?] {
        var producers = [Int?](repeating: nil, count: values.count)
        for (index, operation) in operations.enumerated() {
            for result in operation.results { producers[result.index] = index }
        }
        return producers
    }

    /// The operations that read each value, each once.
    func consumers() -> [[Int]] {
        var consumers = [[Int]](repeating: [], count: values.count)
        for (index, operation) in operations.enumerated() {
            for source in Set(operation.sources) { consumers[source.index].append(index) }
        }
        return consumers
    }

    /// Widens each value's halo to what its readers need. Only convolutions read halos, and constants have none.
    mutating func assignHalos() {
        for operation in operations {
            for (position, source) in operation.sources.enumerated() {
                let halo = operation.halo(ofSource: position, in: values)
                values[source.index].leftHalo = max(values[source.index].leftHalo, halo.left)
                values[source.index].rightHalo = max(values[source.index].rightHalo, halo.right)
            }
        }
    }

    /// Removes operations whose results nobody reads, and what only they read.
    /// - Returns: for each value where it is now; nil for one that is gone.
    mutating func dropUnread() -> [PlanValueID?] {
        var isRead = [Bool](repeating: false, count: values.count)
        var isNeeded = [Bool](repeating: false, count: operations.count)
        for (index, operation) in operations.enumerated().reversed() {
            isNeeded[index] = operation.kernel.outputEntry != nil || operation.results.contains { isRead[$0.index] }
            guard isNeeded[index] else { continue }
            for source in operation.sources { isRead[source.index] = true }
            // A convolution makes both of its results.
            for result in operation.results { isRead[result.index] = true }
        }
        operations = operations.indices.filter { isNeeded[$0] }.map { operations[$0] }
        var places = [PlanValueID?](repeating: nil, count: values.count)
        var kept = 0
        for index in values.indices where isRead[index] {
            places[index] = PlanValueID(kept)
            values[kept] = values[index]
            valueNames[kept] = valueNames[index]
            kept += 1
        }
        values.removeLast(values.count - kept)
        valueNames.removeLast(valueNames.count - kept)
        for index in operations.indices {
            operations[index].sources = operations[index].sources.compactMap { places[$0.index] }
            operations[index].results = operations[index].results.compactMap { places[$0.index] }
        }
        return places
    }

    /// Gives each operation the first output that depends on it.
    mutating func assignExits() {
        let producers = producers()
        for index in operations.indices.reversed() {
            if let entry = operations[index].kernel.outputEntry { operations[index].firstExit = entry }
            for source in operations[index].sources {
                guard let producer = producers[source.index] else { continue }
                operations[producer].firstExit = min(operations[producer].firstExit, operations[index].firstExit)
            }
        }
    }

    /// Finds what ``makesSingleRows``.
    mutating func markSingleRows() {
        let consumers = consumers()
        makesSingleRows = [Bool](repeating: false, count: operations.count)
        for (index, operation) in operations.enumerated().reversed() {
            switch operation.kernel {
            case .input, .padding, .resampling: break
            default: continue
            }
            let readers = operation.results.flatMap { consumers[$0.index] }
            let preparesRows = !readers.isEmpty && readers.allSatisfy { makesSingleRows[$0] }
            makesSingleRows[index] = preparesRows || shrinksRows(operation)
        }
    }

    private func shrinksRows(_ operation: PlanOperation) -> Bool {
        guard case .resampling(let p) = operation.kernel, p.axis == .rows else { return false }
        return values[operation.results[0].index].height < values[operation.sources[0].index].height
    }

    /// The most rows over which any operation advances that the height of steps is chosen for.
    var tallestImage: Int {
        operations.indices.filter { !makesSingleRows[$0] }.map { operations[$0].progressRows(in: values) }.max() ?? 1
    }

    /// Bytes of the longest row that a convolution reads: the row of zeros must be as long.
    var zeroRowBytes: Int {
        operations.filter { $0.rowsOutside == .zeros }.flatMap(\.sources).map { values[$0.index].rowBytes }.max() ?? 0
    }

    var scratchBytesPerThread: Int { operations.map { $0.scratchBytes(in: values) }.max() ?? 0 }
}
