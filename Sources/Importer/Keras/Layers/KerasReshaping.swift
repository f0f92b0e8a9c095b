import GraphIR

/// Reshape to `target_shape`, in which the batch is not listed and stays as it is; -1 stands for the side that follows from the
/// others.
struct KerasReshape: KerasLayerKind {
    static let classNames = ["Reshape"]
    private let target: [Int]
    /// Whether the batch is in the shape, as in that of the function `reshape` of Keras 3, which has a class of the same name.
    private let hasBatch: Bool

    init(_ arguments: inout KerasArguments) {
        hasBatch = arguments["newshape"] != nil
        if hasBatch {
            target = arguments.integers("newshape") ?? []
            return
        }
        target = arguments.integers("target_shape") ?? []
        if arguments["target_shape"] == nil { arguments.report("target_shape", found: "missing", accepted: "a list of sides") }
        if target.contains(where: { $0 < -1 || $0 == 0 }) || target.count(where: { $0 == -1 }) > 1 {
            arguments.report("target_shape", found: "\(target)", accepted: "positive sides, at most one of them -1")
        }
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        if hasBatch { return [try KerasFunctionShapes.reshape(operands[0], to: target, &emitter)] }
        let value = try emitter.inModelOrder(operands[0])
        let sides = target.map { $0 == -1 ? Reshape.Side.inferred : .dimension(Dimension($0)) }
        return [KerasTensor(value: try emitter.append(.reshape(Reshape([.copied] + sides)), [value]))]
    }
}

/// Flatten. With `channels_first` Keras puts the channels last before it flattens.
struct KerasFlatten: KerasLayerKind {
    static let classNames = ["Flatten"]
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        // Before Keras 2.2 there was no such argument, and the axes were taken as they came.
        isChannelsFirst = arguments["data_format"] != nil && arguments.isChannelsFirst()
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let isImage = emitter.rank(of: operands[0]) == 4
        let value =
            isImage && isChannelsFirst
            ? try emitter.image(operands[0], channelsFirst: true) : try emitter.inModelOrder(operands[0])
        return [KerasTensor(value: try emitter.append(.reshape(Reshape([.copied, .inferred])), [value]))]
    }
}

/// Permute: `dims` counts from 1, the batch stays.
struct KerasPermute: KerasLayerKind {
    static let classNames = ["Permute"]
    private let axes: [Int]

    init(_ arguments: inout KerasArguments) {
        axes = arguments.integers("dims") ?? []
        if axes.sorted() != Array(1..<(axes.count + 1)) || axes.isEmpty {
            arguments.report("dims", found: "\(axes)", accepted: "each axis once, from 1")
        }
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let value = try emitter.inModelOrder(operands[0])
        return [KerasTensor(value: try emitter.append(.transpose(Transpose([0] + axes)), [value]))]
    }
}
