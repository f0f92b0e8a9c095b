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
