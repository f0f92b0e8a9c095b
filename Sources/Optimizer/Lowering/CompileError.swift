/// Why a graph could not be compiled.
public enum CompileError: Error, Sendable {
    /// Operations, inputs and outputs that a plan cannot express, all of them.
    case unsupported([UnsupportedPart])
    /// The graph is no complete, bound model.
    case invalid(String)
    /// What is larger than the plan's format or its runtime allows, all of it.
    case exceedsBounds([String])
    case doesNotFit(MemoryShortage)
}

/// An operation, an input or an output that a plan cannot express, with what would be accepted.
public struct UnsupportedPart: Sendable, CustomStringConvertible {
    /// The source model's name for it.
    public var name: String
    /// The operation's mnemonic, `input` or `output`.
    public var kind: String
    public var reason: String

    public var description: String { "\(kind) '\(name)': \(reason)" }
}

/// The smallest memory that was found, what it consists of, and the buffers that are alive at the peak.
public struct MemoryShortage: Sendable {
    public var limit: Int
    public var smallest: MemoryReport
}

extension CompileError: CustomStringConvertible {
    public var description: String { lines.joined(separator: "\n") }

    /// What is wrong, then one line for each part.
    public var lines: [String] {
        switch self {
        case .invalid(let message): return [message]
        case .unsupported(let parts):
            let count = parts.count == 1 ? "1 part" : "\(parts.count) parts"
            return ["\(count) of the graph cannot be compiled:"] + parts.map { "  \($0)" }
        case .exceedsBounds(let messages):
            return ["this is larger than a plan may be:"] + messages.map { "  \($0)" }
        case .doesNotFit(let shortage):
            let summary =
                "the plan does not fit into \(MemoryReport.mebibytes(shortage.limit)); the least that was found is "
                + "\(MemoryReport.mebibytes(shortage.smallest.total)):"
            return [summary] + shortage.smallest.lines
        }
    }
}
