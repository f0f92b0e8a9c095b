import GraphIR
import PlanFormat

/// A dense layer on every pixel is a 1x1 convolution.
extension MatrixMultiplication: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool {
        layouts.areConstants(node.inputs.dropFirst()) && layouts.couldBeImages(node.inputs[0])
            && layouts.function.type(of: node.inputs[1]).rank == 2
    }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let matrix = try builder.constant(node.inputs[1], "second factor")
        let source = try builder.source(node.inputs[0])
        let shape = [1, 1] + matrix.value.shape
        var p = ConvolutionParameters()
        p.imageHeight = builder.plan.values[source.index].height
        p.imageWidth = builder.plan.values[source.index].width
        p.activation = Activation(activation)
        let key = ConstantKey(sources: [matrix.id.index], packing: .direct(sourceChannels: [shape[2]]))
        let value = matrix.value
        let count = WeightPacking.count(positions: shape[2], outputs: shape[3])
        let weights = builder.plan.constants.insert(key, count: count) {
            WeightPacking.direct(value.floats, shape: shape, sourceChannels: [shape[2]])
        }
        let bias = try builder.bias(hasBias ? node.inputs[2] : nil, channels: shape[3])
        try builder.add(.convolution(p), node, sources: [source], constants: [weights, bias])
    }
}

extension MatrixMultiplication: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let shape = try builder.tensor(node.outputs[0]).1
        let leading = Array(shape.dropLast(2))
        let (left, leftBase) = try Self.matrices(node.inputs[0], leading, in: &builder)
        let (right, rightBase) = try Self.matrices(node.inputs[1], leading, in: &builder)
        var sources = [leftBase, rightBase]
        if hasBias { sources.append(try builder.dense(node.inputs[2])) }
        let nest = LoopNest(leading, [left.strides, right.strides])
        let depth = try builder.tensor(node.inputs[1]).1.dropLast().last ?? 1
        let kernel = PlainMatrixMultiplication(
            rows: shape[shape.count - 2], depth: depth, columns: shape[shape.count - 1],
            loop: nest.loop, left: nest.view(0, offset: left.offset), right: nest.view(1, offset: right.offset),
            activation: Activation(activation))
        try builder.addPlain(.matrixMultiplication(kernel), node, sources: sources)
    }

    /// Where the dense matrices of an operand begin, for each position of the leading axes.
    private static func matrices(
        _ value: ValueID, _ leading: [Int], in builder: inout PlanBuilder
    ) throws(Unsupported) -> (TensorView, PlanValueID) {
        var view = try builder.plainView(value)
        if Array(view.strides.suffix(2)) != TensorView.rowMajor(Array(view.shape.suffix(2))) { view = try builder.rowMajor(value) }
        guard case .value(let base) = view.base else { throw Unsupported("an operand has no plain form") }
        let starts = view.dropping(2).broadcast(to: leading)
        return (starts, base)
    }
}
