import DeviceCommandLine
import Files
import GraphIR
import Imaging
import Importer
import Optimizer
import Reference
import Runtime

/// Why a command ends early.
struct CommandFailure: Error {
    var status: ExitStatus
    /// At least one; each is printed as one line, whatever names are in it.
    var lines: [String]
    /// Whether what was said of a model's inputs does not suit them.
    private(set) var isOfArguments = false

    init(_ status: ExitStatus, _ message: String) { self.init(status, lines: [message]) }

    init(_ status: ExitStatus, lines: [String]) {
        self.status = status
        self.lines = lines
    }
}

extension CommandFailure {
    /// Whatever a module throws; nil for errors of none of them, such as those of arguments.
    init?(of error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let failure as ImagingError: self.init(failure)
        case let failure as DeviceFailure: self.init(failure)
        case let failure as FileError: self.init(failure)
        case let failure as ContentError: self.init(failure)
        default: return nil
        }
    }

    init(_ error: ImportFailure) {
        let status: ExitStatus =
            switch error.kind {
            case .unreadable, .arguments: .usage
            case .unsupported: .unsupported
            case .corrupt: .corrupt
            }
        self.init(status, lines: error.lines)
        isOfArguments = error.kind == .arguments
    }

    init(_ error: ImagingError) {
        let status: ExitStatus =
            switch error {
            case .unreadable: .usage
            case .damaged: .corrupt
            case .notAnImage, .unsupported: .unsupported
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

    init(_ failure: DeviceFailure) { self.init(failure.status, failure.message) }

    init(_ error: RuntimeError, place: String) { self.init(DeviceFailure(error, place: place)) }

    init(_ error: FileError) { self.init(DeviceFailure(error)) }

    init(_ error: ContentError) { self.init(DeviceFailure(error)) }

    init(_ error: PassError, place: String) {
        self.init(.unsupported, "\(place): \(error)")
    }

    init(_ error: EvaluationError, place: String) {
        self.init(error.kind == .inputs ? .usage : .unsupported, "\(place): \(error)")
    }
}
