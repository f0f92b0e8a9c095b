/// What stands in each layer, from left to right: boxes and the bends of connections. Slots below the number of boxes are boxes.
struct LayerSlots {
    private(set) var ranks: [Int]
    private(set) var widths: [Double]
    /// For each layer its slots.
    private(set) var layers: [[Int]]
    /// What joins slots of neighbouring layers.
    private var links: [Link] = []
    private let boxCount: Int
    private let bendWidth: Double

    private struct Link {
        var upper: Int
        var lower: Int
        /// From the middles of the slots, where the link ends.
        var upperOffset: Double
        var lowerOffset: Double
    }

    init(boxes: [LayeredLayout.Box], ranks: [Int], bendWidth: Double) {
        self.ranks = ranks
        self.bendWidth = bendWidth
        boxCount = boxes.count
        widths = boxes.map(\.width)
        layers = [[Int]](repeating: [], count: (ranks.max() ?? -1) + 1)
        for box in boxes.indices { layers[ranks[box]].append(box) }
    }

    private func isBend(_ slot: Int) -> Bool { slot >= boxCount }

    // MARK: Bends

    /// Gives the values' connections bends, those of short ways first.
    /// - Returns: for each connection its bends from top to bottom; nil where it got none because there are too many.
    mutating func addBends(_ connections: [LayeredLayout.Connection], ranks: [Int], most: Int) -> [[Int]?] {
        var byValue: [Int: [Int]] = [:]
        for (index, connection) in connections.enumerated() where ranks[connection.to] > ranks[connection.from] {
            byValue[connection.value, default: []].append(index)
        }
        let spans = byValue.map { value, indices in
            (value: value, span: indices.map { ranks[connections[$0].to] - ranks[connections[$0].from] }.max() ?? 0)
        }
        var chains = [[Int]?](repeating: nil, count: connections.count)
        var left = most
        for (value, span) in spans.sorted(by: { ($0.span, $0.value) < ($1.span, $1.value) }) where span - 1 <= left {
            left -= span - 1
            let indices = byValue[value] ?? []
            let source = connections[indices[0]].from
            let bends = (0..<span - 1).map { addSlot(rank: ranks[source] + 1 + $0) }
            var linked = 0
            for index in indices.sorted(by: { ranks[connections[$0].to] < ranks[connections[$1].to] }) {
                let connection = connections[index]
                let count = ranks[connection.to] - ranks[source] - 1
                let exit = (connection.exit ?? widths[source] / 2) - widths[source] / 2
                for bend in linked..<max(linked, count) {
                    links.append(
                        Link(
                            upper: bend == 0 ? source : bends[bend - 1], lower: bends[bend], upperOffset: bend == 0 ? exit : 0,
                            lowerOffset: 0))
                }
                linked = max(linked, count)
                links.append(
                    Link(
                        upper: count == 0 ? source : bends[count - 1], lower: connection.to, upperOffset: count == 0 ? exit : 0,
                        lowerOffset: (connection.entry ?? widths[connection.to] / 2) - widths[connection.to] / 2))
                chains[index] = Array(bends[..<count])
            }
        }
        return chains
    }

    private mutating func addSlot(rank: Int) -> Int {
        let slot = ranks.count
        ranks.append(rank)
        widths.append(bendWidth)
        layers[rank].append(slot)
        return slot
    }

    // MARK: Order

    private static let orderSweeps = 14

    /// Moves every slot to the mean of its neighbours' places, downwards and upwards in turn, and keeps the order with the fewest
    /// crossings.
    mutating func orderByBarycentres() {
        guard layers.count > 1, !links.isEmpty else { return }
        let (above, below) = neighbours()
        var places = [Double](repeating: 0, count: ranks.count)
        var best = layers
        var fewest = Int.max
        for sweep in 0..<Self.orderSweeps {
            for layer in layers { for (place, slot) in layer.enumerated() { places[slot] = Double(place) } }
            let crossings = crossings(places)
            if crossings < fewest { (best, fewest) = (layers, crossings) }
            if crossings == 0 { break }
            let isDownwards = sweep % 2 == 0
            let order = isDownwards ? Array(layers.indices) : layers.indices.reversed()
            for layer in order {
                let links = isDownwards ? above : below
                // What has no neighbour stays about where it is.
                let keys = layers[layer].enumerated().map { place, slot -> (key: Double, place: Int, slot: Int) in
                    let ends = links[slot]
                    let mean = ends.isEmpty ? Double(place) : ends.reduce(0) { $0 + places[$1] } / Double(ends.count)
                    return (mean, place, slot)
                }
                layers[layer] = keys.sorted { ($0.key, $0.place) < ($1.key, $1.place) }.map(\.slot)
                for (place, slot) in layers[layer].enumerated() { places[slot] = Double(place) }
            }
        }
        layers = best
    }

    private func neighbours() -> (above: [[Int]], below: [[Int]]) {
        var above = [[Int]](repeating: [], count: ranks.count)
        var below = above
        for link in links {
            above[link.lower].append(link.upper)
            below[link.upper].append(link.lower)
        }
        return (above, below)
    }

    /// How many pairs of links cross, by counting inversions with a binary indexed tree (Barth, Jünger and Mutzel, 2002).
    private func crossings(_ places: [Double]) -> Int {
        var byLayer = [[(upper: Int, lower: Int)]](repeating: [], count: layers.count)
        for link in links { byLayer[ranks[link.upper]].append((Int(places[link.upper]), Int(places[link.lower]))) }
        var count = 0
        for (layer, pairs) in byLayer.enumerated() where layer + 1 < layers.count && pairs.count > 1 {
            var tree = [Int](repeating: 0, count: layers[layer + 1].count + 1)
            var seen = 0
            for pair in pairs.sorted(by: { ($0.upper, $0.lower) < ($1.upper, $1.lower) }) {
                var index = pair.lower + 1
                var notRight = 0
                while index > 0 {
                    notRight += tree[index]
                    index &= index - 1
                }
                count += seen - notRight
                index = pair.lower + 1
                while index < tree.count {
                    tree[index] += 1
                    index += index & -index
                }
                seen += 1
            }
        }
        return count
    }

    // MARK: Places

    private static let placeSweeps = 16

    /// The middle of each slot in x: layer by layer as near as possible to what the slots are linked to, in their order and apart.
    /// - Parameter gap: between boxes.
    func centres(gap: Double) -> [Double] {
        var centres = [Double](repeating: 0, count: ranks.count)
        let gaps = layers.map { layer in
            layer.indices.map { index -> Double in
                guard index > 0 else { return 0 }
                let (left, right) = (layer[index - 1], layer[index])
                let between = isBend(left) && isBend(right) ? gap / 2 : gap
                return (widths[left] + widths[right]) / 2 + between
            }
        }
        for (layer, slots) in layers.enumerated() {
            var x = 0.0
            let span = gaps[layer].reduce(0, +)
            for (index, slot) in slots.enumerated() {
                x += gaps[layer][index]
                centres[slot] = x - span / 2
            }
        }
        var (above, below) = ([[Int]](repeating: [], count: ranks.count), [[Int]](repeating: [], count: ranks.count))
        for (index, link) in links.enumerated() {
            above[link.lower].append(index)
            below[link.upper].append(index)
        }
        for sweep in 0..<Self.placeSweeps {
            let isLast = sweep >= Self.placeSweeps - 2
            for layer in sweep % 2 == 0 ? Array(layers.indices) : layers.indices.reversed() {
                let slots = layers[layer]
                var wanted: [Double] = []
                var weights: [Double] = []
                for slot in slots {
                    var (sum, weight) = (0.0, 0.0)
                    // At the end both sides count, so that neither is left askew.
                    for index in sweep % 2 == 0 || isLast ? above[slot] : [] {
                        let link = links[index]
                        let pull = self.pull(link)
                        sum += pull * (centres[link.upper] + link.upperOffset - link.lowerOffset)
                        weight += pull
                    }
                    for index in sweep % 2 == 1 || isLast ? below[slot] : [] {
                        let link = links[index]
                        let pull = self.pull(link)
                        sum += pull * (centres[link.lower] + link.lowerOffset - link.upperOffset)
                        weight += pull
                    }
                    wanted.append(weight > 0 ? sum / weight : centres[slot])
                    weights.append(weight > 0 ? weight : 0.1)
                }
                for (slot, x) in zip(slots, nearest(to: wanted, weights: weights, gaps: gaps[layer])) { centres[slot] = x }
            }
        }
        return centres
    }

    /// Long ways are kept straight, since their bends are seen most.
    private func pull(_ link: Link) -> Double {
        switch (isBend(link.upper), isBend(link.lower)) {
        case (true, true): 8
        case (false, false): 1
        default: 2
        }
    }
}

/// The places nearest to those that are wanted, by the weighted sum of squares, in their order and at least so far apart: with the
/// gaps taken off this is isotonic regression, solved by pooling adjacent violators (Ayer and others, 1955).
///
/// - Parameter gaps: for each place the least distance from the one before it.
func nearest(to wanted: [Double], weights: [Double], gaps: [Double]) -> [Double] {
    struct Pool {
        var mean: Double
        var weight: Double
        var count: Int
    }
    var pools: [Pool] = []
    var shift = 0.0
    for index in wanted.indices {
        shift += gaps[index]
        var pool = Pool(mean: wanted[index] - shift, weight: weights[index], count: 1)
        while let last = pools.last, last.mean > pool.mean {
            let weight = last.weight + pool.weight
            pool = Pool(mean: (last.mean * last.weight + pool.mean * pool.weight) / weight, weight: weight, count: last.count + pool.count)
            pools.removeLast()
        }
        pools.append(pool)
    }
    var result: [Double] = []
    shift = 0
    for pool in pools {
        for _ in 0..<pool.count {
            shift += gaps[result.count]
            result.append(pool.mean + shift)
        }
    }
    return result
}
