/// Where everything of a diagram is drawn. Lengths are in pixels at the size at which texts are easily read.
public struct DiagramPicture: Encodable, Sendable {
    /// Of a node or a group, its upper left corner and its sides.
    public struct Box: Encodable, Sendable {
        public var x: Int
        public var y: Int
        public var width: Int
        public var height: Int
    }

    public struct Frame: Encodable, Sendable {
        /// The index of the group.
        public var group: Int
        public var box: Box
    }

    /// The way of a value from one node to another, or to the border of a group.
    public struct Way: Encodable, Sendable {
        /// The node that makes the value, and which of its values this is.
        public var node: Int
        public var result: Int
        /// The node that the way ends at; nil at the border of a group.
        public var end: Int?
        /// x and y in turn.
        public var points: [Int]
    }

    /// Where a value passes the border of a group.
    public struct Port: Encodable, Sendable {
        public var node: Int
        public var result: Int
        public var x: Int
        public var y: Int
    }

    public private(set) var width = 0
    public private(set) var height = 0
    /// For each node.
    public private(set) var boxes: [Box]
    /// From the outer ones to the inner.
    public private(set) var frames: [Frame] = []
    public private(set) var ways: [Way] = []
    public private(set) var ports: [Port] = []
    /// Connections so long that they are not drawn.
    public private(set) var undrawnWays = 0

    /// How many characters of a line are shown.
    public private(set) var lineLength = Self.longestLine

    private static let longestLine = 36
    private static let characterWidth = 6.7
    private static let lineHeight = 16.0
    private static let padding = 14.0
    private static let titleHeight = 24.0
    private static let portSize = 8.0
    private static let mostBends = 30_000

    public init(_ diagram: Diagram) {
        boxes = diagram.nodes.map { _ in Box(x: 0, y: 0, width: 0, height: 0) }
        let drawing = DiagramScopes(diagram)
        var layouts: [Int: ScopeLayout] = [:]
        // A group has a greater number than those around it.
        for group in drawing.scopes.keys.sorted(by: >) {
            guard let scope = drawing.scopes[group] else { continue }
            layouts[group] = ScopeLayout(scope, diagram, layouts)
        }
        draw(DiagramScopes.outside, at: LayeredLayout.Point(x: Self.padding, y: Self.padding), layouts)
        if let outer = layouts[DiagramScopes.outside] {
            width = Int(outer.layout.width + 2 * Self.padding)
            height = Int(outer.layout.height + 2 * Self.padding)
        }
    }

    private mutating func draw(_ group: Int, at origin: LayeredLayout.Point, _ layouts: [Int: ScopeLayout]) {
        guard let scope = layouts[group] else { return }
        for (index, item) in scope.items.enumerated() {
            let box = scope.layout.boxes[index]
            let corner = LayeredLayout.Point(x: origin.x + scope.layout.origins[index].x, y: origin.y + scope.layout.origins[index].y)
            let place = Box(x: Int(corner.x), y: Int(corner.y), width: Int(box.width), height: Int(box.height))
            switch item {
            case .node(let node): boxes[node] = place
            case .group(let inner):
                frames.append(Frame(group: inner, box: place))
                draw(inner, at: LayeredLayout.Point(x: corner.x + Self.padding, y: corner.y + Self.titleHeight), layouts)
            case .entry(let value), .exit(let value):
                ports.append(
                    Port(
                        node: value.node, result: value.result, x: Int(corner.x + box.width / 2), y: Int(corner.y + box.height / 2)))
            }
        }
        for (link, path) in zip(scope.links, scope.layout.paths) {
            guard !path.isEmpty else {
                undrawnWays += 1
                continue
            }
            var end: Int?
            if case .node(let node) = link.to { end = node }
            ways.append(
                Way(
                    node: link.value.node, result: link.value.result, end: end,
                    points: path.flatMap { [Int((origin.x + $0.x).rounded()), Int((origin.y + $0.y).rounded())] }))
        }
    }

    /// What is in one scope, laid out.
    private struct ScopeLayout {
        let items: [DiagramScopes.Item]
        let links: [DiagramScopes.Link]
        let layout: LayeredLayout
        /// Where the ports of this group are, in x from the left of its frame.
        private(set) var ports: [DiagramScopes.Item: Double] = [:]

        /// - Parameter inner: the layouts of the groups in the scope.
        init(_ scope: DiagramScopes.Scope, _ diagram: Diagram, _ inner: [Int: ScopeLayout]) {
            items = scope.items
            links = scope.links
            let places = Dictionary(uniqueKeysWithValues: scope.items.enumerated().map { ($1, $0) })
            let boxes = scope.items.map { item in
                switch item {
                case .node(let node): return DiagramPicture.size(of: diagram.nodes[node])
                case .group(let group):
                    let title =
                        Double(min(diagram.groups[group].title.count, 2 * DiagramPicture.longestLine)) * DiagramPicture.characterWidth
                    let layout = inner[group]?.layout
                    return LayeredLayout.Box(
                        width: max(layout?.width ?? 0, title) + 2 * DiagramPicture.padding,
                        height: (layout?.height ?? 0) + DiagramPicture.titleHeight + DiagramPicture.padding)
                case .entry: return LayeredLayout.Box(width: DiagramPicture.portSize, height: DiagramPicture.portSize, layer: .first)
                case .exit: return LayeredLayout.Box(width: DiagramPicture.portSize, height: DiagramPicture.portSize, layer: .last)
                }
            }
            var values: [DiagramScopes.Value: Int] = [:]
            let connections = scope.links.map { link in
                var connection = LayeredLayout.Connection(
                    from: places[link.from] ?? 0, to: places[link.to] ?? 0,
                    value: values[link.value, default: values.count])
                values[link.value] = connection.value
                if case .group(let group) = link.from { connection.exit = inner[group]?.ports[.exit(link.value)] }
                if case .group(let group) = link.to { connection.entry = inner[group]?.ports[.entry(link.value)] }
                return connection
            }
            layout = LayeredLayout(boxes: boxes, connections: connections, mostBends: DiagramPicture.mostBends)
            for (index, item) in scope.items.enumerated() {
                switch item {
                case .entry, .exit: ports[item] = layout.origins[index].x + DiagramPicture.portSize / 2 + DiagramPicture.padding
                case .node, .group: break
                }
            }
        }
    }

    private static func size(of node: Diagram.Node) -> LayeredLayout.Box {
        let lines = [node.title, node.label ?? node.name, node.shape].filter { !$0.isEmpty }
        let longest = lines.map { min($0.count, longestLine) }.max() ?? 0
        return LayeredLayout.Box(
            width: (max(96, Double(longest) * characterWidth + 24)).rounded(), height: Double(lines.count) * lineHeight + 12)
    }
}
