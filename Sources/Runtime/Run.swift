import PlanFormat
import Platform

// A run is a loop over the schedule that can pause wherever it exchanges rows with the caller. While it is paused, nothing of
// it is on the stack, so that a caller who gets rows from elsewhere needs no thread that waits for them.
extension Session {
    /// Runs the whole batch.
    ///
    /// - Parameters:
    ///   - inputs: For each input of the plan a dense tensor of its type and `Plan.shape(of:)`.
    ///   - outputs: Likewise for each output that `options` ask for; they are written completely, unless the deadline passes.
    /// - Returns: The newest output that has all of its rows.
    /// - Throws: ``RuntimeError`` for buffers of a wrong number or size, where nothing is written, and for a run that
    ///   is cancelled.
    @discardableResult
    public func run(
        inputs: [UnsafeRawBufferPointer], outputs: [UnsafeMutableRawBufferPointer], options: RunOptions = RunOptions()
    ) throws(RuntimeError) -> Int {
        try run(inputs: inputs.span, outputs: outputs.span, options: options)
    }

    /// ``run(inputs:outputs:options:)-([_],_,_)`` for callers without arrays.
    @discardableResult
    public func run(
        inputs: borrowing Span<UnsafeRawBufferPointer>, outputs: borrowing Span<UnsafeMutableRawBufferPointer>,
        options: RunOptions = RunOptions()
    ) throws(RuntimeError) -> Int {
        try begin(options)
        defer { end() }
        try check(inputs.count, outputs.count)
        for index in 0..<inputs.count { try bind(input: index, to: .whole(inputs[index])) }
        for index in 0..<outputs.count { try bind(output: index, to: .whole(outputs[index])) }
        while true {
            if case .finished(let newestOutput) = try proceed() { return newestOutput }
        }
    }

    /// Starts a run that ``advance()`` goes through.
    ///
    /// - Parameters: As of ``run(inputs:outputs:options:)-([_],_,_)``; a buffer must stay where it is until the run is over.
    /// - Throws: ``RuntimeError``; no run has started then.
    public func start(
        inputs: [RunInput], outputs: [RunOutput], options: RunOptions = RunOptions()
    ) throws(RuntimeError) {
        try begin(options)
        do {
            try check(inputs.count, outputs.count)
            for index in inputs.indices { try bind(input: index, to: inputs[index]) }
            for index in outputs.indices { try bind(output: index, to: outputs[index]) }
        } catch {
            end()
            throw error
        }
        suspend()
    }

    /// Goes on with the run that was started, until it needs rows of an input, has rows of an output, or is over.
    ///
    /// - Throws: ``RuntimeError/cancelled``, which ends the run, ``RuntimeError/notStarted``, and ``RuntimeError/busy``
    ///   where another thread is in here.
    public func advance() throws(RuntimeError) -> RunEvent {
        try resume()
        do {
            let event = try proceed()
            if case .finished = event { end() } else { suspend() }
            return event
        } catch {
            end()
            throw error
        }
    }

    /// Gives up a run that was started and is not over; without one there is nothing to do.
    ///
    /// - Throws: ``RuntimeError/busy`` where another thread is in the midst of it.
    public func stop() throws(RuntimeError) {
        do {
            try resume()
        } catch .notStarted {
            return
        }
        end()
    }

    /// Ends the run that is under way, from any thread: it throws ``RuntimeError/cancelled`` before its next step, or when
    /// it is resumed. A run that begins later is not touched.
    public func cancel() { state.cancel() }

    // MARK: Between begin and end

    /// Claims the session for one run, which ``end()`` ends. Inputs and outputs are bound next.
    package func begin(_ options: RunOptions) throws(RuntimeError) {
        try state.begin()
        let most = model.plan.outputs.count
        let count = options.outputs ?? most
        guard count >= 1, count <= most else {
            end()
            throw .outputsAskedFor(found: count, most: most)
        }
        progress = RunProgress(lastExit: count - 1)
        if let deadline = options.deadline {
            let (end, overflowed) = clock().addingReportingOverflow(deadline)
            if !overflowed { progress.deadline = end }
        }
        for index in 0..<most { rowsMade[index] = 0 }
        outputsAskedFor = count
    }

    package func end() { state.end() }
    package func suspend() { state.leave() }
    package func resume() throws(RuntimeError) { try state.enter() }

    private func check(_ inputCount: Int, _ outputCount: Int) throws(RuntimeError) {
        guard inputCount == model.plan.inputs.count else {
            throw .bufferCount(kind: .input, found: inputCount, expected: model.plan.inputs.count)
        }
        guard outputCount == outputsAskedFor else {
            throw .bufferCount(kind: .output, found: outputCount, expected: outputsAskedFor)
        }
    }

    /// ``advance()`` between ``begin(_:)``, or ``resume()``, and ``end()``.
    package func proceed() throws(RuntimeError) -> RunEvent {
        while progress.image < model.plan.batch {
            if progress.step == 0, progress.isBetweenSteps { bindEntries(progress.image) }
            // By index: an array's iterator allocates in builds without optimisation.
            while progress.step < model.plan.schedule.count {
                guard !state.isCancelled else { throw .cancelled }
                if let event = take(model.plan.schedule[progress.step]) { return event }
                progress.step += 1
                progress.rows = 0
            }
            progress.image += 1
            progress.step = 0
        }
        // The last step may have been cut short.
        guard !state.isCancelled else { throw .cancelled }
        return .finished(newestOutput: newestOutput)
    }

    /// The newest output of which all rows have been made, in all images.
    private var newestOutput: Int {
        var newest = 0
        for index in 0..<outputsAskedFor where isComplete(output: index) { newest = index }
        return newest
    }

    /// Whether the last run has made all rows of an output.
    public func isComplete(output index: Int) -> Bool {
        rowsMade[index] == outputRows[index]
    }

    // MARK: A step

    /// Executes a step, or a part of it up to where rows are exchanged.
    private func take(_ step: Step) -> RunEvent? {
        let index = step.operation.index
        if progress.isBetweenSteps {
            if let deadline = progress.deadline, clock() >= deadline {
                progress.deadline = nil
                progress.lastExit = 0
            }
            guard model.plan.operations[index].firstExit <= progress.lastExit else { return nil }
        }
        let kernel = model.plan.operations[index].kernel
        let isStreamed = prepared.operations[index].isStreamed
        if isStreamed {
            if let entry = kernel.inputEntry, let event = takeInput(step, entry) { return event }
            if let entry = kernel.outputEntry, let event = takeOutput(step, entry) { return event }
        } else {
            execute(index, step.rows)
        }
        if let entry = kernel.outputEntry { rowsMade[entry] += step.rowCount }
        return nil
    }

    private func takeInput(_ step: Step, _ entry: Int) -> RunEvent? {
        let index = step.operation.index
        let point = model.plan.inputs[entry]
        guard case .input(_, let image) = model.plan.operations[index].kernel else {
            return takePlainInput(step, entry, point)
        }
        if progress.rowsHandedOver > 0 {
            execute(index, RowRange(first: step.firstRow + progress.rows, count: progress.rowsHandedOver))
            progress.rows += progress.rowsHandedOver
            progress.rowsHandedOver = 0
        }
        guard let rows = nextRows(of: step, point) else { return nil }
        progress.rowsHandedOver = rows.count
        prepared.operations[index].sourceOperands.pointee.store.bind(
            prepared.rowBuffer, rowBytes: point.rowBytes, firstRow: rows.first)
        return .inputRows(entryRows(entry, point, image: image, rows, at: prepared.rowBuffer))
    }

    private func takeOutput(_ step: Step, _ entry: Int) -> RunEvent? {
        let index = step.operation.index
        let point = model.plan.outputs[entry]
        guard case .output = model.plan.operations[index].kernel else { return takePlainOutput(step, entry, point) }
        if progress.rowsHandedOver > 0, progress.imageHandedOver == point.images {
            progress.rows += progress.rowsHandedOver
            progress.rowsHandedOver = 0
        }
        if progress.rowsHandedOver == 0 {
            guard let rows = nextRows(of: step, point) else { return nil }
            prepared.operations[index].resultOperands.pointee.store.bind(
                prepared.rowBuffer, rowBytes: point.rowBytes, firstRow: rows.first)
            execute(index, rows)
            progress.rowsHandedOver = rows.count
            progress.imageHandedOver = 0
        }
        let image = progress.imageHandedOver
        progress.imageHandedOver += 1
        let rows = RowRange(first: step.firstRow + progress.rows, count: progress.rowsHandedOver)
        let start = prepared.rowBuffer + image * EntryRowBuffer.rows(of: point) * point.rowBytes
        return .outputRows(entryRows(entry, point, image: image, rows, at: start))
    }

    /// The rows of a step that are exchanged with the caller next; nil when none are left.
    private func nextRows(of step: Step, _ entry: EntryPoint) -> RowRange? {
        let left = step.rowCount - progress.rows
        guard left > 0 else { return nil }
        return RowRange(first: step.firstRow + progress.rows, count: min(left, EntryRowBuffer.rows(of: entry)))
    }

    private func entryRows(
        _ entry: Int, _ point: EntryPoint, image: Int, _ rows: RowRange, at start: UnsafeMutableRawPointer
    ) -> EntryRows {
        EntryRows(
            entry: entry, image: progress.image * point.images + image, firstRow: rows.first, rowCount: rows.count,
            rowBytes: point.rowBytes, bytes: UnsafeMutableRawBufferPointer(start: start, count: rows.count * point.rowBytes))
    }

    // MARK: Tensors that are no images

    /// Lets the caller write an input that is a plain tensor straight into the plan's value.
    private func takePlainInput(_ step: Step, _ entry: Int, _ point: EntryPoint) -> RunEvent? {
        let operation = prepared.operations + step.operation.index
        guard let start = operation.pointee.resultOperands.pointee.store.base else { return nil }
        if progress.rowsHandedOver == 0 {
            progress.rowsHandedOver = 1
            return .inputRows(tensor(entry, point, at: start))
        }
        progress.rowsHandedOver = 0
        // In place: every byte that is not 0 becomes 1.
        if point.tensor.element == .bool {
            operation.pointee.sourceOperands.pointee.store.bind(start, rowBytes: point.byteCount)
            execute(step.operation.index, step.rows)
        } else {
            flushInput(step.operation.index, step.rows)
        }
        return nil
    }

    /// Lets the caller read an output that is a plain tensor where the plan holds it. Of truth values the caller gets a copy,
    /// in which all of them are 0 or 1.
    private func takePlainOutput(_ step: Step, _ entry: Int, _ point: EntryPoint) -> RunEvent? {
        let operation = prepared.operations + step.operation.index
        guard progress.rowsHandedOver == 0, let start = operation.pointee.sourceOperands.pointee.store.base else {
            progress.rowsHandedOver = 0
            return nil
        }
        progress.rowsHandedOver = 1
        guard point.tensor.element == .bool else { return .outputRows(tensor(entry, point, at: start)) }
        operation.pointee.resultOperands.pointee.store.bind(prepared.rowBuffer, rowBytes: point.byteCount)
        execute(step.operation.index, step.rows)
        return .outputRows(tensor(entry, point, at: prepared.rowBuffer))
    }

    private func tensor(_ entry: Int, _ point: EntryPoint, at start: UnsafeMutableRawPointer) -> EntryRows {
        EntryRows(
            entry: entry, image: progress.image, firstRow: 0, rowCount: 1, rowBytes: point.byteCount,
            bytes: UnsafeMutableRawBufferPointer(start: start, count: point.byteCount))
    }
}
