import GraphIR

/// Conv2DTranspose. Its kernel is `[kh, kw, Co, Ci]`.
struct KerasTransposedConvolution: KerasLayerKind {
    static let classNames = ["Conv2DTranspose"]

    private let filters: Int
    private let window: Window
    private let outputPadding: Spatial?
    private let isSame: Bool
    private let usesBias: Bool
    private let activation: KerasActivation
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        filters = arguments.count("filters")
        let padding = arguments.windowPadding()
        isSame = padding == .same
        window = Window(
            size: arguments.pair("kernel_size"), strides: arguments.pair("strides", default: .one),
            dilations: arguments.pair("dilation_rate", default: .one), padding: padding)
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
    /// convolution that it inverts would pad: half of it at the top, with SAME; nothing there with VALID.
    private var operation: TransposedConvolution {
        if isSame, outputPadding == nil { return TransposedConvolution(window: window, hasBias: usesBias) }
        let rows = Self.edges(
            extent: window.extent.height, stride: window.strides.height, padding: outputPadding?.height, isSame: isSame)
        let columns = Self.edges(
            extent: window.extent.width, stride: window.strides.width, padding: outputPadding?.width, isSame: isSame)
        var explicit = window
        explicit.padding = .explicit(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after)
        return TransposedConvolution(window: explicit, outputPadding: Spatial(rows.added, columns.added), hasBias: usesBias)
    }

    private static func edges(
        extent: Int, stride: Int, padding: Int?, isSame: Bool
    ) -> (before: Int, after: Int, added: Int) {
        guard let padding else { return (0, 0, max(0, stride - extent)) }
        guard isSame else { return (0, 0, padding) }
        let cropped = 2 * (extent / 2) - padding
        let before = max(0, cropped) / 2
        return (before, max(0, cropped - before), max(0, -cropped))
    }
}
