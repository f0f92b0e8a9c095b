import CVenule
import Runtime

/// The function that the C program wants to be told messages by, if it gave one.
struct Log {
    private let log: venule_log?

    init(_ log: UnsafePointer<venule_log>?) { self.log = log?.pointee }

    func write(_ level: venule_log_level, _ text: @autoclosure () -> String) {
        guard let log else { return }
        // The text may lie anywhere and need not end with a zero, which C expects.
        let bytes = Array(text().utf8) + [0]
        bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            log.write(log.context, Int32(level.rawValue), UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))
        }
    }

    /// Describes an error to the caller and the log.
    /// - Returns: Its status.
    func report(_ error: RuntimeError, to failure: FailurePointer?) -> Int32 {
        report(error.status.rawValue, error.description, to: failure)
    }

    func report(_ status: Int32, _ message: String, to failure: FailurePointer?) -> Int32 {
        write(VENULE_LOG_ERROR, message)
        return describe(status, message, to: failure)
    }
}
