import PlanFormat
import Platform

/// Why a plan could not be loaded or run.
public enum RuntimeError: Error {
    /// A file cannot be opened, with the system's `errno` value and text.
    case cannotOpen(path: String, code: Int32, reason: String)
    /// A file ended early or cannot be read, with the system's `errno` value and text.
    case cannotRead(path: String, code: Int32, reason: String)
    /// The plan is corrupt, too new, or beyond the caller's limits.
    case plan(PlanError)
    /// The bytes of a plan that the caller holds do not begin at a multiple of 64.
    case misalignedPlan
    /// `VENULE_ISA` or the caller names an instruction set that does not exist.
    case unknownInstructionSet(String)
    /// This processor cannot run the instruction set, or this build does not contain it.
    case unavailableInstructionSet(String)
    case missingKernel(operation: String, instructionSet: String)
    case threadCount(found: Int, most: Int)
    case cannotStartThreads(count: Int, code: Int32, reason: String)
    case outOfMemory(purpose: String, bytes: Int)
    /// The session would take more than the caller's limits allow. Nothing was allocated.
    case memoryLimit(needed: Int, threads: Int, limit: Int)
    case bufferCount(kind: EntryKind, found: Int, expected: Int)
    case bufferSize(kind: EntryKind, name: String, found: Int, expected: Int)
    case misalignedBuffer(kind: EntryKind, name: String, alignment: Int)
    /// A run of this session is under way, and a session runs one inference at a time.
    case busy
    /// `Session.advance` was called, but no run has been started.
    case notStarted
    /// No output, or more outputs than the plan has, are asked for.
    case outputsAskedFor(found: Int, most: Int)
    /// Rows are given for an input that several operations read, so that it has to be given whole.
    case readTwice(name: String)
    /// `Session.cancel` ended the run.
    case cancelled

    public enum EntryKind: Sendable {
        case input
        case output

        var text: String { self == .input ? "input" : "output" }
    }

    /// The status with which a command ends, which is also the code that the C interface returns.
    public enum Status: Int32, Sendable {
        /// A mistake of the caller's: arguments, buffers, files that cannot be opened.
        case usage = 1
        /// The plan needs something that this runtime does not have.
        case unsupported = 2
        case corrupt = 3
        /// Memory, threads or limits do not suffice.
        case doesNotFit = 4
        /// The caller ended the run.
        case cancelled = 6
    }

    public var status: Status {
        switch self {
        case .cannotOpen, .misalignedPlan, .unknownInstructionSet, .unavailableInstructionSet, .threadCount,
            .bufferCount, .bufferSize, .misalignedBuffer, .busy, .notStarted, .outputsAskedFor, .readTwice:
            return .usage
        case .cancelled:
            return .cancelled
        case .cannotRead(_, let code, _):
            return code == VENULE_END_OF_FILE ? .corrupt : .usage
        case .missingKernel:
            return .unsupported
        case .plan(let error):
            switch error.kind {
            case .corrupt: return .corrupt
            case .unsupported: return .unsupported
            case .exceedsLimit: return .doesNotFit
            }
        case .cannotStartThreads, .outOfMemory, .memoryLimit:
            return .doesNotFit
        }
    }
}

extension RuntimeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cannotOpen(let path, _, let reason):
            "\(path): cannot be opened: \(reason)"
        case .cannotRead(let path, _, let reason):
            "\(path): cannot be read: \(reason)"
        case .plan(let error):
            error.message
        case .misalignedPlan:
            "the plan's bytes must begin at a multiple of 64"
        case .unknownInstructionSet(let name):
            "instruction set '\(name)' is not known: expected \(InstructionSet.names)"
        case .unavailableInstructionSet(let name):
            "instruction set '\(name)' cannot be used on this CPU; the best here is \(InstructionSet.best.name)"
        case .missingKernel(let operation, let instructionSet):
            "operation '\(operation)': this runtime has no \(instructionSet) kernel for it"
        case .threadCount(let found, let most):
            "threads: \(found), expected 1 through \(most)"
        case .cannotStartThreads(let count, _, let reason):
            "\(count) threads cannot be started: \(reason)"
        case .outOfMemory(let purpose, let bytes):
            "out of memory: \(bytes) bytes for \(purpose)"
        case .memoryLimit(let needed, let threads, let limit):
            "\(needed) bytes are needed with \(threads) threads, the limit is \(limit)"
        case .bufferCount(let kind, let found, let expected):
            "\(found) \(kind.text) buffers, expected \(expected)"
        case .bufferSize(let kind, let name, let found, let expected):
            "\(kind.text) '\(name)': the buffer has \(found) bytes, expected \(expected)"
        case .misalignedBuffer(let kind, let name, let alignment):
            "\(kind.text) '\(name)': the buffer must begin at a multiple of \(alignment) bytes"
        case .busy:
            "a run of this session is under way"
        case .notStarted:
            "no run of this session is under way"
        case .outputsAskedFor(let found, let most):
            "outputs up to \(found) are asked for, expected 1 through \(most)"
        case .readTwice(let name):
            "input '\(name)': several operations of the plan read it; it has to be given whole"
        case .cancelled:
            "the run was cancelled"
        }
    }
}
