extension Graph {
    /// The functions that calls reach from `roots`, each after the ones it calls; a failure where calls go round in a
    /// circle. Calls of functions that do not exist are left out. Iterative, since a file may nest calls deeply.
    func callOrder(from roots: [String]) -> Result<[String], GraphError> {
        var indexByName: [String: Int] = [:]
        for (index, function) in functions.enumerated() where indexByName[function.name] == nil {
            indexByName[function.name] = index
        }
        var finished = Set<String>()
        var active = Set<String>()
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

/// What a function becomes with every call expanded.
struct CallExpansion {
    /// Nodes, the calls themselves included; saturates above ``Limits/expandedNodeCount``.
    var nodeCount: Int
    /// Functions that are active at once, this one included.
    var depth: Int
}

extension Graph {
    /// The expansions of functions given in call order, each after the ones it calls.
    func expansions(_ order: [String]) -> [(function: Function, expansion: CallExpansion)] {
        let functions = functionsByName()
        var known: [String: CallExpansion] = [:]
        var result: [(function: Function, expansion: CallExpansion)] = []
        for name in order {
            guard let function = functions[name] else { continue }
            var expansion = CallExpansion(nodeCount: min(function.nodes.count, Limits.expandedNodeCount + 1), depth: 1)
            for node in function.nodes {
                guard case .call(let call) = node.operation, let callee = known[call.function] else { continue }
                expansion.nodeCount = min(expansion.nodeCount + callee.nodeCount, Limits.expandedNodeCount + 1)
                expansion.depth = max(expansion.depth, callee.depth + 1)
            }
            known[name] = expansion
            result.append((function, expansion))
        }
        return result
    }

    /// Everything that is wrong with expanding all the calls that `roots` reach: circles, too many nodes, calls nested too
    /// deeply. A few functions that call each other twice make very many nodes.
    public func expansionProblems(from roots: [String]) -> [GraphError] {
        switch callOrder(from: roots) {
        case .failure(let error): return [error]
        case .success(let order):
            return expansions(order).flatMap { function, expansion in
                var problems: [GraphError] = []
                if expansion.nodeCount > Limits.expandedNodeCount {
                    let message = "it has more than \(Limits.expandedNodeCount) nodes with calls expanded"
                    problems.append(GraphError(message, function: function.name))
                }
                if expansion.depth > Limits.callDepth {
                    let message = "its calls are nested \(expansion.depth) deep; at most \(Limits.callDepth) are supported"
                    problems.append(GraphError(message, function: function.name))
                }
                return problems
            }
        }
    }
}
