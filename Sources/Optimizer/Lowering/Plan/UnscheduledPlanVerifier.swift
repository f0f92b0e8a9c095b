import PlanFormat

extension UnscheduledPlan {
    /// The plan as it would be with rings that hold whole values; no value has a place in the arena yet.
    var withoutSchedule: Plan {
        var plan = Plan()
        plan.values = values
        plan.operations = operations
        plan.inputs = inputs
        plan.outputs = outputs
        plan.batch = batch
        plan.constants = constants.ranges
        plan.memory.zeroRowBytes = zeroRowBytes
        plan.memory.scratchBytesPerThread = scratchBytesPerThread
        return plan
    }

    /// Proves what a reader of plans proves of operations, values and entry points, by the same rules.
    /// - Throws: ``CompileError``: more than a plan may have, or a mistake of the compiler's.
    func verify() throws(CompileError) {
        do throws(PlanError) { try withoutSchedule.verifyUnscheduled() } catch { throw CompileError(error) }
    }
}

extension CompileError {
    /// Why a plan that the compiler made is refused. The compiler believes nothing that the device would not.
    public init(_ error: PlanError) {
        self =
            error.kind == .exceedsLimit
            ? .exceedsBounds([error.message])
            : .invalid("the compiler made a plan that does not verify; please report this: \(error)")
    }
}
