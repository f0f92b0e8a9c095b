/// Why a graph could not be compiled.
public enum CompileError: Error, Sendable {
    /// Operations that a plan cannot express, all of them.
    case unsupported([UnsupportedOperation])
    /// The graph is no complete, bound model.
    case invalid(String)
    case doesNotFit(MemoryShortage)
}

/// An operation that a plan cannot express, with what would be accepted.
public struct UnsupportedOperation: Sendable, CustomStringConvertible {
    /// The source model's name for it.
    public var name: String
    public var operation: String
    public var reason: String

    public var description: String { "\(operation) '\(name)': \(reason)" }
}

/// The smallest memory that was found, what it consists of, and the buffers that are alive at the peak.
public struct MemoryShortage: Sendable {
    public var limit: Int
    public var smallest: MemoryReport
}

extension CompileError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalid(let message): return message
        case .unsupported(let operations):
            let count = operations.count == 1 ? "1 operation cannot" : "\(operations.count) operations cannot"
            return (["\(count) be compiled:"] + operations.map { "  \($0)" }).joined(separator: "\n")
        case .doesNotFit(let shortage):
            return """
                the plan does not fit into \(MemoryReport.mebibytes(shortage.limit)); the least that was found is \
                \(MemoryReport.mebibytes(shortage.smallest.total)):
                \(shortage.smallest)
                """
        }
    }
}
