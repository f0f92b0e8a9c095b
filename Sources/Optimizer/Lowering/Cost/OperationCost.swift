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
        var rows = [Int](repeating: 0, count: plan.operations.count)
        var steps = rows
        for step in plan.schedule {
            rows[step.operation.index] = max(rows[step.operation.index], step.rowCount)
            steps[step.operation.index] += 1
        }
        let model = CostModel(table: table)
        let isNear = model.isNear(arenaBytes: plan.memory.arenaBytes, weightBytes: plan.constantsSection.byteCount)
        func seconds(_ operation: PlanOperation, _ rows: Int, _ bytes: Int) -> Double {
            model.seconds(of: operation, rows: max(1, rows), weightBytes: bytes, isNear: isNear, in: plan.values)
        }
        return plan.operations.enumerated().map { index, operation in
            let bytes = operation.constants.reduce(0) { $0 + plan.constants[$1.index].byteCount }
            let others = ConvolutionAlgorithm.allCases.filter { operation.couldUse($0) }
            let alternatives = others.map { algorithm in
                let other = operation.using(algorithm)
                let granularity = other.rowGranularity
                let height = min(
                    (rows[index] + granularity - 1) / granularity * granularity, other.progressRows(in: plan.values))
                let otherBytes = other.constantByteCounts(in: plan.values).reduce(0, +)
                return Alternative(algorithm: algorithm, seconds: seconds(other, height, otherBytes), weightBytes: otherBytes)
            }
            return OperationCost(
                operation: operation, rows: rows[index], steps: steps[index], seconds: seconds(operation, rows[index], bytes),
                weightBytes: bytes, alternatives: alternatives)
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
