/// Orders the nodes of a graph so that each follows those whose results it needs.
enum ONNXOrder {
    /// The nodes in the file's order where that is one, else in the nearest one.
    ///
    /// - Parameters:
    ///   - isKnown: whether a name stands for something before the first node: an input, a constant, or a value of an
    ///     enclosing graph.
    ///   - isTaken: whether it does so in this graph itself.
    /// - Throws: `.corrupt` where two nodes make the same name, where a name is made nowhere, and where nodes need each
    ///   other in a circle.
    static func sorted(
        _ nodes: [ONNXNode], isKnown: (String) -> Bool, isTaken: (String) -> Bool
    ) throws(ONNXError) -> [ONNXNode] {
        var makers: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            for output in node.outputs where !output.isEmpty {
                guard makers.updateValue(index, forKey: output) == nil, !isTaken(output) else {
                    throw .corrupt(node.name, "the result '\(output)', a name that is taken", accepted: "every name once")
                }
            }
        }
        var needs: [Set<Int>] = []
        for node in nodes {
            var makersOfOperands: Set<Int> = []
            for name in node.inputs + node.capturedNames where !name.isEmpty {
                if let maker = makers[name] {
                    makersOfOperands.insert(maker)
                } else if !isKnown(name) {
                    throw .corrupt(node.name, "the operand '\(name)', which nothing makes", accepted: "a value of the graph")
                }
            }
            needs.append(makersOfOperands)
        }
        if needs.enumerated().allSatisfy({ index, needed in needed.allSatisfy { $0 < index } }) { return nodes }
        return try reordered(nodes, needs)
    }

    /// Repeatedly takes the first node of which everything that it needs is taken.
    private static func reordered(_ nodes: [ONNXNode], _ needs: [Set<Int>]) throws(ONNXError) -> [ONNXNode] {
        var users = [[Int]](repeating: [], count: nodes.count)
        var missing = needs.map(\.count)
        for (index, needed) in needs.enumerated() {
            for maker in needed { users[maker].append(index) }
        }
        var order: [Int] = []
        var ready = missing.indices.filter { missing[$0] == 0 }
        var next = 0
        while next < ready.count {
            let index = ready[next]
            next += 1
            order.append(index)
            for user in users[index] {
                missing[user] -= 1
                if missing[user] == 0 { ready.append(user) }
            }
        }
        guard order.count == nodes.count else { throw circle(nodes, needs, taken: Set(order)) }
        return order.map { nodes[$0] }
    }

    /// Names the nodes of one circle.
    private static func circle(_ nodes: [ONNXNode], _ needs: [Set<Int>], taken: Set<Int>) -> ONNXError {
        var path: [Int] = []
        var positions: [Int: Int] = [:]
        var current = nodes.indices.first { !taken.contains($0) } ?? 0
        while positions[current] == nil {
            positions[current] = path.count
            path.append(current)
            // Every node that is left needs another one that is left.
            current = needs[current].filter { !taken.contains($0) }.min() ?? current
        }
        let members = path[(positions[current] ?? 0)...].map { nodes[$0].name }
        let shown = members.prefix(6).map { "'\($0)'" }.joined(separator: ", ") + (members.count > 6 ? ", …" : "")
        return .corrupt(
            members.first, "\(members.count) nodes that need each other in a circle: \(shown)", accepted: "a graph without circles")
    }
}

extension ONNXNode {
    /// Names of enclosing graphs that the graphs in the node's attributes read.
    var capturedNames: [String] {
        attributes.flatMap { attribute -> [String] in
            guard case .graph(let graph) = attribute.value else { return [] }
            return graph.capturedNames
        }
    }
}

extension ONNXGraph {
    /// Names that the graph reads and does not make itself.
    var capturedNames: [String] {
        var own = Set(inputs.map(\.name) + initializers.map(\.name))
        for node in nodes { own.formUnion(node.outputs) }
        let read = nodes.flatMap { $0.inputs + $0.capturedNames } + outputs.map(\.name)
        return read.filter { !$0.isEmpty && !own.contains($0) }
    }
}
