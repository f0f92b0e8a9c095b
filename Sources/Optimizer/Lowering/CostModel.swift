import PlanFormat

/// Predicts how long a schedule takes, well enough to rank step heights against each other.
///
/// The arithmetic is the same for all heights. What differs is how often weights are read: each step reads its operation's
/// again, since those of all the others have passed through the nearer caches in between. Rows cost nothing more, they
/// are fetched while the arithmetic goes on. Documentation/Memory.md says how the numbers were measured.
struct CostModel {
    /// Of direct convolutions on one core.
    var multiplyAccumulatesPerSecond = 1.2e11
    /// Entering a step: row pointers, halos, the threads' barrier.
    var secondsPerStep = 0.2e-6
    /// Rows and weights of a run that together stay in the last-level cache.
    var nearBytes = 40 << 20
    var nearWeightBytesPerSecond = 75e9
    var farWeightBytesPerSecond = 23e9

    static let standard = CostModel()

    /// Seconds of one image on one core.
    func seconds(of memory: MemoryPlan) -> Double {
        let plan = memory.plan
        let weights = plan.operations.map { operation in
            operation.constants.reduce(0) { $0 + plan.constants[$1.index].byteCount }
        }
        let work = plan.operations.reduce(0.0) { $0 + Double($1.work(in: plan.values)) }
        let weightBytes = plan.schedule.reduce(0.0) { $0 + Double(weights[$1.operation.index]) }
        let isNear = plan.memory.arenaBytes + memory.report.weights <= nearBytes
        return work / multiplyAccumulatesPerSecond + Double(plan.schedule.count) * secondsPerStep
            + weightBytes / (isNear ? nearWeightBytesPerSecond : farWeightBytesPerSecond)
    }
}
