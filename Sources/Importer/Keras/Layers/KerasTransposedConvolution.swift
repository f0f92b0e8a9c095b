import GraphIR

/// Conv2DTranspose. Its kernel is `[kh, kw, Co, Ci]`.
struct KerasTransposedConvolution: KerasLayerKind {
    static let classNames = ["Conv2DTranspose"]

    private let filters: Int
    private let window: Window
    private let outputPadding: Spatial?
    /// Rows and columns of the result, which Keras 1 declares.
    private let outputSize: Spatial?
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
        if arguments.dialect.generation == 1, let shape = arguments["output_shape"]?.array, shape.count == 4 {
            let sides = JSONValue.array(isChannelsFirst ? [shape[2], shape[3]] : [shape[1], shape[2]])
            outputSize = KerasArguments.pair(sides, from: 1)
        } else {
            outputSize = nil
        }
    }

    var weights: [KerasWeightRole] { usesBias ? [.kernel, .bias] : [.kernel] }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        // Keras 1 keeps the kernel as that of the convolution, [kh, kw, Ci, Co], or channels_first as [Co, Ci, kh, kw].
        let axes = emitter.dialect.generation == 1 ? (isChannelsFirst ? [2, 3, 0, 1] : [0, 1, 3, 2]) : nil
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let channels = emitter.type(of: image).shape[3].constant
        try emitter.requireKernel(emitter.weightShape(0, axes: axes), [window.size.height, window.size.width, filters, channels])
        var inputs = [image, try emitter.kernel(0, axes: axes)]
        if usesBias { inputs.append(try emitter.weight(1)) }
        let operation = try operation(emitter.type(of: image))
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
    private func operation(_ image: TensorType) throws(GraphError) -> TransposedConvolution {
        if isSame, !isTheano, outputPadding == nil, outputSize == nil {
            return TransposedConvolution(window: window, hasBias: usesBias)
        }
        let padding = try paddingForSize(image) ?? outputPadding
        let rows = edges(window.extent.height, window.strides.height, padding: padding?.height)
        let columns = edges(window.extent.width, window.strides.width, padding: padding?.width)
        var explicit = window
        explicit.padding = .explicit(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after)
        return TransposedConvolution(window: explicit, outputPadding: Spatial(rows.added, columns.added), hasBias: usesBias)
    }

    /// The output padding that gives the declared size.
    private func paddingForSize(_ image: TensorType) throws(GraphError) -> Spatial? {
        guard let outputSize else { return nil }
        guard let rows = image.shape[1].constant, let columns = image.shape[2].constant else {
            throw GraphError("output_shape \(outputSize) of an image of open sides \(image)")
        }
        func padding(_ side: Int, _ output: Int, _ extent: Int, _ stride: Int) -> Int {
            output - (side - 1) * stride - extent + (isSame ? 2 * (extent / 2) : 0)
        }
        return Spatial(
            padding(rows, outputSize.height, window.extent.height, window.strides.height),
            padding(columns, outputSize.width, window.extent.width, window.strides.width))
    }

    private func edges(_ extent: Int, _ stride: Int, padding: Int?) -> (before: Int, after: Int, added: Int) {
        guard isSame else { return (0, 0, padding ?? max(0, stride - extent)) }
        let cropped = padding.map { 2 * (extent / 2) - $0 } ?? extent - stride
        let before = isTheano ? extent / 2 : max(0, cropped) / 2
        return (before, max(0, cropped - before), max(0, before - cropped))
    }
}
