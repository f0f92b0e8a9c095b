import GraphIR
import PlanFormat

extension Gather: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let (data, line) = try builder.line(node.inputs[0], along: axis)
        let indices = try builder.dense(node.inputs[1])
        try builder.addPlain(.gather(PlainGather(line)), node, sources: [data, indices])
    }
}
