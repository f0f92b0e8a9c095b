import GraphIR

/// Conv2D. Its kernel is `[kh, kw, Ci / groups, Co]` whatever the order of the image's axes.
struct KerasConvolution: KerasLayerKind {
    static let classNames = ["Conv2D"]

    private let filters: Int
    private let window: Window
    private let groups: Int
    private let usesBias: Bool
    private let activation: KerasActivation
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        filters = arguments.count("filters")
        window = arguments.window()
        groups = arguments.count("groups", default: 1)
        usesBias = arguments.flag("use_bias", default: true)
        activation = KerasActivation(&arguments)
        isChannelsFirst = arguments.isChannelsFirst()
    }

    var weights: [KerasWeightRole] { usesBias ? [.kernel, .bias] : [.kernel] }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        // Keras 1 keeps a channels_first kernel as [Co, Ci, kh, kw].
        let axes = emitter.dialect.generation == 1 && isChannelsFirst ? [2, 3, 1, 0] : nil
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let channels = emitter.type(of: image).shape[3].constant.map { $0 / groups }
        try emitter.requireKernel(emitter.weightShape(0, axes: axes), [window.size.height, window.size.width, channels, filters])
        var inputs = [image, try emitter.kernel(0, axes: axes)]
        if usesBias { inputs.append(try emitter.weight(1)) }
        let operation = Convolution(window: window, groups: groups, hasBias: usesBias)
        let result = try emitter.append(.convolution(operation), inputs)
        return [try activation.apply(to: KerasTensor(value: result, isPermuted: isChannelsFirst), in: &emitter)]
    }
}

func requireOne(_ operands: [KerasTensor]) throws(GraphError) {
    guard operands.count == 1 else { throw GraphError("\(operands.count) operands; one is expected") }
}
