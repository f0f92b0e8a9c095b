import GraphIR

/// DepthwiseConv2D: a convolution with as many groups as channels. The kernel `[kh, kw, C, m]` has the elements of the
/// IR's `[kh, kw, 1, C·m]` in the same order.
struct KerasDepthwiseConvolution: KerasLayerKind {
    static let classNames = ["DepthwiseConv2D"]

    private let part: KerasDepthwisePart
    private let usesBias: Bool
    private let activation: KerasActivation
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        part = KerasDepthwisePart(&arguments)
        usesBias = arguments.flag("use_bias", default: true)
        activation = KerasActivation(&arguments)
        isChannelsFirst = arguments.isChannelsFirst()
    }

    var weights: [KerasWeightRole] { [KerasWeightRole(name: "depthwise_kernel")] + (usesBias ? [.bias] : []) }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let result = try part.apply(to: image, bias: usesBias ? try emitter.weight(1) : nil, in: &emitter)
        return [try activation.apply(to: KerasTensor(value: result, isPermuted: isChannelsFirst), in: &emitter)]
    }
}

/// SeparableConv2D: a depthwise convolution and a 1x1 convolution over its result.
struct KerasSeparableConvolution: KerasLayerKind {
    static let classNames = ["SeparableConv2D"]

    private let part: KerasDepthwisePart
    private let usesBias: Bool
    private let activation: KerasActivation
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        part = KerasDepthwisePart(&arguments)
        usesBias = arguments.flag("use_bias", default: true)
        activation = KerasActivation(&arguments)
        isChannelsFirst = arguments.isChannelsFirst()
        if isChannelsFirst, arguments.dialect.generation == 1 {
            arguments.report("dim_ordering", found: "'th'", accepted: "'tf'")
        }
    }

    var weights: [KerasWeightRole] {
        [KerasWeightRole(name: "depthwise_kernel"), KerasWeightRole(name: "pointwise_kernel")] + (usesBias ? [.bias] : [])
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let depthwise = try part.apply(to: image, bias: nil, in: &emitter, name: "depthwise")
        var inputs = [depthwise, try emitter.weight(1)]
        if usesBias { inputs.append(try emitter.weight(2)) }
        let pointwise = Convolution(window: Window(size: .one), hasBias: usesBias)
        let result = try emitter.append(.convolution(pointwise), inputs)
        return [try activation.apply(to: KerasTensor(value: result, isPermuted: isChannelsFirst), in: &emitter)]
    }
}

/// What both have in common. The kernel is the layer's first tensor.
private struct KerasDepthwisePart {
    let window: Window
    let multiplier: Int

    init(_ arguments: inout KerasArguments) {
        window = arguments.window()
        multiplier = arguments.count("depth_multiplier", default: 1)
    }

    func apply(
        to image: ValueID, bias: ValueID?, in emitter: inout KerasEmitter, name: String? = nil
    ) throws(GraphError) -> ValueID {
        let shape = emitter.weightShape(0)
        guard shape.count == 4, shape[0] == window.size.height, shape[1] == window.size.width, shape[3] == multiplier,
            emitter.type(of: image).shape[3] == Dimension(shape[2])
        else {
            let channels = emitter.type(of: image).shape[3]
            throw emitter.wrongWeights("a kernel \(shapeText(shape))", accepted: "\(window.size)x\(channels)x\(multiplier)")
        }
        let kernel = try emitter.kernel(0, shape: [shape[0], shape[1], 1, shape[2] * shape[3]])
        let operation = Convolution(window: window, groups: shape[2], hasBias: bias != nil)
        return try emitter.append(.convolution(operation), [image, kernel] + (bias.map { [$0] } ?? []), part: name)
    }
}
