import GraphIR

/// LayerNormalization along the last axes.
struct KerasLayerNormalization: KerasLayerKind {
    static let classNames = ["LayerNormalization"]

    private let axes: [Int]
    private let epsilon: Float
    private let affine: KerasScaleAndOffset

    init(_ arguments: inout KerasArguments) {
        axes = arguments.integers("axis") ?? [-1]
        epsilon = arguments.number("epsilon", default: 1e-3)
        affine = KerasScaleAndOffset(&arguments)
        arguments.require("rms_scaling", is: .bool(false))
    }

    var weights: [KerasWeightRole] { affine.weights }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let tensor = KerasTensor(value: try emitter.inModelOrder(operands[0]))
        var positive: [Int] = []
        for axis in axes { positive.append(try emitter.axis(axis, of: tensor)) }
        positive.sort()
        // The tensors have the sides of these axes, which broadcast where they are the last ones.
        let rank = emitter.rank(of: tensor)
        guard !positive.isEmpty, positive == Array((rank - positive.count)..<rank) else {
            throw GraphError("normalisation along axes \(axes); the last axes are expected")
        }
        let operation = GraphIR.Operation.normalization(Normalization(axes: positive, epsilon: epsilon))
        let normalised = try emitter.append(operation, [tensor.value], part: "normalised")
        return [KerasTensor(value: try affine.apply(to: normalised, in: &emitter))]
    }
}

/// GroupNormalization: over all positions and the channels of a group.
struct KerasGroupNormalization: KerasLayerKind {
    static let classNames = ["GroupNormalization"]

    private let groups: Int
    private let axis: Int
    private let epsilon: Float
    private let affine: KerasScaleAndOffset

    init(_ arguments: inout KerasArguments) {
        // -1 stands for as many groups as channels.
        groups = arguments["groups"]?.integer == -1 ? -1 : arguments.count("groups", default: 32)
        axis = arguments.axis("axis", default: -1)
        epsilon = arguments.number("epsilon", default: 1e-3)
        affine = KerasScaleAndOffset(&arguments)
    }

    var weights: [KerasWeightRole] { affine.weights }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let isFirst = emitter.rank(of: operands[0]) == 4 ? try emitter.axis(axis, of: operands[0]) == 1 : false
        let image = try emitter.image(operands[0], channelsFirst: isFirst)
        guard isFirst || axis == -1 || axis == 3 else { throw GraphError("axis \(axis); the channels are expected") }
        let shape = emitter.type(of: image).shape
        guard let channels = shape[3].constant, channels % max(1, groups) == 0 else {
            throw GraphError("\(shape[3]) channels in \(groups) groups")
        }
        let count = groups == -1 ? channels : groups
        let parts = Reshape([
            .copied, .copied, .copied, .dimension(Dimension(count)), .dimension(Dimension(channels / count)),
        ])
        let grouped = try emitter.append(.reshape(parts), [image], part: "grouped")
        let operation = GraphIR.Operation.normalization(Normalization(axes: [1, 2, 4], epsilon: epsilon))
        let normalised = try emitter.append(operation, [grouped], part: "normalised")
        let whole = Reshape([.copied, .copied, .copied, .dimension(Dimension(channels))])
        let joined = try emitter.append(.reshape(whole), [normalised], part: "joined")
        return [KerasTensor(value: try affine.apply(to: joined, in: &emitter), isPermuted: isFirst)]
    }
}

/// The tensors `gamma` and `beta`, each of which the layer's arguments may leave out.
private struct KerasScaleAndOffset {
    let scales: Bool
    let centers: Bool

    init(_ arguments: inout KerasArguments) {
        scales = arguments.flag("scale", default: true)
        centers = arguments.flag("center", default: true)
    }

    var weights: [KerasWeightRole] {
        (scales ? [KerasWeightRole(name: "gamma")] : []) + (centers ? [KerasWeightRole(name: "beta")] : [])
    }

    func apply(to value: ValueID, in emitter: inout KerasEmitter) throws(GraphError) -> ValueID {
        var value = value
        let type = emitter.type(of: value)
        if scales { value = try emitter.append(.binary(Binary(.multiply)), [value, try emitter.weight(0)], part: "scaled") }
        if centers { value = try emitter.append(.binary(Binary(.add)), [value, try emitter.weight(scales ? 1 : 0)]) }
        guard emitter.type(of: value) == type else {
            throw emitter.wrongWeights("a tensor \(shapeText(emitter.weightShape(0)))", accepted: "one that fits \(type)")
        }
        return value
    }
}
