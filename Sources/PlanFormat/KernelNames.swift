// What reports of all programs call the kernels of a plan.

extension KernelParameters {
    /// The kind of operation, without its parameters: `convolution`, or of a kernel on plain tensors `gather, plain`.
    public var kindName: String {
        if case .plain(let plain) = self { "\(plain.family.name), plain" } else { "\(name)" }
    }

    /// Whether its work is multiply-accumulates, not just an element each.
    public var multiplies: Bool {
        switch self {
        case .convolution, .transposedConvolution: true
        case .plain(.convolution), .plain(.transposedConvolution), .plain(.matrixMultiplication): true
        default: false
        }
    }
}

extension PlanOperation {
    /// Of a convolution the algorithm, else the kind of operation.
    public var algorithmName: String {
        if case .convolution(let p) = kernel { p.algorithm.label } else { kernel.kindName }
    }
}

extension ConvolutionAlgorithm {
    public var label: String {
        switch self {
        case .direct: "direct"
        case .grouped: "grouped"
        case .depthwise: "depthwise"
        case .winograd4x4: "winograd-4x4"
        case .winograd2x2: "winograd-2x2"
        }
    }
}

extension PlainKernel.Family {
    /// The name of the case, which Embedded Swift does not keep.
    var name: StaticString {
        switch self {
        case .elementwise: "elementwise"
        case .arithmetic: "arithmetic"
        case .comparison: "comparison"
        case .logic: "logic"
        case .selection: "selection"
        case .copy: "copy"
        case .gather: "gather"
        case .reduction: "reduction"
        case .argumentMaximum: "argumentMaximum"
        case .matrixMultiplication: "matrixMultiplication"
        case .softmax: "softmax"
        case .normalization: "normalization"
        case .cast: "cast"
        case .quantization: "quantization"
        case .dequantization: "dequantization"
        case .resampling: "resampling"
        case .convolution: "convolution"
        case .transposedConvolution: "transposedConvolution"
        case .poolingPositions: "poolingPositions"
        case .scatter: "scatter"
        case .cumulative: "cumulative"
        case .topPositions: "topPositions"
        }
    }
}
