import CVenule
import PlanFormat
import Platform
import Runtime

/// A session as a C program holds it. It also holds what a run was given, so that a run allocates nothing.
final class SessionBox {
    let session: Session
    /// The model, whose names the C program may still use.
    let model: ModelBox
    let inputs: UnsafeMutableBufferPointer<venule_input>
    let outputs: UnsafeMutableBufferPointer<venule_output>
    /// Whether the run that is under way has a deadline.
    var hasDeadline = false
    var lastOutput = 0

    var log: Log { model.log }

    init(_ session: Session, _ model: ModelBox) {
        self.session = session
        self.model = model
        inputs = .allocate(capacity: session.model.plan.inputs.count)
        outputs = .allocate(capacity: session.model.plan.outputs.count)
        inputs.initialize(repeating: venule_input())
        outputs.initialize(repeating: venule_output())
    }

    deinit {
        inputs.deallocate()
        outputs.deallocate()
    }

    static func of(_ pointer: OpaquePointer) -> SessionBox {
        Unmanaged<SessionBox>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }
}

@c(venule_session_create)
public func createSession(
    _ model: OpaquePointer?, _ options: UnsafePointer<venule_options>?, _ session: UnsafeMutablePointer<OpaquePointer?>?,
    _ failure: UnsafeMutablePointer<venule_failure>?
) -> Int32 {
    guard let session else { return report(.usage, "session: is null", to: failure) }
    session.pointee = nil
    guard let model else { return report(.usage, "model: is null", to: failure) }
    let box = ModelBox.of(model)
    var given = venule_options()
    if let options {
        do {
            given = try venule_options(of: options, called: "options")
        } catch {
            return box.log.report(RuntimeError.Status.usage.rawValue, error.message, to: failure)
        }
    }
    do {
        let made = try Session(box.model, options: SessionOptions(given))
        session.pointee = OpaquePointer(Unmanaged.passRetained(SessionBox(made, box)).toOpaque())
        box.log.write(
            VENULE_LOG_INFORMATION, "session: \(made.threads) threads, \(made.instructionSet.name) kernels, \(made.memoryBytes) bytes")
        return succeed(failure)
    } catch {
        return box.log.report(error, to: failure)
    }
}

extension SessionOptions {
    /// The options that the C program gave; 0 and null stand for the defaults.
    fileprivate init(_ options: venule_options) {
        self.init()
        if options.threads > 0 { threads = Int(options.threads) }
        if let memory = options.memory { allocator = venule_allocator(memory.pointee) }
    }
}

extension venule_allocator {
    init(_ memory: venule_memory) {
        self.init(allocate: memory.allocate, deallocate: memory.deallocate, context: memory.context)
    }
}

@c(venule_session_free)
public func freeSession(_ session: OpaquePointer?) {
    guard let session else { return }
    Unmanaged<SessionBox>.fromOpaque(UnsafeRawPointer(session)).release()
}
