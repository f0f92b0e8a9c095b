import Optimizer
import PlanFormat

/// What `inspect --schedule` says: the compiler's decisions, operation by operation, with their alternatives.
enum ScheduleDescription {
    static func lines(of plan: Plan) -> [String] {
        let recorded = CostTable { plan.provenance($0) }
        let table = recorded ?? .standard
        let costs = OperationCost.costs(of: plan, table: table)
        let total = costs.reduce(0.0) { $0 + $1.seconds }
        var lines = [
            Format.line("costs", source(of: table, isRecorded: recorded != nil)),
            "schedule: by the model of costs \(Format.duration(total)) on one core",
            row("operation", "algorithm", "rows", "steps", "time", "weights", "alternatives"),
        ]
        for cost in costs {
            let name = printableText(cost.operation.name)
            let alternatives = cost.alternatives.map {
                "\($0.algorithm.label) \(Format.duration($0.seconds)), \(Format.mebibytes($0.weightBytes))"
            }
            lines.append(
                row(
                    name, cost.operation.algorithmName, "\(cost.rows)", "\(cost.steps)", Format.duration(cost.seconds),
                    Format.mebibytes(cost.weightBytes), alternatives.joined(separator: "; ")))
        }
        return lines
    }

    private static func source(of table: CostTable, isRecorded: Bool) -> String {
        guard isRecorded else { return "\(table.name); the plan does not say which table it was made with" }
        let isStored = CostTable.stored.contains(table)
        return "\(table.name)\(isStored ? "" : ", no table that is stored here"), sha256 \(table.sha256)"
    }

    private static func row(
        _ name: String, _ algorithm: String, _ rows: String, _ steps: String, _ time: String, _ weights: String, _ rest: String
    ) -> String {
        let cells = [
            Format.left(name, 28), Format.left(algorithm, 22), Format.right(rows, 5), Format.right(steps, 7), Format.right(time, 9),
            Format.right(weights, 10),
        ]
        let line = "  \(cells.joined(separator: " "))  \(rest)"
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}
