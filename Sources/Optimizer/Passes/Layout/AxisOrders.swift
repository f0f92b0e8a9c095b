import GraphIR

/// Decides in which order of axes each operation of a function computes, so that as little as possible is transposed.
///
/// Operations that compute the same in any order form a group where one reads what another makes, directly or through transposes. If the order of
/// one operation of a group is given, each of the others has one order in which nothing is transposed between them; so a group has a single
/// choice to make. Every value that crosses the border of the group (to or from an operation on images, an input, an output) crosses it
/// untransposed with exactly one of the choices, and votes for that one with its number of elements. All of it takes time linear in the function.
struct AxisOrders {
    /// By node: the order in which its ordered operands are read and its results are made; nil where it stays as it is.
    private(set) var chosen: [Permutation?]
    /// What was decided, with a sentence for each group: `'relu' and 3 more in the order [0, 2, 3, 1] of the axes`, and its nodes.
    private(set) var decisions: [(description: String, nodes: [Int])] = []

    private let function: Function
    private let sources: TransposeSources
    private let freedoms: [AxisFreedom?]
    private let producers: [Int?]
    private var edges: [Int: [Edge]] = [:]
    private var votes: [Int: [Vote]] = [:]

    /// `reader` reads what `maker` makes, transposed by `order`.
    private struct Edge {
        let maker: Int
        let reader: Int
        let value: ValueID
        let order: Permutation
    }

    /// The order of a node with which a value crosses the border untransposed.
    private struct Vote {
        let node: Int
        let value: ValueID
        let order: Permutation
        let weight: Double
    }

    init(_ function: Function, _ sources: TransposeSources) {
        self.function = function
        self.sources = sources
        freedoms = function.nodes.map { node in node.operation.axisFreedom(node.inputs.map { function.type(of: $0) }) }
        var producers = [Int?](repeating: nil, count: function.values.count)
        for (index, node) in function.nodes.enumerated() { for output in node.outputs { producers[output.index] = index } }
        self.producers = producers
        chosen = Array(repeating: nil, count: function.nodes.count)
        for index in function.nodes.indices { connect(index) }
        for output in function.outputs { addVote(forReading: output.value, share: Self.interfaceShare) }
        decide()
    }

    /// By what the votes of inputs and outputs of the function are multiplied. Their rows are transposed while they are read or written, which
    /// costs little, whereas a transpose inside the function keeps the operations beside it from being fused.
    private static let interfaceShare = 0.1
}

// MARK: What meets what
extension AxisOrders {
    private mutating func connect(_ index: Int) {
        let node = function.nodes[index]
        if case .transpose = node.operation, sources.isTransparent(node.outputs[0]) { return }
        for (position, operand) in node.inputs.enumerated() {
            guard let freedom = freedoms[index], freedom.roles[position] == .ordered else {
                addVote(forReading: operand, share: isIndifferent(node, to: operand) ? 0.01 : 1)
                continue
            }
            let (value, order) = sources.source(of: operand, rank: freedom.rank)
            if let maker = orderedMaker(of: value) {
                let edge = Edge(maker: maker, reader: index, value: value, order: order)
                edges[maker, default: []].append(edge)
                edges[index, default: []].append(edge)
            } else {
                let weight = weight(of: value) * (producers[value.index] == nil ? Self.interfaceShare : 1)
                votes[index, default: []].append(Vote(node: index, value: value, order: order.inverse, weight: weight))
            }
        }
    }

    /// Lets a value vote for the order in which somebody reads it who takes no other.
    private mutating func addVote(forReading operand: ValueID, share: Double) {
        let (value, order) = sources.source(of: operand, rank: function.type(of: operand).rank)
        guard let maker = orderedMaker(of: value) else { return }
        votes[maker, default: []].append(Vote(node: maker, value: value, order: order, weight: weight(of: value) * share))
    }

    /// The node that makes a value, if it computes in any order and makes its result in the order in which it computes.
    private func orderedMaker(of value: ValueID) -> Int? {
        guard let maker = producers[value.index], let freedom = freedoms[maker], freedom.removedAxes.isEmpty else { return nil }
        return maker
    }

    /// How much is moved where a value is transposed: its number of elements, each symbol counted as 32. Constants count nothing, because
    /// they are transposed at compile time.
    private func weight(of value: ValueID) -> Double {
        if let maker = producers[value.index], case .constant = function.nodes[maker].operation { return 0 }
        return function.type(of: value).shape.reduce(1) { product, side in
            let symbols = Dictionary(side.symbols.map { ($0, 32) }, uniquingKeysWith: max)
            return product * Double(max(1, side.substituting(symbols).constant ?? 1))
        }
    }

    /// Whether an operation reads the same elements one after the other in most orders of a value's axes, as the reshape of one vector
    /// for each sample does.
    private func isIndifferent(_ node: Node, to value: ValueID) -> Bool {
        guard case .reshape = node.operation else { return false }
        return function.type(of: value).shape.dropFirst().count { $0 != 1 } <= 1
    }
}

// MARK: Decisions
extension AxisOrders {
    private mutating func decide() {
        var relative = [Permutation?](repeating: nil, count: function.nodes.count)
        for first in function.nodes.indices where relative[first] == nil {
            guard let freedom = freedoms[first] else { continue }
            relative[first] = .identity(freedom.rank)
            var group = [first]
            var position = 0
            while position < group.count {
                let node = group[position]
                position += 1
                for edge in edges[node] ?? [] {
                    guard let own = relative[node] else { continue }
                    let other = edge.maker == node ? edge.reader : edge.maker
                    guard relative[other] == nil else { continue }
                    relative[other] = edge.maker == node ? edge.order.inverse.then(own) : edge.order.then(own)
                    group.append(other)
                }
            }
            decide(group, relative)
        }
    }

    /// Takes the choice with the most votes for a group, where it is better than leaving everything as it is.
    private mutating func decide(_ group: [Int], _ relative: [Permutation?]) {
        var counted = Set<Crossing>()
        var transposed = Set<Crossing>()
        var weights: [Permutation: Double] = [:]
        var allVotes = 0.0
        var staying = 0.0
        for node in group {
            guard let own = relative[node] else { continue }
            for vote in votes[node] ?? [] {
                let choice = own.inverse.then(vote.order)
                if counted.insert(Crossing(value: vote.value, order: choice)).inserted {
                    weights[choice, default: 0] += vote.weight
                    allVotes += vote.weight
                }
                if !vote.order.isIdentity, transposed.insert(Crossing(value: vote.value, order: vote.order)).inserted {
                    staying += vote.weight
                }
            }
        }
        var conflicts = 0.0
        for node in group {
            for edge in edges[node] ?? [] where edge.maker == node {
                guard transposed.insert(Crossing(value: edge.value, order: edge.order)).inserted else { continue }
                let weight = weight(of: edge.value)
                if !edge.order.isIdentity { staying += weight }
                guard let made = relative[edge.maker], let read = relative[edge.reader] else { continue }
                if edge.order.then(read) != made { conflicts += weight }
            }
        }
        // Among equal ones the choice must not depend on the order of a dictionary, so the axes decide.
        let best = weights.max { $0.value == $1.value ? $1.key.axes.lexicographicallyPrecedes($0.key.axes) : $0.value < $1.value }
        guard let best, allVotes - best.value + conflicts < staying else { return }
        var moved: [Int] = []
        for node in group {
            guard let order = relative[node]?.then(best.key), !order.isIdentity else { continue }
            guard function.nodes[node].operation.reordered(order) != nil else { continue }
            chosen[node] = order
            moved.append(node)
        }
        guard let first = moved.first, let order = chosen[first] else { return }
        let others = moved.count > 1 ? " and \(moved.count - 1) more" : ""
        decisions.append(("'\(function.nodes[first].name)'\(others) in the order \(order.axes) of the axes", moved))
    }

    /// A value in an order of its axes. It counts once for all who read it in this order, since it would be transposed once for them.
    private struct Crossing: Hashable {
        let value: ValueID
        let order: Permutation
    }

    /// Leaves the nodes of a decision as they are.
    mutating func withdraw(_ decision: Int) {
        for node in decisions[decision].nodes { chosen[node] = nil }
    }

    /// How a node reads its operands; nil for one that computes in no other order.
    func freedom(of node: Int) -> AxisFreedom? { freedoms[node] }
}
