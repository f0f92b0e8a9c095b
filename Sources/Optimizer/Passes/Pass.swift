import GraphIR

/// A transformation of a graph: a value with a name. The name is the command-line flag, the file (in CamelCase) and the
/// folder of golden tests.
public struct Pass: Sendable {
    /// In kebab-case, such as `fuse-activation`.
    public let name: String
    /// One line for `--help` and documentation.
    public let summary: String
    private let apply: @Sendable (inout Graph, inout Changes) throws(PassError) -> Void

    public init(
        name: String, summary: String,
        apply: @escaping @Sendable (_ graph: inout Graph, _ changes: inout Changes) throws(PassError) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.apply = apply
    }

    /// A pass that treats each function on its own.
    init(
        name: String, summary: String,
        editing edit:
            @escaping @Sendable (
                _ editor: inout FunctionEditor, _ constants: inout ConstantTable, _ changes: inout Changes
            ) throws(PassError) -> Void
    ) {
        self.init(name: name, summary: summary) { (graph, changes) throws(PassError) in
            for index in graph.functions.indices {
                let before = changes.count
                var editor = FunctionEditor(graph.functions[index])
                try edit(&editor, &graph.constants, &changes)
                if changes.count > before { graph.functions[index] = editor.finish() }
            }
        }
    }

    /// Runs the pass; true when it changed the graph. The graph has to be one that verifies.
    @discardableResult
    public func run(_ graph: inout Graph) throws(PassError) -> Bool {
        var changes = Changes()
        try run(&graph, recordingIn: &changes)
        return changes.count > 0
    }

    /// Runs the pass and appends what it changed to `changes`, whose limit it obeys.
    public func run(_ graph: inout Graph, recordingIn changes: inout Changes) throws(PassError) {
        try apply(&graph, &changes)
    }
}

/// The rewrites that were made, and how many more may be: with a limit, a search by halves finds the rewrite that
/// breaks a model.
public struct Changes: Sendable {
    /// One sentence a rewrite, in the order in which they were made.
    public private(set) var trail: [String] = []
    /// No rewrite is made once `count` has reached this.
    public let limit: Int?

    public init(limit: Int? = nil) { self.limit = limit }

    public var count: Int { trail.count }

    /// Asks for leave to make one rewrite, and counts it when it is given. Every rewrite has to ask.
    public mutating func permit(_ description: @autoclosure () -> String) -> Bool {
        if let limit, count >= limit { return false }
        trail.append(description())
        return true
    }
}

/// Why a pass, or the verification behind it, failed.
public struct PassError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The pass's name.
    public var pass: String
    /// Where: a function or a node of it; empty when the whole graph is meant.
    public var place: String
    public var reason: String

    public init(pass: String, place: String = "", reason: String) {
        self.pass = pass
        self.place = place
        self.reason = reason
    }

    public var description: String { place.isEmpty ? "\(pass): \(reason)" : "\(pass): \(place): \(reason)" }
}
