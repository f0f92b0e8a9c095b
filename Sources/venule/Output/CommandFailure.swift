import GraphIR
import Imaging
import Importer
import Optimizer
import PlanFormat
import Reference
import Runtime

/// What the command's caller is told beside the text.
enum ExitStatus: Int32 {
    case success = 0
    /// Arguments, and files that cannot be opened or written.
    case usage = 1
    /// A sound file that is not supported.
    case unsupported = 2
    /// A damaged file.
    case corrupt = 3
    /// Memory or another limit does not suffice.
    case doesNotFit = 4
    /// Two things that should agree do not.
    case mismatch = 5
}

/// Why a command ends early.
struct CommandFailure: Error {
    var status: ExitStatus
    /// At least one; each is printed as one line, whatever names are in it.
    var lines: [String]

    init(_ status: ExitStatus, _ message: String) { self.init(status, lines: [message]) }

    init(_ status: ExitStatus, lines: [String]) {
        self.status = status
        self.lines = lines
    }
}

extension CommandFailure {
    init(_ error: ImportFailure) {
        let status: ExitStatus =
            switch error.kind {
            case .unreadable: .usage
            case .unsupported: .unsupported
            case .corrupt: .corrupt
            }
        self.init(status, lines: error.lines)
    }

    init(_ error: ImagingError) {
        let status: ExitStatus =
            switch error {
            case .unreadable, .unwritable: .usage
            case .notAnImage, .damaged: .corrupt
            case .unsupported: .unsupported
            case .tooLarge, .noMemory: .doesNotFit
            }
        self.init(status, "\(error)")
    }

    init(_ error: CompileError, place: String) {
        let status: ExitStatus =
            switch error {
            case .unsupported, .invalid: .unsupported
            case .exceedsBounds, .doesNotFit: .doesNotFit
            }
        self.init(status, lines: ["\(place): \(error.lines[0])"] + error.lines.dropFirst())
    }

    init(_ error: RuntimeError, place: String) {
        let status: ExitStatus =
            switch error.status {
            case .usage: .usage
            case .unsupported: .unsupported
            case .corrupt: .corrupt
            case .doesNotFit: .doesNotFit
            // No command cancels a run.
            case .cancelled: .usage
            }
        switch error {
        case .cannotOpen, .cannotRead: self.init(status, error.description)
        default: self.init(status, "\(place): \(error.description)")
        }
    }

    init(_ error: PassError, place: String) {
        self.init(.unsupported, "\(place): \(error)")
    }

    init(_ error: EvaluationError, place: String) {
        self.init(error.kind == .inputs ? .usage : .unsupported, "\(place): \(error)")
    }
}
