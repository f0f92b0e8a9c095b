import GraphIR

/// Layers that only do something in training, by adding noise between layers.
struct KerasDropout: KerasLayerKind {
    static let classNames = KerasClassNames.noises.sorted()
    private let rate: Float

    init(_ arguments: inout KerasArguments) {
        // Keras 1 has `p`; a GaussianNoise has none.
        rate = min(1, max(0, arguments.number("rate", default: arguments.number("p", default: 0))))
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        var tensor = operands[0]
        tensor.value = try emitter.append(.dropout(Dropout(rate: rate)), [tensor.value])
        return [tensor]
    }
}

/// Identity, and the layers that alter images at random, in training only. They leave nothing in the graph.
struct KerasPassing: KerasLayerKind {
    static let classNames = ["Identity"] + KerasClassNames.augmentations.sorted()

    init(_ arguments: inout KerasArguments) {}

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        return operands
    }
}
