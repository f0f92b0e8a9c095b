import GraphIR
import PlanFormat

extension Softmax: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool { axis == 3 && !logarithm && !layouts.isAmongPlain(node) }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        try builder.add(.softmax, node, sources: [try builder.source(node.inputs[0])])
    }
}

extension Softmax: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.dense(node.inputs[0])
        let (outer, side, inner) = try builder.tensor(node.inputs[0]).1.split(at: axis)
        let kernel = PlainSoftmax(outer: outer, axis: side, inner: inner, logarithm: logarithm)
        try builder.addPlain(.softmax(kernel), node, sources: [source])
    }
}
