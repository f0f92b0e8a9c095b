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
        let (source, line) = try builder.line(node.inputs[0], along: axis)
        try builder.addPlain(.softmax(PlainSoftmax(line, logarithm: logarithm)), node, sources: [source])
    }
}
