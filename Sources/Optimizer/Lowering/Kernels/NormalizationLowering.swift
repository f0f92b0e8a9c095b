import GraphIR
import PlanFormat

extension BatchNormalization: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool {
        layouts.areConstants(node.inputs.dropFirst()) && !layouts.isAmongPlain(node)
    }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.source(node.inputs[0])
        let gamma = try builder.constant(node.inputs[1], "scale")
        let beta = try builder.constant(node.inputs[2], "offset")
        let mean = try builder.constant(node.inputs[3], "mean")
        let variance = try builder.constant(node.inputs[4], "variance")
        let affine = ChannelAffine(
            scale: gamma.value.floats, offset: beta.value.floats, mean: mean.value.floats, variance: variance.value.floats,
            epsilon: epsilon)
        let scale = builder.plan.constants.insert(
            ConstantKey(sources: [gamma.id.index, variance.id.index], packing: .scale(epsilon: epsilon))
        ) { WeightPacking.vector(affine.factors.map { Float($0) }) }
        let sources = [gamma.id.index, beta.id.index, mean.id.index, variance.id.index]
        let shift = builder.plan.constants.insert(ConstantKey(sources: sources, packing: .shift(epsilon: epsilon))) {
            WeightPacking.vector(affine.shifts.map { Float($0) })
        }
        try builder.add(.scaleShift(Activation(activation)), node, sources: [source], constants: [scale, shift])
    }
}

extension BatchNormalization: PlainLowering {
    /// From vectors that are computed: factor = scale / √(variance + epsilon), then x · factor + (offset − mean · factor),
    /// each step in float32.
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let shape = try builder.tensor(node.outputs[0]).1
        let channels = Array(shape.suffix(1))
        var vectors: [TensorView] = []
        for input in node.inputs.dropFirst() { vectors.append(try builder.plainView(input)) }
        let bits = epsilon.bitPattern
        let constant = try builder.constantTensor(.float32, [], ConstantKey(sources: [], packing: .words([bits]))) {
            withUnsafeBytes(of: bits.littleEndian) { Array($0) }
        }
        let added = TensorView(.value(constant), .float32, [])
        let sum = try Self.combined(.add, vectors[3], added, channels, node, in: &builder)
        guard case .value(let sumBase) = sum.base else { throw Unsupported("it has no plain form") }
        let root = try builder.addPlain(
            .elementwise(PlainElementwise(Activation(.sqrt))), sources: [sumBase], .float32, channels, name: node.name)
        let factor = try Self.combined(.divide, vectors[0], TensorView(.value(root), .float32, channels), channels, node, in: &builder)
        let moved = try Self.combined(.multiply, vectors[2], factor, channels, node, in: &builder)
        let shift = try Self.combined(.subtract, vectors[1], moved, channels, node, in: &builder)
        let scaled = try Self.combined(.multiply, try builder.plainView(node.inputs[0]), factor, shape, node, in: &builder)
        builder.forms[node.outputs[0]] = TensorForm(
            try Self.combined(.add, scaled, shift, shape, node, activation: Activation(activation), in: &builder))
    }

    /// Arithmetic of two views as an operation of its own.
    private static func combined(
        _ kind: BinaryParameters.Kind, _ left: TensorView, _ right: TensorView, _ shape: [Int], _ node: Node,
        activation: Activation = .identity, in builder: inout PlanBuilder
    ) throws(Unsupported) -> TensorView {
        let operands = try builder.nested(shape, [left.broadcast(to: shape), right.broadcast(to: shape)])
        let kernel = PlainArithmetic(
            kind, loop: operands.loop, left: operands.views[0], right: operands.views[1], activation: activation)
        let id = try builder.addPlain(.arithmetic(kernel), sources: operands.bases, .float32, shape, name: node.name)
        return TensorView(.value(id), .float32, shape)
    }
}

extension Normalization: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let view = try builder.rowMajor(node.inputs[0])
        guard case .value(let source) = view.base else { throw Unsupported("it has no plain form") }
        let kernelAxes = PlainAxes(view, reducing: axes)
        try builder.addPlain(.normalization(PlainNormalization(kernelAxes, epsilon: epsilon)), node, sources: [source])
    }
}
