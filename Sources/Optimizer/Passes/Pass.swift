import GraphIR

/// A transformation of a graph, as a value with a name. Its name is also what the command line calls it, the name of its file (in CamelCase)
/// and that of its folder of golden tests.
public struct Pass: Sendable {
    /// In kebab-case, such as `fuse-activation`.
    public let name: String
    /// One line for `--help` and documentation.
    public let summary: String
    /// Whether lowering cannot do without the pass. It then runs in full whatever ``PassManager/changeLimit`` says, and its
    /// rewrites are not counted.
    public let isRequired: Bool
    private let apply: @Sendable (inout Graph, inout Changes) throws(PassError) -> Void

    public init(
        name: String, summary: String, isRequired: Bool = false,
        apply: @escaping @Sendable (_ graph: inout Graph, _ changes: inout Changes) throws(PassError) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
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

/// The rewrites that were made, and whether more may be. With a limit on their number, the one that breaks a model is found by
/// halving (Documentation/Passes.md).
public struct Changes: Sendable {
    /// One sentence for each rewrite, in the order in which they were made.
    public private(set) var trail: [String] = []
    /// No rewrite is made once `count` has reached this.
    public let limit: Int?
    /// Whether a rewrite was left out because of the limit.
    public private(set) var isCutShort = false

    public init(limit: Int? = nil) { self.limit = limit }

    public var count: Int { trail.count }

    /// Asks whether one more rewrite may be made, and counts it if so. A pass asks before each rewrite, and leaves it out where the
    /// answer is false.
    public mutating func permit(_ description: @autoclosure () -> String) -> Bool {
        if let limit, count >= limit {
            isCutShort = true
            return false
        }
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
