import Kernels
import PlanFormat

extension venule_activation {
    init(_ activation: Activation) {
        self.init(function: activation.function.rawValue, a: activation.a, b: activation.b, c: activation.c)
    }
}

extension venule_axis_sampling {
    init(_ axis: AxisSampling) {
        self.init(scale: Int64(axis.scale), offset: Int64(axis.offset), divisor: Int64(axis.divisor))
    }
}

extension venule_convolution {
    init(_ p: ConvolutionParameters) {
        self.init(
            algorithm: p.algorithm.rawValue, kernelHeight: UInt32(p.kernelHeight), kernelWidth: UInt32(p.kernelWidth),
            strideHeight: UInt32(p.strideHeight), strideWidth: UInt32(p.strideWidth),
            dilationHeight: UInt32(p.dilationHeight), dilationWidth: UInt32(p.dilationWidth),
            paddingTop: Int32(p.paddingTop), paddingLeft: Int32(p.paddingLeft), imageHeight: UInt32(p.imageHeight),
            imageWidth: UInt32(p.imageWidth), groups: UInt32(p.groups), activation: venule_activation(p.activation),
            poolingHeight: UInt32(p.poolingHeight), poolingWidth: UInt32(p.poolingWidth),
            keepsUnpooled: p.keepsUnpooled ? 1 : 0, weights: p.weights.rawValue)
    }
}

extension venule_transposed_convolution {
    init(_ p: TransposedConvolutionParameters) {
        self.init(
            kernelHeight: UInt32(p.kernelHeight), kernelWidth: UInt32(p.kernelWidth),
            strideHeight: UInt32(p.strideHeight), strideWidth: UInt32(p.strideWidth),
            dilationHeight: UInt32(p.dilationHeight), dilationWidth: UInt32(p.dilationWidth),
            paddingTop: Int32(p.paddingTop), paddingLeft: Int32(p.paddingLeft),
            activation: venule_activation(p.activation), weights: p.weights.rawValue)
    }
}

extension venule_pooling {
    init(_ p: PoolingParameters) {
        self.init(
            kind: p.kind.rawValue, kernelHeight: UInt32(p.kernelHeight), kernelWidth: UInt32(p.kernelWidth),
            strideHeight: UInt32(p.strideHeight), strideWidth: UInt32(p.strideWidth),
            dilationHeight: UInt32(p.dilationHeight), dilationWidth: UInt32(p.dilationWidth),
            paddingTop: Int32(p.paddingTop), paddingLeft: Int32(p.paddingLeft), paddingBottom: Int32(p.paddingBottom),
            paddingRight: Int32(p.paddingRight), countsPadding: p.countsPadding ? 1 : 0)
    }
}

extension KernelParameters {
    var family: venule_family {
        switch self {
        case .input: VENULE_INPUT
        case .output: VENULE_OUTPUT
        case .convolution: VENULE_CONVOLUTION
        case .transposedConvolution: VENULE_TRANSPOSED_CONVOLUTION
        case .pooling: VENULE_POOLING
        case .globalPooling: VENULE_GLOBAL_POOLING
        case .resize: VENULE_RESIZE
        case .resampling: VENULE_RESAMPLING
        case .elementwise: VENULE_ELEMENTWISE
        case .binary: VENULE_BINARY
        case .concatenation: VENULE_CONCATENATION
        case .padding: VENULE_PADDING
        case .scaleShift: VENULE_SCALE_SHIFT
        case .softmax: VENULE_SOFTMAX
        case .plainInput: VENULE_PLAIN_INPUT
        case .plainOutput: VENULE_PLAIN_OUTPUT
        case .blocking: VENULE_BLOCKING
        case .unblocking: VENULE_UNBLOCKING
        case .plain(let plain): venule_family(rawValue: plain.family.rawValue)
        }
    }

    /// Calls `body` with the family's parameter struct.
    /// - Parameter channels: of the image that an input or output converts.
    func withStruct(channels: Int, _ body: (UnsafeRawPointer?) -> Void) {
        switch self {
        case .concatenation, .softmax, .plainInput, .plainOutput: body(nil)
        case .input, .output:
            // NHWC.
            let parameters = venule_conversion(image: 0, column: UInt64(channels), channel: 1)
            withUnsafePointer(to: parameters) { body($0) }
        case .blocking(let strides), .unblocking(let strides):
            let parameters = venule_conversion(
                image: UInt64(strides.image), column: UInt64(strides.column), channel: UInt64(strides.channel))
            withUnsafePointer(to: parameters) { body($0) }
        case .plain(let plain):
            plain.words.withUnsafeBytes { body($0.baseAddress) }
        case .convolution(let p): withUnsafePointer(to: venule_convolution(p)) { body($0) }
        case .transposedConvolution(let p): withUnsafePointer(to: venule_transposed_convolution(p)) { body($0) }
        case .pooling(let p): withUnsafePointer(to: venule_pooling(p)) { body($0) }
        case .globalPooling(let kind):
            withUnsafePointer(to: venule_global_pooling(kind: kind.rawValue)) { body($0) }
        case .resize(let p):
            let parameters = venule_resize(
                interpolation: p.interpolation.rawValue, rows: venule_axis_sampling(p.rows),
                columns: venule_axis_sampling(p.columns))
            withUnsafePointer(to: parameters) { body($0) }
        case .resampling(let p):
            let parameters = venule_resampling(
                axis: p.axis.rawValue, taps: UInt32(p.taps), sampling: venule_axis_sampling(p.sampling))
            withUnsafePointer(to: parameters) { body($0) }
        case .elementwise(let activation), .scaleShift(let activation):
            withUnsafePointer(to: venule_activation(activation)) { body($0) }
        case .binary(let p):
            let parameters = venule_binary(kind: p.kind.rawValue, activation: venule_activation(p.activation))
            withUnsafePointer(to: parameters) { body($0) }
        case .padding(let p):
            let parameters = venule_padding(
                mode: p.mode.rawValue, value: p.value, top: Int32(p.top), left: Int32(p.left))
            withUnsafePointer(to: parameters) { body($0) }
        }
    }
}
