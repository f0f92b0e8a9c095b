import PlanFormat
import Platform
import Runtime

/// Why a command ends, and with which exit status.
struct CommandFailure: Error {
    enum Status: Int32 {
        case usage = 1
        case unsupported = 2
        case corrupt = 3
        case doesNotFit = 4
        /// A self-test with other results than a sound machine has.
        case mismatch = 5
        case cancelled = 6
    }
    var status: Status
    var message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    /// - Parameter place: What the error is about, such as a file.
    init(_ error: RuntimeError, place: String) {
        switch error.status {
        case .usage: status = .usage
        case .unsupported: status = .unsupported
        case .corrupt: status = .corrupt
        case .doesNotFit: status = .doesNotFit
        case .cancelled: status = .cancelled
        }
        switch error {
        case .cannotOpen, .cannotRead: message = error.description
        default: message = "\(place): \(error.description)"
        }
    }

    /// A file that cannot be read or written, with the system's reason.
    static func file(_ path: String, _ action: StaticString, code: Int32) -> CommandFailure {
        let reason = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let text = buffer.baseAddress else { return "" }
            venule_error_text(code, text, buffer.count)
            return String(cString: text)
        }
        return CommandFailure(code == VENULE_END_OF_FILE ? .corrupt : .usage, "\(path): cannot be \(action): \(reason)")
    }
}
