import GraphIR
import PlanFormat

extension Gather: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let data = try builder.dense(node.inputs[0])
        let indices = try builder.dense(node.inputs[1])
        let shape = try builder.tensor(node.inputs[0]).1
        let kernel = PlainGather(
            outer: shape[..<axis].reduce(1, *), axis: shape[axis], inner: shape[(axis + 1)...].reduce(1, *))
        try builder.addPlain(.gather(kernel), node, sources: [data, indices])
    }
}
