import PlanFormat

/// Predicts how long a schedule takes, well enough to rank step heights against each other.
///
/// The arithmetic is the same for all heights; what differs is the fixed cost of a step, the weights that each step reads
/// again from wherever they fit, and rows that no longer fit the second-level cache between being written and read.
struct CostModel {
    /// Entering a step: row pointers, halos, the threads' barrier.
    var secondsPerStep = 1.5e-6
    /// Weights that stay in the second-level cache between steps cost nothing more.
    var cachedBytes = 1 << 20
    var weightBytesPerSecond = 10e9
    /// Rows written and read again through memory.
    var rowBytesPerSecond = 8e9
    /// An arena of this size or less stays near the cores.
    var nearBytes = 24 << 20

    static let standard = CostModel()

    /// Seconds over those that the arithmetic takes.
    func overhead(of memory: MemoryPlan) -> Double {
        let plan = memory.plan
        let weights = plan.operations.map { operation in
            operation.constants.reduce(0) { $0 + plan.constants[$1.index].byteCount }
        }
        var seconds = Double(plan.schedule.count) * secondsPerStep
        for step in plan.schedule {
            let bytes = weights[step.operation.index]
            if bytes > cachedBytes { seconds += Double(bytes) / weightBytesPerSecond }
        }
        let written = plan.values.reduce(0.0) { $0 + Double($1.rowBytes * $1.height) }
        let spilled = max(0, 1 - Double(nearBytes) / Double(max(plan.memory.arenaBytes, 1)))
        return seconds + 2 * written * spilled / rowBytesPerSecond
    }
}
