/// A diagram taken apart at the borders of its groups, so that each group can be drawn by itself: what crosses a border does so
/// through a *port*, one for each value.
struct DiagramScopes {
    enum Item: Hashable {
        case node(Int)
        /// Drawn inside of the scope as one box.
        case group(Int)
        /// Where a value comes in from around the group.
        case entry(Value)
        /// Where a value goes out.
        case exit(Value)
    }

    struct Value: Hashable {
        var node: Int
        var result: Int
    }

    struct Link: Hashable {
        var value: Value
        var from: Item
        var to: Item
    }

    /// What is drawn inside of one group, or outside of all.
    struct Scope {
        var items: [Item] = []
        var links: [Link] = []
        fileprivate var known: Set<Item> = []
        fileprivate var knownLinks: Set<Link> = []

        fileprivate mutating func add(_ item: Item) {
            if known.insert(item).inserted { items.append(item) }
        }

        fileprivate mutating func add(_ link: Link) {
            if knownLinks.insert(link).inserted { links.append(link) }
        }
    }

    /// For each group its scope; groups that are drawn open and without a frame of their own are empty.
    private(set) var scopes: [Int: Scope] = [:]
    /// The parents of groups that are drawn; nil for those in none.
    private(set) var parents: [Int: Int?] = [:]
    /// Stands for the scope outside of all groups.
    static let outside = -1

    private let diagram: Diagram
    private var isDissolved: [Bool]

    init(_ diagram: Diagram) {
        self.diagram = diagram
        isDissolved = diagram.groups.map { _ in false }
        // Passes may have moved nodes between groups, so that two groups read from each other: these cannot be drawn one below the
        // other, and their nodes are drawn without a frame. Each round dissolves a group at least.
        repeat { build() } while dissolveCircles()
    }

    /// The nearest group around that is drawn.
    private func drawn(_ group: Int?) -> Int? {
        var group = group
        while let index = group, isDissolved[index] { group = diagram.groups[index].parent }
        return group
    }

    /// The groups around a node, the innermost first, then ``outside``.
    private func scopesAround(_ node: Int) -> [Int] {
        var result: [Int] = []
        var group = drawn(diagram.nodes[node].group)
        while let index = group {
            result.append(index)
            group = drawn(diagram.groups[index].parent)
        }
        return result + [Self.outside]
    }

    private mutating func build() {
        scopes = [Self.outside: Scope()]
        parents = [:]
        for node in diagram.nodes.indices {
            var item = Item.node(node)
            for scope in scopesAround(node) {
                scopes[scope, default: Scope()].add(item)
                item = .group(scope)
            }
        }
        for group in scopes.keys where group != Self.outside { parents[group] = drawn(diagram.groups[group].parent) }
        for edge in diagram.edges { add(edge) }
    }

    /// Leads an edge out of the groups around its start and into those around its end.
    private mutating func add(_ edge: Diagram.Edge) {
        let value = Value(node: edge.from, result: edge.result)
        var outwards = scopesAround(edge.from)
        var inwards = scopesAround(edge.to)
        while outwards.count > 1, inwards.count > 1, outwards[outwards.count - 2] == inwards[inwards.count - 2] {
            outwards.removeLast()
            inwards.removeLast()
        }
        var from = Item.node(edge.from)
        for scope in outwards.dropLast() {
            scopes[scope]?.add(Item.exit(value))
            scopes[scope]?.add(Link(value: value, from: from, to: .exit(value)))
            from = .group(scope)
        }
        var to = Item.node(edge.to)
        for scope in inwards.dropLast() {
            scopes[scope]?.add(Item.entry(value))
            scopes[scope]?.add(Link(value: value, from: .entry(value), to: to))
            to = .group(scope)
        }
        scopes[outwards[outwards.count - 1]]?.add(Link(value: value, from: from, to: to))
    }

    /// - Returns: whether there were any.
    private mutating func dissolveCircles() -> Bool {
        var found = false
        for (_, scope) in scopes.sorted(by: { $0.key < $1.key }) {
            for case .group(let group) in Self.inCircles(scope) {
                isDissolved[group] = true
                found = true
            }
        }
        return found
    }

    /// The items that are left when those that nothing is waited for are taken away one after the other, from both ends.
    private static func inCircles(_ scope: Scope) -> [Item] {
        var left = Set(scope.items)
        for isForwards in [true, false] {
            var next: [Item: [Item]] = [:]
            var waiting: [Item: Int] = [:]
            for link in scope.links where left.contains(link.from) && left.contains(link.to) {
                let (first, second) = isForwards ? (link.from, link.to) : (link.to, link.from)
                next[first, default: []].append(second)
                waiting[second, default: 0] += 1
            }
            var ready = left.filter { waiting[$0, default: 0] == 0 }
            while let item = ready.popFirst() {
                left.remove(item)
                for other in next[item] ?? [] {
                    waiting[other, default: 0] -= 1
                    if waiting[other] == 0 { ready.insert(other) }
                }
            }
        }
        return scope.items.filter(left.contains)
    }
}
