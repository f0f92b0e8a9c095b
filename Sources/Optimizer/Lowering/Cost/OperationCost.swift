import PlanFormat

/// What one operation of a plan does in one image, and what the cost model says of it. For reports.
public struct OperationCost: Sendable {
    public var operation: PlanOperation
    /// Of the tallest step.
    public var rows: Int
    public var steps: Int
    /// On one core.
    public var seconds: Double
    /// Of its constants; operations may share them.
    public var weightBytes: Int
    /// The other algorithms that could have been chosen, at heights that suit them.
    public var alternatives: [Alternative]

    public struct Alternative: Sendable {
        public var algorithm: ConvolutionAlgorithm
        public var seconds: Double
        public var weightBytes: Int
    }

    /// For each operation of the plan.
    public static func costs(of plan: Plan, table: CostTable = .standard) -> [OperationCost] {
        let model = CostModel(table: table)
        let isNear = model.isNear(plan)
        return plan.scheduledOperations.map { scheduled in
            func seconds(_ other: ScheduledOperation) -> Double { model.seconds(of: other, isNear: isNear, in: plan.values) }
            let operation = scheduled.operation
            let others = ConvolutionAlgorithm.allCases.filter { operation.couldUse($0) }
            let alternatives = others.map { algorithm in
                var other = scheduled
                other.operation = operation.using(algorithm)
                let granularity = other.operation.rowGranularity
                other.rows = min(
                    (scheduled.rows + granularity - 1) / granularity * granularity, other.operation.progressRows(in: plan.values))
                other.weightBytes = other.operation.constantByteCounts(in: plan.values).reduce(0, +)
                return Alternative(algorithm: algorithm, seconds: seconds(other), weightBytes: other.weightBytes)
            }
            return OperationCost(
                operation: operation, rows: scheduled.rows, steps: scheduled.steps, seconds: seconds(scheduled),
                weightBytes: scheduled.weightBytes, alternatives: alternatives)
        }
    }
}

extension PlanOperation {
    /// Whether the operation is a convolution that has another algorithm than this one, and could have this one.
    fileprivate func couldUse(_ algorithm: ConvolutionAlgorithm) -> Bool {
        guard case .convolution(let p) = kernel, p.algorithm != algorithm else { return false }
        return algorithm == .direct ? p.groups == 1 : allows(algorithm)
    }
}
