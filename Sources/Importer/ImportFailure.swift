/// Why a model was not imported, with every problem that was found and not only the first.
public struct ImportFailure: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// The file cannot be opened: it is missing, a folder, or not readable.
        case unreadable
        /// What the caller gives does not suit the file: a name, a shape or an array for an input, or the architecture of other weights.
        case arguments
        /// The file is sound, but it is a format, an architecture or a variant that is not imported.
        case unsupported
        /// The file is damaged: truncated, inconsistent, or with values that are no weights.
        case corrupt
    }

    public var kind: Kind
    /// The file.
    public var path: String
    /// What is wrong, in one sentence.
    public var summary: String
    /// What was recognised all the same; empty when nothing was.
    public var recognised: String
    public var problems: [ImportProblem]

    public init(
        _ kind: Kind, path: String, summary: String, recognised: String = "", problems: [ImportProblem] = []
    ) {
        self.kind = kind
        self.path = path
        self.summary = summary
        self.recognised = recognised
        self.problems = problems
    }
}

extension ImportFailure: CustomStringConvertible {
    private static let longestList = 60

    public var description: String { lines.joined(separator: "\n") }

    /// The summary, and then one line for each problem. If there are very many, the first 60 are written out; `problems` has
    /// them all.
    public var lines: [String] {
        var lines = ["\(path): \(summary)"]
        if !recognised.isEmpty { lines.append("  recognised: \(recognised)") }
        lines += problems.prefix(Self.longestList).map { "  \($0)" }
        if problems.count > Self.longestList { lines.append("  and \(problems.count - Self.longestList) more") }
        return lines
    }
}
