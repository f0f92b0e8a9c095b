import GraphIR
import PlanFormat

extension Quantization: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.dense(node.inputs[0])
        let (loop, views, bases) = try builder.scales(of: node, axis: axis)
        let kernel = PlainQuantization(loop: loop, scale: views[0], zeroPoint: views.count > 1 ? views[1] : PlainView())
        try builder.addPlain(.quantization(kernel), node, sources: [source] + bases)
    }
}

extension Dequantization: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.dense(node.inputs[0])
        let (loop, views, bases) = try builder.scales(of: node, axis: axis)
        let kernel = PlainDequantization(loop: loop, scale: views[0], zeroPoint: views.count > 1 ? views[1] : PlainView())
        try builder.addPlain(.dequantization(kernel), node, sources: [source] + bases)
    }
}

extension PlanBuilder {
    /// The scale and perhaps the zero point along loops over the first operand.
    fileprivate mutating func scales(
        of node: Node, axis: Int?
    ) throws(Unsupported) -> (loop: PlainLoop, views: [PlainView], bases: [PlanValueID]) {
        let shape = try tensor(node.inputs[0]).1
        var views: [TensorView] = []
        for input in node.inputs.dropFirst() {
            var view = try plainView(input)
            // Along the axis, as if it had the others with one element each; or one for all, or one for each element.
            if let axis {
                let sides = shape.indices.map { $0 == axis ? shape[$0] : 1 }
                view = view.reshaped(to: sides) ?? view
            } else if view.shape == [1], shape != [1] {
                view = view.reshaped(to: []) ?? view
            }
            views.append(view.broadcast(to: shape))
        }
        return try nested(shape, views)
    }
}
