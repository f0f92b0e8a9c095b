import GraphIR

/// MaxPooling2D and AveragePooling2D. Padded positions do not count, neither for a maximum nor for an average.
struct KerasPooling: KerasLayerKind {
    static let classNames = ["MaxPooling2D", "AveragePooling2D"]

    private let kind: Pooling.Kind
    private let window: Window
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        kind = arguments.declaration.className.hasPrefix("Max") ? .maximum : .average
        let size = arguments.pair("pool_size", default: Spatial(2, 2))
        var window = Window(size: size, strides: arguments.pair("strides", default: size))
        if arguments.isSamePadded() {
            window.padding = .same
            if arguments.dialect.isTheano { arguments.report("padding", found: "'same' of Theano", accepted: "'valid'") }
            // Where one side has more than the other, PyTorch's backend repeats the border or adds zeros, and counts them.
            let isEven = window.strides == .one && window.size.height % 2 == 1 && window.size.width % 2 == 1
            if arguments.dialect.isTorch, kind == .average, !isEven {
                arguments.report("padding", found: "'same' of PyTorch", accepted: "'valid'")
            }
        }
        self.window = window
        isChannelsFirst = arguments.isChannelsFirst()
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let result = try emitter.append(.pooling(Pooling(kind, window: window)), [image])
        return [KerasTensor(value: result, isPermuted: isChannelsFirst)]
    }
}

/// GlobalMaxPooling2D and GlobalAveragePooling2D: `[N, C]`, or with `keepdims` an image of one position.
struct KerasGlobalPooling: KerasLayerKind {
    static let classNames = ["GlobalMaxPooling2D", "GlobalAveragePooling2D"]

    private let kind: Pooling.Kind
    private let keepsSides: Bool
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        kind = arguments.declaration.className.hasPrefix("GlobalMax") ? .maximum : .average
        keepsSides = arguments.flag("keepdims", default: false)
        isChannelsFirst = arguments.isChannelsFirst()
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let pooled = try emitter.append(.globalPooling(GlobalPooling(kind)), [image])
        if keepsSides { return [KerasTensor(value: pooled, isPermuted: isChannelsFirst)] }
        let channels = emitter.type(of: pooled).shape[3]
        let reshape = Reshape([.copied, .dimension(channels)])
        return [KerasTensor(value: try emitter.append(.reshape(reshape), [pooled], part: "flat"))]
    }
}
