/// For each operand of an operation, how many of its rows a step reads or writes, or the most that any of several steps does.
/// The runtime's tables of row pointers are as long as this.
package struct OperandRows {
    private var sources = (0, 0)
    private var results = (0, 0)

    package init() {}

    /// The rows that one step reads and writes.
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

    /// Takes the larger number of both for each operand.
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
    /// For each operation, how long its tables of row pointers have to be for its tallest step. The plan must be verified. The
    /// time is in proportion to the steps, however many operands they have.
    package func tallestSteps() -> [OperandRows] {
        var tallest = [OperandRows](repeating: OperandRows(), count: operations.count)
        // Operations are looked at where they are: copying one for each of many steps takes longer than everything else.
        let operations = self.operations.span
        for index in 0..<schedule.count {
            let step = schedule[index]
            let id = step.operation.index
            tallest[id].grow(to: OperandRows(operations[id], step.rows, in: values))
        }
        return tallest
    }
}
