import PlanFormat

/// A row of a value that a step has completed, for ``Session/observer``. A plain tensor is a single row.
public struct CompletedRow {
    public let operation: PlanOperationID
    /// Which of the operation's results it belongs to.
    public let result: Int
    /// The repetition of the schedule: the number of the image in the batch, where a batch is run by repeating.
    public let repetition: Int
    public let row: Int
    /// In the layout that `PlanValue` describes, of `PlanValue.rowBytes` bytes. Later steps write to this memory.
    public let bytes: UnsafeRawBufferPointer
}

extension Session {
    /// Tells an observer the rows that an operation has completed with its progress rows `rows`.
    func report(_ index: Int, _ rows: RowRange, to observer: (CompletedRow) -> Void) {
        let plan = model.plan
        for (position, id) in plan.operations[index].results.enumerated() {
            let value = plan.values[id.index]
            let completed = plan.operations[index].resultRows(position, for: rows, in: plan.values)
            for row in completed.first..<max(completed.first, completed.end) {
                observer(
                    CompletedRow(
                        operation: PlanOperationID(index), result: position, repetition: progress.image, row: row,
                        bytes: UnsafeRawBufferPointer(start: self.row(row, of: value), count: value.rowBytes)))
            }
        }
    }

    /// The first byte of a value, which the verifier found to be inside the arena.
    func start(of value: PlanValue) -> UnsafeMutableRawPointer {
        guard case .arena(let offset) = value.storage else { return UnsafeMutableRawPointer(mutating: model.constants) }
        return arena.start + offset
    }

    /// Where a row of a value is, as long as it is in memory.
    func row(_ row: Int, of value: PlanValue) -> UnsafeMutablePointer<Float> {
        (start(of: value) + row % value.ringRows * value.rowBytes).assumingMemoryBound(to: Float.self)
    }
}
