/// Rows that a step, or the tallest of several steps, reads of each source and writes of each result of its operation.
package struct OperandRows {
    private var sources = (0, 0)
    private var results = (0, 0)

    package init() {}

    /// Of one step.
    init(_ operation: PlanOperation, _ rows: RowRange, in values: [PlanValue]) {
        if operation.sourceTables > 0 {
            let read = operation.rowsRead(0, for: rows, in: values).count
            sources = (read, operation.readsSourcesAlike ? read : operation.rowsRead(1, for: rows, in: values).count)
        }
        if operation.resultTables > 0 { results.0 = operation.rowsWritten(0, for: rows, in: values).count }
        if operation.resultTables > 1 { results.1 = operation.rowsWritten(1, for: rows, in: values).count }
    }

    package func ofSource(_ position: Int) -> Int { position == 0 ? sources.0 : sources.1 }
    package func ofResult(_ position: Int) -> Int { position == 0 ? results.0 : results.1 }

    /// Row pointers for all operands together.
    package func total(_ operation: PlanOperation) -> Int {
        sources.0 + max(0, operation.sourceTables - 1) * sources.1 + results.0 + results.1
    }

    /// Takes the taller of both for each operand.
    mutating func grow(to other: OperandRows) {
        sources = (max(sources.0, other.sources.0), max(sources.1, other.sources.1))
        results = (max(results.0, other.results.0), max(results.1, other.results.1))
    }
}

extension PlanOperation {
    /// Tables of row pointers for sources, counting the caller's input as one.
    package var sourceTables: Int { kernel.inputEntry != nil ? 1 : sources.count }
    /// Those for results, counting the caller's output as one.
    package var resultTables: Int { kernel.outputEntry != nil ? 1 : results.count }
}

extension Plan {
    /// For each operation the room that its tables of row pointers need. Of a verified plan; takes time in the steps, however
    /// many operands they have.
    package func tallestSteps() -> [OperandRows] {
        var tallest = [OperandRows](repeating: OperandRows(), count: operations.count)
        // Looked at where they are: copying an operation for each of many steps takes longer than all else.
        let operations = self.operations.span
        for index in 0..<schedule.count {
            let step = schedule[index]
            let id = step.operation.index
            tallest[id].grow(to: OperandRows(operations[id], step.rows, in: values))
        }
        return tallest
    }
}
