import GraphIR

/// Drops nodes whose results nobody reads, functions that nobody calls, and the half of a convolution's results
/// that nobody reads.
///
///     %a = convolution(%x, %v)                         %p = convolution(%x, %w) { pool = 2x2 }
///     %c, %p = convolution(%x, %w)               =>    return %p
///              { pool = 2x2, unpooled }
///     return %p
public let eliminateDeadValues = Pass(
    name: "eliminate-dead-values", summary: "drop operations and functions that no output needs"
) { (graph, changes) throws(PassError) in
    let reached = graph.functionsReached()
    var functions: [Function] = []
    for function in graph.functions {
        if !reached.contains(function.name), changes.permit("function '\(function.name)' dropped: nobody calls it") { continue }
        functions.append(function)
    }
    for index in functions.indices { functions[index].dropDeadNodes(&changes) }
    graph.functions = functions
}

extension Graph {
    /// The graph with only some of the entry's outputs, in the order in which they were. What only the others
    /// need is still there; `eliminate-dead-values` drops it.
    /// - Throws: a `PassError` that lists all names which are no outputs, and the outputs there are.
    public func keepingOutputs(_ names: [String]) throws(PassError) -> Graph {
        var graph = self
        let known = main.outputs.map(\.name)
        let unknown = names.filter { !known.contains($0) }
        let list = { (names: [String]) in names.map { "'\($0)'" }.joined(separator: ", ") }
        guard unknown.isEmpty, !names.isEmpty else {
            let found = names.isEmpty ? "no output is named" : "there is no output \(list(unknown))"
            throw PassError(
                pass: eliminateDeadValues.name, place: "function '\(entry)'", reason: "\(found); the outputs are \(list(known))")
        }
        var main = self.main
        main.outputs.removeAll { !names.contains($0.name) }
        graph.main = main
        return graph
    }

    /// Names of the functions that the entry calls, directly or not, and the entry's.
    fileprivate func functionsReached() -> Set<String> {
        let functions = functionsByName()
        var reached: Set<String> = [entry]
        var pending = [entry]
        while let name = pending.popLast() {
            for node in functions[name]?.nodes ?? [] {
                guard case .call(let call) = node.operation, reached.insert(call.function).inserted else { continue }
                pending.append(call.function)
            }
        }
        return reached
    }
}

extension Function {
    /// Goes from the last node to the first and keeps what an output or a kept node reads.
    fileprivate mutating func dropDeadNodes(_ changes: inout Changes) {
        var isLive = Array(repeating: false, count: values.count)
        for output in outputs { isLive[output.value.index] = true }
        var kept: [Node] = []
        var changed = false
        for node in nodes.reversed() {
            let isDead = !node.outputs.contains { isLive[$0.index] }
            if isDead, changes.permit("'\(node.name)' dropped: nobody reads it") {
                changed = true
                continue
            }
            var node = node
            if let trimmed = node.trimmed(isLive: { isLive[$0.index] }),
                changes.permit("'\(node.name)' makes only the result that is read")
            {
                node = trimmed
                changed = true
            }
            for input in node.inputs { isLive[input.index] = true }
            kept.append(node)
        }
        guard changed else { return }
        nodes = kept.reversed()
        compact()
    }
}

extension Node {
    /// A convolution with two results without the one that nobody reads; nil when both are read.
    fileprivate func trimmed(isLive: (ValueID) -> Bool) -> Node? {
        guard case .convolution(var convolution) = operation, var pooling = convolution.pooling, pooling.keepsUnpooled else {
            return nil
        }
        let (unpooled, pooled) = (isLive(outputs[0]), isLive(outputs[1]))
        guard unpooled != pooled else { return nil }
        pooling.keepsUnpooled = false
        convolution.pooling = pooled ? pooling : nil
        return Node(.convolution(convolution), inputs: inputs, outputs: [outputs[pooled ? 1 : 0]], name: name)
    }
}
