import GraphIR

extension Graph {
    /// The graph with only some of the entry's outputs, in the order in which they were. What only the others need is still there;
    /// `eliminate-dead-values` drops it.
    /// - Throws: where no name is given, and for names of no outputs, all of which are listed with the outputs there are.
    public func keepingOutputs(_ names: [String]) throws(GraphError) -> Graph {
        var graph = self
        var main = self.main
        let known = main.outputs.map(\.name)
        let all = Set(known)
        let unknown = names.filter { !all.contains($0) }
        let list = { (names: [String]) in names.map { "'\($0)'" }.joined(separator: ", ") }
        guard unknown.isEmpty, !names.isEmpty else {
            let found = names.isEmpty ? "no output is named" : "there is no output \(list(unknown))"
            throw GraphError("\(found); the outputs are \(list(known))")
        }
        let kept = Set(names)
        main.outputs.removeAll { !kept.contains($0.name) }
        graph.main = main
        return graph
    }
}
