import Files
import PlanFormat
import Platform
import Runtime

/// What a command's caller is told beside the text.
public enum ExitStatus: Int32, Sendable {
    case success = 0
    /// Arguments, files that cannot be opened or written, and sound files that are not what is asked for.
    case usage = 1
    /// A sound model, plan, array or picture that is not supported.
    case unsupported = 2
    /// A damaged file.
    case corrupt = 3
    /// Memory or another limit does not suffice.
    case doesNotFit = 4
    /// Two things that should agree do not, such as a self-test and what a sound machine has.
    case mismatch = 5
    case cancelled = 6
}

/// Why a command on a plan ends, and with which exit status.
public struct DeviceFailure: Error {
    public var status: ExitStatus
    public var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// - Parameter place: What the error is about, such as a file.
    public init(_ error: RuntimeError, place: String) {
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

    public init(_ error: FileError) {
        status = error.isEndOfFile ? .corrupt : .usage
        message = error.description
    }

    public init(_ error: ContentError) {
        switch error.kind {
        case .unreadable: status = .usage
        case .unsupported: status = .unsupported
        case .damaged: status = .corrupt
        }
        message = error.message
    }
}

/// What `body` gives; an error of a file ends the command.
func attempt<Result>(_ body: () throws(FileError) -> Result) throws(DeviceFailure) -> Result {
    do { return try body() } catch { throw DeviceFailure(error) }
}

/// Likewise for what a file contains.
func attempt<Result>(_ body: () throws(ContentError) -> Result) throws(DeviceFailure) -> Result {
    do { return try body() } catch { throw DeviceFailure(error) }
}
