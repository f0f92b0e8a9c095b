import GraphIR
import PlanFormat

extension Concatenation: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool { axis == 3 && !layouts.isAmongPlain(node) }

    func imageOperands(of node: Node) -> ArraySlice<ValueID> { node.inputs[...] }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        var sources: [PlanValueID] = []
        for operand in node.inputs { sources.append(try builder.source(operand)) }
        try builder.add(.concatenation, node, sources: sources)
    }
}

extension Concatenation: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        var views: [TensorView] = []
        for input in node.inputs { views.append(try builder.plainView(input)) }
        builder.forms[node.outputs[0]] = TensorForm(try builder.joined(views, axis: axis, name: node.name))
    }
}
