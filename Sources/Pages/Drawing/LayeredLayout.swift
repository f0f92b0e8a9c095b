/// Places boxes in layers, one below the other, so that every connection leads down, with few crossings and long connections
/// straight: the method of Sugiyama, Tagawa and Toda, *Methods for Visual Understanding of Hierarchical System Structures*
/// (1981), in about linear time.
///
/// A connection that spans several layers gets a *bend* in each layer between, and connections of one value share these.
struct LayeredLayout {
    struct Box {
        enum Layer {
            /// Below whatever it reads.
            case free
            /// Above all others.
            case first
            /// Below all others.
            case last
        }
        var width: Double
        var height: Double
        var layer = Layer.free
    }

    struct Connection {
        var from: Int
        var to: Int
        /// Connections of one value share bends.
        var value: Int
        /// Where it leaves and enters, in x from the left of the boxes; nil where they may be anywhere.
        var exit: Double?
        var entry: Double?
    }

    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    static let gapBetweenLayers = 34.0
    static let gapBetweenBoxes = 22.0
    private static let bendWidth = 8.0

    let boxes: [Box]
    let connections: [Connection]
    /// The upper left corner of each box.
    private(set) var origins: [Point] = []
    /// The way of each connection, from the lower border of a box to the upper border of another; empty where it has none because the
    /// bends of all that are longer would be too many.
    private(set) var paths: [[Point]] = []
    private(set) var width = 0.0
    private(set) var height = 0.0

    /// - Parameters:
    ///   - connections: without circles.
    ///   - mostBends: beyond these, the longest connections get no way.
    init(boxes: [Box], connections: [Connection], mostBends: Int) {
        self.boxes = boxes
        self.connections = connections
        let ranks = Self.ranks(boxes, connections)
        var slots = LayerSlots(boxes: boxes, ranks: ranks, bendWidth: Self.bendWidth)
        let chains = slots.addBends(connections, ranks: ranks, most: mostBends)
        slots.orderByBarycentres()
        let centres = slots.centres(gap: Self.gapBetweenBoxes)
        place(slots, centres)
        route(slots, centres, chains, ranks)
    }

    // MARK: Layers

    /// The longest way from a box without connections into it, in boxes. What begins a way stands just above its first reader.
    private static func ranks(_ boxes: [Box], _ connections: [Connection]) -> [Int] {
        var readers = [[Int]](repeating: [], count: boxes.count)
        var waiting = [Int](repeating: 0, count: boxes.count)
        for connection in connections {
            readers[connection.from].append(connection.to)
            waiting[connection.to] += 1
        }
        let isSource = waiting.map { $0 == 0 }
        let top = boxes.contains { $0.layer == .first } ? 1 : 0
        var ranks = boxes.map { $0.layer == .first ? 0 : top }
        var ready = boxes.indices.filter { isSource[$0] }
        while let box = ready.popLast() {
            for reader in readers[box] {
                ranks[reader] = max(ranks[reader], ranks[box] + 1)
                waiting[reader] -= 1
                if waiting[reader] == 0 { ready.append(reader) }
            }
        }
        for box in boxes.indices where isSource[box] && boxes[box].layer == .free {
            if let nearest = readers[box].map({ ranks[$0] }).min() { ranks[box] = max(top, nearest - 1) }
        }
        let bottom = boxes.indices.filter { boxes[$0].layer != .last }.map { ranks[$0] + 1 }.max() ?? 0
        for box in boxes.indices where boxes[box].layer == .last { ranks[box] = bottom }
        return ranks
    }

    // MARK: Places and ways

    private mutating func place(_ slots: LayerSlots, _ centres: [Double]) {
        let left = slots.widths.indices.map { centres[$0] - slots.widths[$0] / 2 }.min() ?? 0
        width = (slots.widths.indices.map { centres[$0] + slots.widths[$0] / 2 }.max() ?? 0) - left
        var top = 0.0
        origins = boxes.map { _ in Point(x: 0, y: 0) }
        layerTops = []
        layerBottoms = []
        for layer in slots.layers {
            let tallest = layer.map { $0 < boxes.count ? boxes[$0].height : 0 }.max() ?? 0
            for slot in layer where slot < boxes.count {
                origins[slot] = Point(x: centres[slot] - boxes[slot].width / 2 - left, y: top)
            }
            layerTops.append(top)
            layerBottoms.append(top + tallest)
            top += tallest + Self.gapBetweenLayers
        }
        height = max(0, top - Self.gapBetweenLayers)
        self.left = left
    }

    private var layerTops: [Double] = []
    private var layerBottoms: [Double] = []
    private var left = 0.0

    private mutating func route(_ slots: LayerSlots, _ centres: [Double], _ chains: [[Int]?], _ ranks: [Int]) {
        let (exits, entries) = ports(centres, chains)
        paths = connections.indices.map { index in
            guard let chain = chains[index] else { return [] }
            let connection = connections[index]
            let from = origins[connection.from]
            var points = [Point(x: exits[index], y: from.y + boxes[connection.from].height)]
            // Short boxes in a layer with tall ones.
            points.append(Point(x: exits[index], y: layerBottoms[ranks[connection.from]]))
            for bend in chain {
                let x = centres[bend] - left
                points.append(Point(x: x, y: layerTops[slots.ranks[bend]]))
                points.append(Point(x: x, y: layerBottoms[slots.ranks[bend]]))
            }
            points.append(Point(x: entries[index], y: origins[connection.to].y))
            return Self.withoutIdle(points)
        }
    }

    /// Where connections leave and enter their boxes: where they have to, or else side by side in the order of where they go.
    private func ports(_ centres: [Double], _ chains: [[Int]?]) -> (exits: [Double], entries: [Double]) {
        func middle(_ box: Int) -> Double { origins[box].x + boxes[box].width / 2 }
        var exits = [Double](repeating: 0, count: connections.count)
        var entries = exits
        var leaving = [[Int]](repeating: [], count: boxes.count)
        var entering = leaving
        for (index, connection) in connections.enumerated() {
            exits[index] = connection.exit.map { origins[connection.from].x + $0 } ?? middle(connection.from)
            entries[index] = connection.entry.map { origins[connection.to].x + $0 } ?? middle(connection.to)
            guard chains[index] != nil else { continue }
            if connection.exit == nil { leaving[connection.from].append(index) }
            if connection.entry == nil { entering[connection.to].append(index) }
        }
        for box in boxes.indices {
            // Connections of one value leave together.
            let values = Dictionary(grouping: leaving[box]) { connections[$0].value }
            let targets = values.map { value, indices in
                (
                    value,
                    indices.map { chains[$0]?.first.map { centres[$0] - left } ?? middle(connections[$0].to) }.reduce(0, +)
                        / Double(indices.count)
                )
            }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
            for (place, target) in targets.enumerated() {
                for index in values[target.0] ?? [] { exits[index] = port(place, of: targets.count, on: box) }
            }
            let sources = entering[box].map { ($0, chains[$0]?.last.map { centres[$0] - left } ?? exits[$0]) }
                .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
            for (place, source) in sources.enumerated() { entries[source.0] = port(place, of: sources.count, on: box) }
        }
        return (exits, entries)
    }

    private func port(_ place: Int, of count: Int, on box: Int) -> Double {
        let share = Double(place + 1) / Double(count + 1)
        return origins[box].x + boxes[box].width * (0.15 + 0.7 * share)
    }

    /// Leaves out points that a way passes straight on.
    private static func withoutIdle(_ points: [Point]) -> [Point] {
        var result: [Point] = []
        for point in points {
            if result.last == point { continue }
            if result.count > 1, result[result.count - 1].x == point.x, result[result.count - 2].x == point.x { result.removeLast() }
            result.append(point)
        }
        return result
    }
}
