import GraphIR
import PlanFormat

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
