import GraphIR

/// Conv2DTranspose. Its kernel is `[kh, kw, Co, Ci]`.
struct KerasTransposedConvolution: KerasLayerKind {
    static let classNames = ["Conv2DTranspose"]

    private let filters: Int
    private let window: Window
    private let outputPadding: Spatial?
    private let isSame: Bool
    private let isTheano: Bool
    private let usesBias: Bool
    private let activation: KerasActivation
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        filters = arguments.count("filters")
        window = arguments.window()
        isSame = arguments.isSamePadded()
        isTheano = arguments.dialect.isTheano
        outputPadding = arguments["output_padding"] == nil ? nil : arguments.pair("output_padding", from: 0)
        usesBias = arguments.flag("use_bias", default: true)
        activation = KerasActivation(&arguments)
        isChannelsFirst = arguments.isChannelsFirst()
        arguments.require("groups", is: .number(1))
    }

    var weights: [KerasWeightRole] { usesBias ? [.kernel, .bias] : [.kernel] }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let shape = emitter.weightShape(0)
        guard shape.count == 4, shape[0] == window.size.height, shape[1] == window.size.width, shape[2] == filters else {
            throw GraphError("the kernel is \(shapeText(shape)); \(window.size)x\(filters)x(channels) is declared")
        }
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        var inputs = [image, try emitter.kernel(0)]
        if usesBias { inputs.append(try emitter.weight(1)) }
        let result = try emitter.append(.transposedConvolution(operation), inputs)
        return [try activation.apply(to: KerasTensor(value: result, isPermuted: isChannelsFirst), in: &emitter)]
    }

    /// Keras asks TensorFlow for a result of a size of its own, by `deconv_output_length`:
    ///
    ///     valid                        H·s + max(k − s, 0)
    ///     same                         H·s
    ///     valid, output padding p      (H − 1)·s + k + p
    ///     same, output padding p       (H − 1)·s + k + p − 2·⌊k / 2⌋
    ///
    /// where k is the extent with dilation. TensorFlow crops what is more than that from (H − 1)·s + k as the
    /// convolution that it inverts would pad: half of it at the top, with SAME; nothing there with VALID. Theano crops half
    /// of the extent with `same`.
    private var operation: TransposedConvolution {
        if isSame, !isTheano, outputPadding == nil { return TransposedConvolution(window: window, hasBias: usesBias) }
        let rows = edges(window.extent.height, window.strides.height, padding: outputPadding?.height)
        let columns = edges(window.extent.width, window.strides.width, padding: outputPadding?.width)
        var explicit = window
        explicit.padding = .explicit(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after)
        return TransposedConvolution(window: explicit, outputPadding: Spatial(rows.added, columns.added), hasBias: usesBias)
    }

    private func edges(_ extent: Int, _ stride: Int, padding: Int?) -> (before: Int, after: Int, added: Int) {
        guard isSame else { return (0, 0, padding ?? max(0, stride - extent)) }
        let cropped = padding.map { 2 * (extent / 2) - $0 } ?? extent - stride
        let before = isTheano ? extent / 2 : max(0, cropped) / 2
        return (before, max(0, cropped - before), max(0, before - cropped))
    }
}
