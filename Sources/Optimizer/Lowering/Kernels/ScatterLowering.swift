import GraphIR
import PlanFormat

extension Scatter: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let data = try builder.dense(node.inputs[0])
        let positions = try builder.dense(node.inputs[1])
        let updates = try builder.dense(node.inputs[2])
        let line = try builder.tensor(node.inputs[0]).1.line(along: 0)
        let kernel = PlainScatter(PlainScatter.Kind(kind), axis: line.axis, inner: line.inner)
        try builder.addPlain(.scatter(kernel), node, sources: [data, positions, updates])
    }
}

extension PlainScatter.Kind {
    fileprivate init(_ kind: Scatter.Kind) {
        switch kind {
        case .replace: self = .replace
        case .add: self = .add
        case .multiply: self = .multiply
        case .minimum: self = .minimum
        case .maximum: self = .maximum
        }
    }
}
