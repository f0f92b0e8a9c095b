import GraphIR

/// LayerNormalization along some axes.
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
        guard !positive.isEmpty, Set(positive).count == positive.count else { throw GraphError("normalisation along axes \(axes)") }
        let operation = GraphIR.Operation.normalization(Normalization(axes: positive, epsilon: epsilon))
        let normalised = try emitter.append(operation, [tensor.value], part: "normalised")
        // The tensors have the sides of these axes, which broadcast where they are the last ones.
        let rank = emitter.rank(of: tensor)
        let areLast = positive == Array((rank - positive.count)..<rank)
        return [KerasTensor(value: try affine.apply(to: normalised, along: areLast ? nil : positive, in: &emitter))]
    }
}

/// GroupNormalization: over all positions and the channels of a group. Which axis is that of the channels is told.
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
        let rank = emitter.rank(of: operands[0])
        let given = try emitter.axis(axis, of: operands[0])
        guard given > 0 else { throw GraphError("axis \(axis); one behind the batch is expected") }
        // An image with the channels first or last is taken as the IR has it, with its channels last.
        let isFirst = rank == 4 && given == 1
        let isImage = rank == 4 && (isFirst || given == 3)
        let value = isImage ? try emitter.image(operands[0], channelsFirst: isFirst) : try emitter.inModelOrder(operands[0])
        let place = isImage ? 3 : given
        let shape = emitter.type(of: value).shape
        guard let channels = shape[place].constant, channels % max(1, groups) == 0 else {
            throw GraphError("\(shape[place]) channels in \(groups) groups")
        }
        let count = groups == -1 ? channels : groups
        let behind = shape[(place + 1)...].map { Reshape.Side.dimension($0) }
        let front = Array(repeating: Reshape.Side.copied, count: place)
        let parts = front + [.dimension(Dimension(count)), .dimension(Dimension(channels / count))] + behind
        let grouped = try emitter.append(.reshape(Reshape(parts)), [value], part: "grouped")
        let axes = (1...rank).filter { $0 != place }
        let operation = GraphIR.Operation.normalization(Normalization(axes: axes, epsilon: epsilon))
        let normalised = try emitter.append(operation, [grouped], part: "normalised")
        let whole = front + [.dimension(Dimension(channels))] + behind
        let joined = try emitter.append(.reshape(Reshape(whole)), [normalised], part: "joined")
        let result = try affine.apply(to: joined, along: place == rank - 1 ? nil : [place], in: &emitter)
        return [KerasTensor(value: result, isPermuted: isFirst)]
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

    /// - Parameter axes: those whose sides the tensors have; nil where these are the last ones.
    func apply(to value: ValueID, along axes: [Int]?, in emitter: inout KerasEmitter) throws(GraphError) -> ValueID {
        var value = value
        let type = emitter.type(of: value)
        var form = KerasEmitter.Form()
        if let axes {
            form.shape = try type.shape.indices.map { axis throws(GraphError) in
                guard axes.contains(axis) else { return 1 }
                guard let side = type.shape[axis].constant else { throw GraphError("axis \(axis) of \(type) is open") }
                return side
            }
        }
        if scales { value = try emitter.append(.binary(Binary(.multiply)), [value, try emitter.weight(0, form)], part: "scaled") }
        if centers { value = try emitter.append(.binary(Binary(.add)), [value, try emitter.weight(scales ? 1 : 0, form)]) }
        guard emitter.type(of: value) == type else {
            throw emitter.wrongWeights("a tensor \(shapeText(emitter.weightShape(0)))", accepted: "one that fits \(type)")
        }
        return value
    }
}
