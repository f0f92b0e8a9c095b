import GraphIR
import PlanFormat

// Along some axes of a tensor.

extension Reduction: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let view = try builder.plainView(node.inputs[0])
        guard case .value(let source) = view.base else { throw Unsupported("it has no plain form") }
        let kernelKind: PlainReduction.Kind =
            switch kind {
            case .mean: .mean
            case .sum: .sum
            case .maximum: .maximum
            case .minimum: .minimum
            case .product: .product
            }
        try builder.addPlain(.reduction(PlainReduction(kernelKind, PlainAxes(view, reducing: axes))), node, sources: [source])
    }
}

extension ArgumentMaximum: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.dense(node.inputs[0])
        let (outer, side, inner) = try builder.tensor(node.inputs[0]).1.split(at: axis)
        let kernel = PlainArgumentMaximum(outer: outer, axis: side, inner: inner, selectsLast: selectsLast)
        try builder.addPlain(.argumentMaximum(kernel), node, sources: [source])
    }
}
