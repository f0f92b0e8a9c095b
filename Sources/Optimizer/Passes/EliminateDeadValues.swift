import GraphIR

/// Drops operations whose results nobody reads and functions that nobody calls. A convolution with a fused pooling can give two
/// results, the image before the pooling and the one behind it; where only one of them is read, it gives only that.
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
    /// Names of the entry and of the functions that it calls, directly or through others.
    fileprivate func functionsReached() -> Set<String> {
        let functions = functionsByName()
        var reached: Set<String> = [mainName]
        var pending = [mainName]
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
