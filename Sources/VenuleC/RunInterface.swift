import CVenule
import PlanFormat
import Runtime

/// Why a run of a C program ended: because of the runtime, or because of a function of the program's.
private enum RunFailure: Error {
    case runtime(RuntimeError)
    case callback(String)
    case argument(String)
}

@c(venule_session_run)
public func runSession(
    _ session: OpaquePointer?, _ run: UnsafePointer<venule_run>?, _ newestOutput: UnsafeMutablePointer<UInt32>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    withSession(session, failure) { box throws(RunFailure) in
        try box.begin(run, needsFunctions: true)
        defer { box.session.end() }
        var rows = venule_rows()
        try box.proceed(&rows)
        newestOutput?.pointee = rows.entry
    }
}

@c(venule_session_start)
public func startSession(
    _ session: OpaquePointer?, _ run: UnsafePointer<venule_run>?, _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    withSession(session, failure) { box throws(RunFailure) in
        try box.begin(run, needsFunctions: false)
        box.session.suspend()
    }
}

@c(venule_session_advance)
public func advanceSession(
    _ session: OpaquePointer?, _ rows: UnsafeMutablePointer<venule_rows>?, _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    withSession(session, failure) { box throws(RunFailure) in
        guard let rows else { throw .argument("rows: is null") }
        do throws(RuntimeError) {
            try box.session.resume()
        } catch {
            throw .runtime(error)
        }
        do throws(RunFailure) {
            try box.proceed(&rows.pointee)
        } catch {
            box.session.end()
            throw error
        }
        if rows.pointee.event == Int32(VENULE_FINISHED.rawValue) { box.session.end() } else { box.session.suspend() }
    }
}

@c(venule_session_stop)
public func stopSession(_ session: OpaquePointer?, _ failure: UnsafeMutablePointer<venule_failure>?) -> Int32 {
    withSession(session, failure) { box throws(RunFailure) in
        do throws(RuntimeError) {
            try box.session.stop()
        } catch {
            throw .runtime(error)
        }
    }
}

@c(venule_session_cancel)
public func cancelSession(_ session: OpaquePointer?) {
    guard let session else { return }
    SessionBox.of(session).session.cancel()
}

/// - Returns: The status of the error that the body throws, which is also described to `failure` and the log.
private func withSession(
    _ session: OpaquePointer?, _ failure: FailurePointer?, _ body: (SessionBox) throws(RunFailure) -> Void
) -> Int32 {
    guard let session else { return report(.usage, "session: is null", to: failure) }
    let box = SessionBox.of(session)
    do throws(RunFailure) {
        try body(box)
        return succeed(failure)
    } catch {
        switch error {
        case .runtime(let error): return box.log.report(error, to: failure)
        case .callback(let message): return box.log.report(Int32(VENULE_ENDED_BY_CALLBACK.rawValue), message, to: failure)
        case .argument(let message): return box.log.report(RuntimeError.Status.usage.rawValue, message, to: failure)
        }
    }
}

extension SessionBox {
    /// Begins a run. If anything fails, no run is under way.
    /// - Parameter needsFunctions: Whether every row must have a function, because nobody resumes the run.
    fileprivate func begin(_ run: UnsafePointer<venule_run>?, needsFunctions: Bool) throws(RunFailure) {
        guard let pointer = run else { throw .argument("run: is null") }
        let run: venule_run
        do {
            run = try venule_run(of: pointer, called: "run")
        } catch {
            throw .argument(error.message)
        }
        var options = RunOptions()
        if run.outputCount > 0 { options.outputs = Int(run.outputCount) }
        if run.deadlineNanoseconds > 0 { options.deadline = run.deadlineNanoseconds }
        do {
            // The lists below belong to the run that has begun, so that another thread's call must not touch them.
            try session.begin(options)
        } catch {
            throw .runtime(error)
        }
        do {
            try bind(run, outputCount: options.outputs ?? outputs.count, needsFunctions: needsFunctions)
        } catch {
            session.end()
            throw error
        }
        hasDeadline = options.deadline != nil
        lastOutput = (options.outputs ?? outputs.count) - 1
    }

    private func bind(_ run: venule_run, outputCount: Int, needsFunctions: Bool) throws(RunFailure) {
        guard inputs.isEmpty || run.inputs != nil else { throw .argument("inputs: is null") }
        guard let runOutputs = run.outputs else { throw .argument("outputs: is null") }
        for index in inputs.indices {
            guard let input = run.inputs?[index] else { continue }
            guard !needsFunctions || input.bytes != nil || input.pull != nil else {
                throw .argument("inputs[\(index)]: has neither bytes nor a function")
            }
            inputs[index] = input
            do {
                try session.bind(
                    input: index,
                    to: input.bytes.map { .whole(UnsafeRawBufferPointer(start: $0, count: Int(clamping: input.byteCount))) } ?? .rows)
            } catch {
                throw .runtime(error)
            }
        }
        for index in 0..<outputCount {
            let output = runOutputs[index]
            guard !needsFunctions || output.bytes != nil || output.push != nil else {
                throw .argument("outputs[\(index)]: has neither bytes nor a function")
            }
            outputs[index] = output
            do {
                try session.bind(
                    output: index,
                    to: output.bytes.map { .whole(UnsafeMutableRawBufferPointer(start: $0, count: Int(clamping: output.byteCount))) }
                        ?? .rows)
            } catch {
                throw .runtime(error)
            }
        }
    }

    /// Goes on with the run until it is over, or until an input or output for which there is no function has rows to exchange.
    fileprivate func proceed(_ rows: inout venule_rows) throws(RunFailure) {
        while true {
            switch try next() {
            case .finished(let newestOutput):
                rows = venule_rows()
                rows.event = Int32(VENULE_FINISHED.rawValue)
                rows.entry = UInt32(truncatingIfNeeded: newestOutput)
                if hasDeadline, newestOutput < lastOutput {
                    log.write(VENULE_LOG_WARNING, "the deadline has passed: output \(newestOutput) is the newest of \(lastOutput + 1)")
                }
                return
            case .inputRows(let needed):
                rows = venule_rows(VENULE_INPUT_ROWS, needed)
                guard let pull = inputs[needed.entry].pull else { return }
                try call(pull, inputs[needed.entry].context, "input", &rows)
            case .outputRows(let finished):
                rows = venule_rows(VENULE_OUTPUT_ROWS, finished)
                guard let push = outputs[finished.entry].push else { return }
                try call(push, outputs[finished.entry].context, "output", &rows)
            }
        }
    }

    private func next() throws(RunFailure) -> RunEvent {
        do {
            return try session.proceed()
        } catch {
            throw .runtime(error)
        }
    }

    private func call(
        _ function: venule_rows_function, _ context: UnsafeMutableRawPointer?, _ kind: StaticString, _ rows: inout venule_rows
    ) throws(RunFailure) {
        let result = function(context, &rows)
        guard result == 0 else {
            throw .callback("\(kind) \(rows.entry): the function for its rows returned \(result) at row \(rows.firstRow)")
        }
    }
}

extension venule_rows {
    fileprivate init(_ event: venule_event, _ rows: EntryRows) {
        self.init(
            event: Int32(event.rawValue), entry: UInt32(truncatingIfNeeded: rows.entry),
            image: UInt32(truncatingIfNeeded: rows.image), firstRow: UInt32(truncatingIfNeeded: rows.firstRow),
            rowCount: UInt32(truncatingIfNeeded: rows.rowCount), rowByteCount: rows.rowBytes,
            bytes: rows.bytes.baseAddress)
    }
}
