import PlanFormat

/// An operation of a plan with what its schedule makes of it: what the cost model wants to know.
struct ScheduledOperation {
    var operation: PlanOperation
    /// Of the tallest step.
    var rows: Int
    var steps: Int
    /// Of its constants; operations may share them.
    var weightBytes: Int
}

extension Plan {
    /// In the order of the operations.
    var scheduledOperations: [ScheduledOperation] {
        var scheduled = operations.map { operation in
            let bytes = operation.constants.reduce(0) { $0 + constants[$1.index].byteCount }
            return ScheduledOperation(operation: operation, rows: 0, steps: 0, weightBytes: bytes)
        }
        for step in schedule {
            let index = step.operation.index
            scheduled[index].rows = max(scheduled[index].rows, step.rowCount)
            scheduled[index].steps += 1
        }
        return scheduled
    }
}

extension CostModel {
    func isNear(_ plan: Plan) -> Bool {
        isNear(arenaBytes: plan.memory.arenaBytes, weightBytes: plan.constantsSection.byteCount)
    }

    /// Seconds of one image.
    func seconds(of scheduled: ScheduledOperation, isNear: Bool, in values: [PlanValue]) -> Double {
        seconds(
            of: scheduled.operation, rows: max(1, scheduled.rows), weightBytes: scheduled.weightBytes, isNear: isNear, in: values)
    }
}
