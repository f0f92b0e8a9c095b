import GraphIR
import PlanFormat

extension TransposedConvolution: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool { layouts.areConstants(node.inputs.dropFirst()) }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.source(node.inputs[0])
        let kernel = try builder.constant(node.inputs[1], "kernel")
        var p = TransposedConvolutionParameters()
        p.set(window, crop)
        p.activation = Activation(activation)
        let (value, shape, groups) = (kernel.value, kernel.value.shape, groups)
        let key = ConstantKey(sources: [kernel.id.index], packing: .transposed(groups: groups))
        let count = WeightPacking.count(positions: shape[0] * shape[1] * shape[3], outputs: shape[2] * groups)
        let weights = builder.plan.constants.insert(key, count: count) {
            WeightPacking.transposed(value.floats, shape: shape, groups: groups)
        }
        let bias = try builder.bias(hasBias ? node.inputs[2] : nil, channels: kernel.value.shape[2] * groups)
        try builder.add(.transposedConvolution(p), node, sources: [source], constants: [weights, bias])
    }
}

extension TransposedConvolution: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let shape = try builder.tensor(node.outputs[0]).1
        var result = PlainWindow(window, crop, on: try builder.tensor(node.inputs[0]).1)
        (result.resultHeight, result.resultWidth) = (shape[1], shape[2])
        let kernel = PlainTransposedConvolution(
            result, filters: shape[3], groups: groups, activation: Activation(activation))
        var sources: [PlanValueID] = []
        for input in node.inputs { sources.append(try builder.dense(input)) }
        try builder.addPlain(.transposedConvolution(kernel), node, sources: sources)
    }
}

extension TransposedConvolution {
    func checkBounds(of node: Node, _ place: String, in bounds: inout GraphBounds) {
        bounds.check(window, of: node, edges: { _, _ in crop }, place)
        bounds.pack(node.inputs[1], isTransposed: true) {
            let blocks = ($0[2].saturating(times: groups) + PlanValue.lanes - 1) / PlanValue.lanes
            return [$0[0], $0[1], $0[3], blocks].product
        }
    }
}
