import Kernels
import PlanFormat

/// The parameters of an operation in the form that kernels take them.
enum KernelArguments {
    /// Room for the parameters of a kernel.
    static func slotBytes(_ kernel: KernelParameters) -> Int {
        guard case .plain(let plain) = kernel else { return structBytes }
        return (plain.words.count * MemoryLayout<UInt32>.stride + 15) / 16 * 16
    }

    /// The largest of the parameter structs of kernels on images.
    private static let structBytes = [
        MemoryLayout<venule_convolution>.stride, MemoryLayout<venule_transposed_convolution>.stride,
        MemoryLayout<venule_pooling>.stride, MemoryLayout<venule_global_pooling>.stride,
        MemoryLayout<venule_resize>.stride, MemoryLayout<venule_resampling>.stride, MemoryLayout<venule_elementwise>.stride,
        MemoryLayout<venule_binary>.stride, MemoryLayout<venule_padding>.stride,
        MemoryLayout<venule_conversion>.stride,
    ].reduce(0) { ($1 + 15) / 16 * 16 > $0 ? ($1 + 15) / 16 * 16 : $0 }

    /// The kernel family of an operation, and the algorithm if it is a convolution.
    static func family(of kernel: KernelParameters) -> (venule_family, algorithm: UInt32) {
        switch kernel {
        case .input: (VENULE_INPUT, 0)
        case .output: (VENULE_OUTPUT, 0)
        case .convolution(let p): (VENULE_CONVOLUTION, p.algorithm.rawValue)
        case .transposedConvolution: (VENULE_TRANSPOSED_CONVOLUTION, 0)
        case .pooling: (VENULE_POOLING, 0)
        case .globalPooling: (VENULE_GLOBAL_POOLING, 0)
        case .resize: (VENULE_RESIZE, 0)
        case .resampling: (VENULE_RESAMPLING, 0)
        case .elementwise: (VENULE_ELEMENTWISE, 0)
        case .binary: (VENULE_BINARY, 0)
        case .concatenation: (VENULE_CONCATENATION, 0)
        case .padding: (VENULE_PADDING, 0)
        case .scaleShift: (VENULE_SCALE_SHIFT, 0)
        case .softmax: (VENULE_SOFTMAX, 0)
        case .plainInput: (VENULE_PLAIN_INPUT, 0)
        case .plainOutput: (VENULE_PLAIN_OUTPUT, 0)
        case .blocking: (VENULE_BLOCKING, 0)
        case .unblocking: (VENULE_UNBLOCKING, 0)
        // The codes of the file are the kernels'.
        case .plain(let plain): (venule_family(rawValue: plain.family.rawValue), 0)
        }
    }

    /// Writes the family's struct into a slot.
    /// - Returns: The slot, or null for a family without parameters.
    static func write(
        _ kernel: KernelParameters, of plan: Plan, into slot: UnsafeMutableRawPointer
    ) -> UnsafeRawPointer? {
        if let strides = kernel.imageStrides(in: plan) {
            slot.initializeMemory(
                as: venule_conversion.self,
                to: venule_conversion(
                    image: UInt64(strides.image), column: UInt64(strides.column), channel: UInt64(strides.channel)))
            return UnsafeRawPointer(slot)
        }
        switch kernel {
        case .input, .output, .blocking, .unblocking, .concatenation, .softmax, .plainInput, .plainOutput:
            return nil
        case .plain(let plain):
            let words = plain.words
            for index in words.indices {
                slot.storeBytes(of: words[index], toByteOffset: index * MemoryLayout<UInt32>.stride, as: UInt32.self)
            }
        case .convolution(let p):
            slot.initializeMemory(as: venule_convolution.self, to: convolution(p))
        case .transposedConvolution(let p):
            slot.initializeMemory(as: venule_transposed_convolution.self, to: transposedConvolution(p))
        case .pooling(let p):
            slot.initializeMemory(as: venule_pooling.self, to: pooling(p))
        case .globalPooling(let kind):
            slot.initializeMemory(as: venule_global_pooling.self, to: venule_global_pooling(kind: kind.rawValue))
        case .resize(let p):
            slot.initializeMemory(
                as: venule_resize.self,
                to: venule_resize(interpolation: p.interpolation.rawValue, rows: sampling(p.rows), columns: sampling(p.columns)))
        case .resampling(let p):
            slot.initializeMemory(
                as: venule_resampling.self,
                to: venule_resampling(axis: p.axis.rawValue, taps: narrow(p.taps), sampling: sampling(p.sampling)))
        case .elementwise(let function), .scaleShift(let function):
            slot.initializeMemory(as: venule_elementwise.self, to: activation(function))
        case .binary(let p):
            slot.initializeMemory(
                as: venule_binary.self, to: venule_binary(kind: p.kind.rawValue, activation: activation(p.activation)))
        case .padding(let p):
            slot.initializeMemory(
                as: venule_padding.self,
                to: venule_padding(mode: p.mode.rawValue, value: p.value, top: signed(p.top), left: signed(p.left)))
        }
        return UnsafeRawPointer(slot)
    }

    private static func convolution(_ p: ConvolutionParameters) -> venule_convolution {
        venule_convolution(
            algorithm: p.algorithm.rawValue, kernelHeight: narrow(p.kernelHeight), kernelWidth: narrow(p.kernelWidth),
            strideHeight: narrow(p.strideHeight), strideWidth: narrow(p.strideWidth),
            dilationHeight: narrow(p.dilationHeight), dilationWidth: narrow(p.dilationWidth),
            paddingTop: signed(p.paddingTop), paddingLeft: signed(p.paddingLeft), imageHeight: narrow(p.imageHeight),
            imageWidth: narrow(p.imageWidth), groups: narrow(p.groups), activation: activation(p.activation),
            poolingHeight: narrow(p.poolingHeight), poolingWidth: narrow(p.poolingWidth),
            keepsUnpooled: p.keepsUnpooled ? 1 : 0, weights: p.weights.rawValue)
    }

    private static func transposedConvolution(_ p: TransposedConvolutionParameters) -> venule_transposed_convolution {
        venule_transposed_convolution(
            kernelHeight: narrow(p.kernelHeight), kernelWidth: narrow(p.kernelWidth),
            strideHeight: narrow(p.strideHeight), strideWidth: narrow(p.strideWidth),
            dilationHeight: narrow(p.dilationHeight), dilationWidth: narrow(p.dilationWidth),
            paddingTop: signed(p.paddingTop), paddingLeft: signed(p.paddingLeft), activation: activation(p.activation),
            weights: p.weights.rawValue)
    }

    private static func pooling(_ p: PoolingParameters) -> venule_pooling {
        venule_pooling(
            kind: p.kind.rawValue, kernelHeight: narrow(p.kernelHeight), kernelWidth: narrow(p.kernelWidth),
            strideHeight: narrow(p.strideHeight), strideWidth: narrow(p.strideWidth),
            dilationHeight: narrow(p.dilationHeight), dilationWidth: narrow(p.dilationWidth),
            paddingTop: signed(p.paddingTop), paddingLeft: signed(p.paddingLeft),
            paddingBottom: signed(p.paddingBottom), paddingRight: signed(p.paddingRight),
            countsPadding: p.countsPadding ? 1 : 0)
    }

    private static func activation(_ function: Activation) -> venule_activation {
        venule_activation(function: function.function.rawValue, a: function.a, b: function.b, c: function.c)
    }

    private static func sampling(_ axis: AxisSampling) -> venule_axis_sampling {
        venule_axis_sampling(scale: Int64(axis.scale), offset: Int64(axis.offset), divisor: Int64(axis.divisor))
    }

    // The verifier bounds every field far below 2^31; truncation only avoids a trap that could never be reached.
    private static func narrow(_ value: Int) -> UInt32 { UInt32(truncatingIfNeeded: value) }
    private static func signed(_ value: Int) -> Int32 { Int32(truncatingIfNeeded: value) }
}

extension KernelParameters {
    /// Where the pixels of its image lie in the caller's memory or in a plain tensor; nil for an operation that has none there.
    func imageStrides(in plan: Plan) -> ImageStrides? {
        switch self {
        case .input(let entry, let image): plan.inputs[entry].strides(ofImage: image)
        case .output(let entry): plan.outputs[entry].strides(ofImage: 0)
        case .blocking(let strides), .unblocking(let strides): strides
        default: nil
        }
    }
}

extension PlanValue {
    var layout: venule_layout {
        var layout = venule_layout(
            channels: UInt32(truncatingIfNeeded: channels), width: UInt32(truncatingIfNeeded: width),
            height: UInt32(truncatingIfNeeded: height), blockStride: UInt32(truncatingIfNeeded: blockStride), elementCount: 0,
            element: 0)
        if let plain {
            layout.elementCount = UInt32(truncatingIfNeeded: plain.elementCount)
            layout.element = plain.element.rawValue
        }
        return layout
    }
}
