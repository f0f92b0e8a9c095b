import GraphIR

/// Dense: a product with the kernel `[Ci, Co]` along the last axis. Of an image it is a 1x1 convolution.
struct KerasDense: KerasLayerKind {
    static let classNames = ["Dense"]

    private let units: Int
    private let usesBias: Bool
    private let activation: KerasActivation

    init(_ arguments: inout KerasArguments) {
        units = arguments.count("units")
        usesBias = arguments.flag("use_bias", default: true)
        activation = KerasActivation(&arguments)
    }

    var weights: [KerasWeightRole] { usesBias ? [.kernel, .bias] : [.kernel] }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let value = try emitter.inModelOrder(operands[0])
        let shape = emitter.weightShape(0)
        try emitter.requireKernel(shape, [emitter.type(of: value).shape.last?.constant, units])
        let isImage = emitter.type(of: value).rank == 4
        let kernel = isImage ? try emitter.weight(0, .init(shape: [1, 1] + shape)) : try emitter.weight(0)
        let inputs = [value, kernel] + (usesBias ? [try emitter.weight(1)] : [])
        let operation: GraphIR.Operation =
            isImage
            ? .convolution(Convolution(window: Window(size: .one), hasBias: usesBias))
            : .matrixMultiplication(MatrixMultiplication(hasBias: usesBias))
        let result = KerasTensor(value: try emitter.append(operation, inputs))
        return [try activation.apply(to: result, in: &emitter)]
    }
}
