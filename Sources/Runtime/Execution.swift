import Kernels
import PlanFormat
import Platform

/// The step that is being executed, as the threads see it.
struct Job {
    var run: venule_run_function?
    var operation: UnsafeMutablePointer<PreparedOperation>?
    let scratch: UnsafeMutableRawPointer
    let scratchStride: Int
    let state: SessionState
}

/// Runs some of the items of the job that `context` points to. If the run has been cancelled it leaves out the rest of the job,
/// since nobody will look at the results.
private let runItems: venule_pool_body = { context, first, end, thread in
    let job = context.assumingMemoryBound(to: Job.self)
    guard let run = job.pointee.run, let operation = job.pointee.operation, !job.pointee.state.isCancelled else { return }
    let scratch = job.pointee.scratch + Int(thread) * job.pointee.scratchStride
    run(&operation.pointee.step, first, end, scratch.assumingMemoryBound(to: Float.self))
}

extension Session {
    /// Runs an operation over the progress rows `rows`, adds the time to the profile, if there is one, and tells the observer.
    func execute(_ index: Int, _ rows: RowRange) {
        executeTimed(index, rows)
        if let observer { report(index, rows, to: observer) }
    }

    private func executeTimed(_ index: Int, _ rows: RowRange) {
        guard !profile.isEmpty else { return executeUntimed(index, rows) }
        let start = venule_monotonic_nanoseconds()
        executeUntimed(index, rows)
        profile[index] += venule_monotonic_nanoseconds() - start
    }

    /// Writes the row pointers of a step, clears the halos of the rows that it makes, and runs its items on all threads.
    /// Afterwards it flushes the rows that are complete, if the plan says so.
    ///
    /// The verifier's bounds on windows keep every row number within 32 bits, so that no conversion here cuts off bits.
    private func executeUntimed(_ index: Int, _ rows: RowRange) {
        let operation = prepared.operations + index
        for position in 0..<Int(operation.pointee.step.sourceCount) {
            let operand = operation.pointee.sourceOperands + position
            let window = model.plan.operations[index].rowsRead(position, for: rows, in: model.plan.values)
            operand.pointee.store.fill(operand.pointee.table, window)
            operation.pointee.sources[position].firstRow = Int32(truncatingIfNeeded: window.first)
            operation.pointee.sources[position].rowCount = UInt32(truncatingIfNeeded: window.count)
        }
        pointResults(index, rows)
        operation.pointee.step.firstRow = UInt32(truncatingIfNeeded: rows.first)
        operation.pointee.step.rowCount = UInt32(truncatingIfNeeded: rows.count)
        run(operation, operation.pointee.run, operation.pointee.count)
        if operation.pointee.flushes { flush(index, rows) }
    }

    /// Writes the row pointers of a step's results and clears their halos.
    private func pointResults(_ index: Int, _ rows: RowRange) {
        let operation = prepared.operations + index
        for position in 0..<Int(operation.pointee.step.resultCount) {
            let operand = operation.pointee.resultOperands + position
            let window = model.plan.operations[index].rowsWritten(position, for: rows, in: model.plan.values)
            operand.pointee.store.fill(operand.pointee.table, window)
            operand.pointee.store.clearHalo(operand.pointee.table, count: window.count)
            operation.pointee.results[position].firstRow = Int32(truncatingIfNeeded: window.first)
            operation.pointee.results[position].rowCount = UInt32(truncatingIfNeeded: window.count)
        }
    }

    /// Flushes the rows that a step has completed. It leaves alone a row to which a later step adds, because otherwise the
    /// results would depend on the heights of the steps.
    private func flush(_ index: Int, _ rows: RowRange) {
        guard let kernel = prepared.flush else { return }
        let operation = prepared.operations + index
        for position in 0..<Int(operation.pointee.step.resultCount) {
            let completed = model.plan.operations[index].resultRows(position, for: rows, in: model.plan.values)
            operation.pointee.results[position].rowCount = UInt32(truncatingIfNeeded: completed.count)
        }
        run(operation, kernel.run, kernel.count)
    }

    /// Flushes a plain tensor that the caller wrote straight into the plan's value.
    func flushInput(_ index: Int, _ rows: RowRange) {
        guard prepared.operations[index].flushes else { return }
        pointResults(index, rows)
        flush(index, rows)
    }

    private func run(
        _ operation: UnsafeMutablePointer<PreparedOperation>, _ run: @escaping venule_run_function, _ count: venule_count_function
    ) {
        job.pointee.run = run
        job.pointee.operation = operation
        pool.run(count(&operation.pointee.step), runItems, job)
    }
}
