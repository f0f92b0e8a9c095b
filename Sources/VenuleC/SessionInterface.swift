import CVenule
import PlanFormat
import Platform
import Runtime

/// A session as C holds it, with room for a run's buffers so that a run allocates nothing.
final class SessionBox {
    let session: Session
    /// Keeps the names that C may still hold.
    let model: ModelBox
    let inputs: UnsafeMutableBufferPointer<UnsafeRawBufferPointer>
    let outputs: UnsafeMutableBufferPointer<UnsafeMutableRawBufferPointer>

    init(_ session: Session, _ model: ModelBox) {
        self.session = session
        self.model = model
        inputs = .allocate(capacity: session.model.plan.inputs.count)
        outputs = .allocate(capacity: session.model.plan.outputs.count)
        inputs.initialize(repeating: UnsafeRawBufferPointer(start: nil, count: 0))
        outputs.initialize(repeating: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }

    deinit {
        inputs.deallocate()
        outputs.deallocate()
    }
}

@c(venule_session_create)
public func createSession(
    _ model: OpaquePointer?, _ options: UnsafePointer<venule_options>?, _ session: UnsafeMutablePointer<OpaquePointer?>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    guard let model, let session else { return report(.usage, "model or session: is null", to: failure) }
    session.pointee = nil
    let box = ModelBox.of(model)
    do {
        let made = SessionBox(try Session(box.model, options: SessionOptions(options)), box)
        session.pointee = OpaquePointer(Unmanaged.passRetained(made).toOpaque())
        return succeed(failure)
    } catch {
        return report(error, to: failure)
    }
}

extension SessionOptions {
    /// What C gave; null for the defaults.
    fileprivate init(_ options: UnsafePointer<venule_options>?) {
        self.init()
        guard let options else { return }
        if options.pointee.threads > 0 { threads = Int(options.pointee.threads) }
        if let memory = options.pointee.memory?.pointee {
            allocator = venule_allocator(
                allocate: memory.allocate, deallocate: memory.deallocate, context: memory.context)
        }
    }
}

@c(venule_session_run)
public func runSession(
    _ session: OpaquePointer?, _ inputs: UnsafePointer<UnsafeRawPointer?>?, _ inputByteCounts: UnsafePointer<Int>?,
    _ outputs: UnsafePointer<UnsafeMutableRawPointer?>?, _ outputByteCounts: UnsafePointer<Int>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    guard let session, let inputs, let inputByteCounts, let outputs, let outputByteCounts else {
        return report(.usage, "a pointer that is needed is null", to: failure)
    }
    let box = Unmanaged<SessionBox>.fromOpaque(UnsafeRawPointer(session)).takeUnretainedValue()
    do {
        // The lists below belong to the run that has begun: another thread's call must not touch them.
        try box.session.begin()
    } catch {
        return report(error, to: failure)
    }
    defer { box.session.end() }
    for index in box.inputs.indices {
        guard let start = inputs[index], inputByteCounts[index] >= 0 else {
            return report(.usage, "inputs[\(index)]: is null", to: failure)
        }
        box.inputs[index] = UnsafeRawBufferPointer(start: start, count: inputByteCounts[index])
    }
    for index in box.outputs.indices {
        guard let start = outputs[index], outputByteCounts[index] >= 0 else {
            return report(.usage, "outputs[\(index)]: is null", to: failure)
        }
        box.outputs[index] = UnsafeMutableRawBufferPointer(start: start, count: outputByteCounts[index])
    }
    do {
        try box.session.runAlone(inputs: UnsafeBufferPointer(box.inputs).span, outputs: UnsafeBufferPointer(box.outputs).span)
        return succeed(failure)
    } catch {
        return report(error, to: failure)
    }
}

@c(venule_session_free)
public func freeSession(_ session: OpaquePointer?) {
    guard let session else { return }
    Unmanaged<SessionBox>.fromOpaque(UnsafeRawPointer(session)).release()
}
