// What passes need to change a function. Ids have to be in range, which the verifier checks of foreign graphs.
extension Function {
    /// For each value, by its index, the indices of the nodes that read it, ascending and without repetition.
    /// Outputs of the function are no nodes: see ``outputs``.
    public func users() -> [[Int]] {
        var users = [[Int]](repeating: [], count: values.count)
        for (index, node) in nodes.enumerated() {
            for input in node.inputs where users[input.index].last != index { users[input.index].append(index) }
        }
        return users
    }

    /// For each value, by its index, the node that makes it; nil for inputs and for values that nothing makes.
    public func producers() -> [Int?] {
        var producers = [Int?](repeating: nil, count: values.count)
        for (index, node) in nodes.enumerated() {
            for output in node.outputs { producers[output.index] = index }
        }
        return producers
    }

    /// The index of the node that makes a value, nil for an input. Linear; ``producers()`` answers for all values.
    public func nodeIndex(producing value: ValueID) -> Int? { nodes.firstIndex { $0.outputs.contains(value) } }

    /// The node that makes a value, nil for an input.
    public func node(producing value: ValueID) -> Node? { nodeIndex(producing: value).map { nodes[$0] } }

    /// Whether a value is one of the function's outputs.
    public func isOutput(_ value: ValueID) -> Bool { outputs.contains { $0.value == value } }

    /// Makes every node and output that reads `old` read `new` instead.
    public mutating func replaceUses(of old: ValueID, with new: ValueID) {
        for index in nodes.indices where nodes[index].inputs.contains(old) {
            nodes[index].inputs = nodes[index].inputs.map { $0 == old ? new : $0 }
        }
        for index in outputs.indices where outputs[index].value == old { outputs[index].value = new }
    }

    /// Adds a value under a name that derives from `name` and is unique in the function.
    public mutating func addValue(_ name: String, _ type: TensorType) -> ValueID {
        let used = Set(values.map(\.name))
        var unique = name
        var suffix = 1
        while used.contains(unique) {
            unique = "\(name).\(suffix)"
            suffix += 1
        }
        values.append(Value(name: unique, type: type))
        return ValueID(values.count - 1)
    }

    /// Drops values that are neither inputs nor made by a node, and numbers the others in the order in which they are
    /// defined: inputs first, then the nodes' results. Nodes stay, also those that nothing reads.
    public mutating func compact() {
        var order = inputs
        for node in nodes { order += node.outputs }
        var renumbered = [ValueID?](repeating: nil, count: values.count)
        var kept: [Value] = []
        for value in order where renumbered[value.index] == nil {
            renumbered[value.index] = ValueID(kept.count)
            kept.append(values[value.index])
        }
        // A value that is read but never made is the verifier's to report; it is kept behind the others.
        for value in nodes.flatMap(\.inputs) + outputs.map(\.value) where renumbered[value.index] == nil {
            renumbered[value.index] = ValueID(kept.count)
            kept.append(values[value.index])
        }
        func new(_ value: ValueID) -> ValueID { renumbered[value.index] ?? value }
        values = kept
        inputs = inputs.map(new)
        outputs = outputs.map { Output(name: $0.name, value: new($0.value)) }
        for index in nodes.indices {
            nodes[index].inputs = nodes[index].inputs.map(new)
            nodes[index].outputs = nodes[index].outputs.map(new)
        }
    }
}
