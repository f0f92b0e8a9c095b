import GraphIR
import PlanFormat

// Operands of operations that work element by element: views, which the loops of the kernels broadcast.
extension PlanBuilder {
    /// The operands of a node along loops that number its result.
    mutating func broadcastOperands(
        _ node: Node
    ) throws(Unsupported) -> (loop: PlainLoop, views: [PlainView], bases: [PlanValueID]) {
        let shape = try tensor(node.outputs[0]).1
        var views: [TensorView] = []
        for input in node.inputs { views.append(try plainView(input).broadcast(to: shape)) }
        return try nested(shape, views)
    }

    /// Views of one shape as operands of a kernel.
    func nested(
        _ shape: [Int], _ views: [TensorView]
    ) throws(Unsupported) -> (loop: PlainLoop, views: [PlainView], bases: [PlanValueID]) {
        let nest = LoopNest(shape, views.map(\.strides))
        var bases: [PlanValueID] = []
        for view in views {
            guard case .value(let id) = view.base else { throw Unsupported("an operand has no plain form") }
            bases.append(id)
        }
        return (nest.loop, views.indices.map { nest.view($0, offset: views[$0].offset) }, bases)
    }
}
