import Platform

/// Why the system refuses something with a file.
public struct FileError: Error, Hashable, Sendable {
    /// What could not be done.
    public enum Action: Hashable, Sendable {
        case open, read, write, create, install
    }
    public let path: String
    public let action: Action
    /// An `errno` value, or one of Platform's own.
    public let code: Int32

    public init(_ action: Action, _ path: String, code: Int32) {
        self.action = action
        self.path = path
        self.code = code
    }

    /// The file ended before what was to be read did.
    public var isEndOfFile: Bool { code == VENULE_END_OF_FILE }

    /// What the system says of it, without the path.
    public var reason: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let text = buffer.baseAddress else { return "" }
            venule_error_text(code, text, buffer.count)
            return String(cString: text)
        }
    }

    /// Path, action and reason.
    public var description: String { "\(path): \(message)" }

    /// Action and reason, which follow the path in a sentence.
    public var message: String {
        let done: StaticString =
            switch action {
            case .open: "opened"
            case .read: "read"
            case .write: "written"
            case .create: "created"
            case .install: "installed"
            }
        return "cannot be \(done): \(reason)"
    }
}

/// Why a file's content is not taken.
public struct ContentError: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// The system refuses it.
        case unreadable
        /// A sound file, but of what is not read here.
        case unsupported
        case damaged
    }
    public let kind: Kind
    /// The file's path, what is wrong, and what is expected.
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public init(_ error: FileError) { self.init(error.isEndOfFile ? .damaged : .unreadable, error.description) }

    public init(path: String, _ problem: HeaderProblem) { self.init(problem.kind, "\(path): \(problem.message)") }
}

/// Why the header of an array or a picture is not taken: what follows the file's name in a sentence.
public struct HeaderProblem: Error, Hashable, Sendable {
    public let kind: ContentError.Kind
    public let message: String

    init(_ kind: ContentError.Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
