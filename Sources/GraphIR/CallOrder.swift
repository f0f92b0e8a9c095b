extension Graph {
    /// The functions that calls reach from `roots`, each after the ones it calls; a failure where calls go round in a
    /// circle. Calls of functions that do not exist are left out. Iterative, since a file may nest calls deeply.
    func callOrder(from roots: [String]) -> Result<[String], GraphError> {
        var indexByName: [String: Int] = [:]
        for (index, function) in functions.enumerated() where indexByName[function.name] == nil {
            indexByName[function.name] = index
        }
        var finished = Set<String>(), active = Set<String>()
        var order: [String] = []
        for root in roots where indexByName[root] != nil && !finished.contains(root) {
            var stack = [(name: root, callees: callees(of: root, indexByName))]
            active.insert(root)
            while let (name, callees) = stack.last {
                guard let next = callees.first else {
                    active.remove(name)
                    finished.insert(name)
                    order.append(name)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].callees = callees.dropFirst()
                if active.contains(next) {
                    let circle = stack.map(\.name).drop { $0 != next } + [next]
                    return .failure(GraphError("functions call each other in a circle: \(circle.joined(separator: " calls "))"))
                }
                if !finished.contains(next) {
                    active.insert(next)
                    stack.append((next, self.callees(of: next, indexByName)))
                }
            }
        }
        return .success(order)
    }

    private func callees(of name: String, _ indexByName: [String: Int]) -> ArraySlice<String> {
        guard let index = indexByName[name] else { return [] }
        var seen = Set<String>()
        return functions[index].nodes.compactMap { node in
            guard case .call(let call) = node.operation, indexByName[call.function] != nil else { return nil }
            return seen.insert(call.function).inserted ? call.function : nil
        }[...]
    }
}
