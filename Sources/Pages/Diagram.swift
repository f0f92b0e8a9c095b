/// A graph of operations as people look at it: drawn on a page (``DiagramPicture``), or as text for Graphviz (``dotText(name:)``).
public struct Diagram: Sendable {
    public struct Node: Sendable {
        /// What it computes: `convolution 3x3, relu`.
        public var title: String
        /// As the model calls it.
        public var name: String
        /// As much of the name as its group does not say already; nil for all of it.
        public var label: String?
        /// What it makes: `48x80x32`; empty where it makes nothing.
        public var shape: String
        /// By which it gets its colour.
        public var kind: String
        /// The innermost group that it belongs to, an index into ``Diagram/groups``.
        public var group: Int?

        public init(title: String, name: String, label: String? = nil, shape: String = "", kind: String, group: Int? = nil) {
            self.title = title
            self.name = name
            self.label = label
            self.shape = shape
            self.kind = kind
            self.group = group
        }
    }

    /// A value that one node makes and another reads.
    public struct Edge: Hashable, Sendable {
        public var from: Int
        public var to: Int
        /// Which of the values that `from` makes.
        public var result: Int

        public init(from: Int, to: Int, result: Int = 0) {
            self.from = from
            self.to = to
            self.result = result
        }
    }

    /// Nodes that belong together, such as those of an iteration.
    public struct Group: Sendable {
        public var title: String
        /// The group around it, which comes before it in ``Diagram/groups``.
        public var parent: Int?

        public init(title: String, parent: Int? = nil) {
            self.title = title
            self.parent = parent
        }
    }

    /// In an order in which each node follows those that it reads from.
    public var nodes: [Node] = []
    public var edges: [Edge] = []
    public var groups: [Group] = []

    public init() {}
}

extension Diagram {
    /// The graph in the language of Graphviz (https://graphviz.org/doc/info/lang.html): a box for each node, a cluster for each
    /// group.
    ///
    /// - Parameter name: the graph's.
    public func dotText(name: String) -> String {
        var lines = [
            "digraph \(dotQuoted(name)) {", "  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=10];",
            "  edge [arrowsize=0.6];",
        ]
        var children = [Int: [Int]]()
        for (index, group) in groups.enumerated() { children[group.parent ?? -1, default: []].append(index) }
        var members = [Int: [Int]]()
        for (index, node) in nodes.enumerated() { members[node.group ?? -1, default: []].append(index) }
        writeGroup(-1, children, members, depth: 1, to: &lines)
        for edge in edges { lines.append("  n\(edge.from) -> n\(edge.to);") }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// The nodes and groups in a group, -1 for those in none. Groups are nested no deeper than calls may be.
    private func writeGroup(_ group: Int, _ children: [Int: [Int]], _ members: [Int: [Int]], depth: Int, to lines: inout [String]) {
        let indent = String(repeating: "  ", count: depth)
        for child in children[group] ?? [] {
            lines.append("\(indent)subgraph cluster_\(child) {")
            lines.append("\(indent)  label=\(dotQuoted(groups[child].title));")
            writeGroup(child, children, members, depth: depth + 1, to: &lines)
            lines.append("\(indent)}")
        }
        for index in members[group] ?? [] {
            let node = nodes[index]
            let label = [node.title, node.label ?? node.name, node.shape].filter { !$0.isEmpty }.map(dotEscaped).joined(separator: "\\n")
            lines.append("\(indent)n\(index) [label=\"\(label)\"];")
        }
    }
}

private func dotQuoted(_ text: String) -> String { "\"\(dotEscaped(text))\"" }

/// Inside of double quotes. A backslash begins an escape there, such as `\N` for the node's name.
private func dotEscaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
        switch character {
        case "\\": result += "\\\\"
        case "\"": result += "\\\""
        case "\n": result += "\\n"
        default: result.unicodeScalars.append(character)
        }
    }
    return result
}
