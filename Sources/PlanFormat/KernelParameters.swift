/// Which family of kernels an operation runs, with the parameters that are stored in a plan. Numbers of channels and sizes of
/// images are not among them, since the operation's values have these.
public enum KernelParameters: Hashable, Sendable {
    /// Converts rows of image `image` of input `entry`, float32 or 8-bit, to blocked rows. No sources; one result.
    case input(entry: Int, image: Int = 0)
    /// Converts blocked rows to rows of output `entry`. A source for each of its images; no results.
    case output(entry: Int)
    case convolution(ConvolutionParameters)
    case transposedConvolution(TransposedConvolutionParameters)
    case pooling(PoolingParameters)
    /// The mean or the maximum over a whole image. One source; one result of 1x1.
    case globalPooling(PoolingKind)
    case resize(ResizeParameters)
    case resampling(ResamplingParameters)
    /// One source, one result.
    case elementwise(Activation)
    case binary(BinaryParameters)
    /// Joins sources along the channels.
    case concatenation
    case padding(PaddingParameters)
    /// x · scale + shift per channel. Constants: scale, shift, each `[16·blocks]`.
    case scaleShift(Activation)
    /// The softmax over the channels of each pixel.
    case softmax
    /// Copies input `entry` to a plain tensor of the same type and size. No sources; one result.
    case plainInput(entry: Int)
    /// Copies a plain tensor to output `entry`. One source; no results.
    case plainOutput(entry: Int)
    /// Converts an image that lies in a plain float32 tensor to blocked rows. One source, one result.
    case blocking(ImageStrides)
    /// Converts blocked images of one size, one source each, to a plain float32 tensor, of which it writes every element.
    case unblocking(ImageStrides)
    case plain(PlainKernel)
}

extension KernelParameters {
    /// The number of the input that the operation reads from the caller's memory; nil for all others.
    public var inputEntry: Int? {
        switch self {
        case .input(let entry, _), .plainInput(let entry): entry
        default: nil
        }
    }

    /// The number of the output that the operation writes to the caller's memory; nil for all others.
    public var outputEntry: Int? {
        switch self {
        case .output(let entry), .plainOutput(let entry): entry
        default: nil
        }
    }
}

// MARK: Families
extension KernelParameters {
    /// Reads the parameters of an operation.
    ///
    /// - Throws: ``PlanError`` for a code that is not known, and for words that no operation of the family has.
    init(family code: UInt32, reading words: inout WordReader) throws(PlanError) {
        switch code {
        case InputFamily.code:
            let family = try InputFamily(reading: &words)
            self = .input(entry: family.entry, image: family.image)
        case OutputFamily.code: self = .output(entry: try OutputFamily(reading: &words).entry)
        case ConvolutionParameters.code: self = .convolution(try ConvolutionParameters(reading: &words))
        case TransposedConvolutionParameters.code: self = .transposedConvolution(try TransposedConvolutionParameters(reading: &words))
        case PoolingParameters.code: self = .pooling(try PoolingParameters(reading: &words))
        case GlobalPoolingFamily.code: self = .globalPooling(try GlobalPoolingFamily(reading: &words).kind)
        case ResizeParameters.code: self = .resize(try ResizeParameters(reading: &words))
        case ResamplingParameters.code: self = .resampling(try ResamplingParameters(reading: &words))
        case ElementwiseFamily.code: self = .elementwise(try ElementwiseFamily(reading: &words).function)
        case BinaryParameters.code: self = .binary(try BinaryParameters(reading: &words))
        case ConcatenationFamily.code: self = .concatenation
        case PaddingParameters.code: self = .padding(try PaddingParameters(reading: &words))
        case ScaleShiftFamily.code: self = .scaleShift(try ScaleShiftFamily(reading: &words).function)
        case SoftmaxFamily.code: self = .softmax
        case PlainInputFamily.code: self = .plainInput(entry: try PlainInputFamily(reading: &words).entry)
        case PlainOutputFamily.code: self = .plainOutput(entry: try PlainOutputFamily(reading: &words).entry)
        case BlockingFamily.code: self = .blocking(try BlockingFamily(reading: &words).strides)
        case UnblockingFamily.code: self = .unblocking(try UnblockingFamily(reading: &words).strides)
        default:
            guard let family = PlainKernel.Family(rawValue: code) else { throw .unknown("family", code) }
            self = .plain(try PlainKernel(family, reading: &words))
        }
        try words.finish()
    }

    /// Puts a question to the family. This switch is the only list of the families on images.
    ///
    /// - Parameters: an operation that has this kernel, and all values of its plan.
    func visit<Visitor: FamilyVisitor>(
        _ visitor: Visitor, of operation: PlanOperation, in values: [PlanValue]
    ) throws(Visitor.Failure) -> Visitor.Answer {
        switch self {
        case .input(let entry, let image):
            try visitor.visit(InputFamily(entry: entry, image: image), of: operation, in: values)
        case .output(let entry): try visitor.visit(OutputFamily(entry: entry), of: operation, in: values)
        case .convolution(let family): try visitor.visit(family, of: operation, in: values)
        case .transposedConvolution(let family): try visitor.visit(family, of: operation, in: values)
        case .pooling(let family): try visitor.visit(family, of: operation, in: values)
        case .globalPooling(let kind): try visitor.visit(GlobalPoolingFamily(kind), of: operation, in: values)
        case .resize(let family): try visitor.visit(family, of: operation, in: values)
        case .resampling(let family): try visitor.visit(family, of: operation, in: values)
        case .elementwise(let function): try visitor.visit(ElementwiseFamily(function), of: operation, in: values)
        case .binary(let family): try visitor.visit(family, of: operation, in: values)
        case .concatenation: try visitor.visit(ConcatenationFamily(), of: operation, in: values)
        case .padding(let family): try visitor.visit(family, of: operation, in: values)
        case .scaleShift(let function): try visitor.visit(ScaleShiftFamily(function), of: operation, in: values)
        case .softmax: try visitor.visit(SoftmaxFamily(), of: operation, in: values)
        case .plainInput(let entry): try visitor.visit(PlainInputFamily(entry: entry), of: operation, in: values)
        case .plainOutput(let entry): try visitor.visit(PlainOutputFamily(entry: entry), of: operation, in: values)
        case .blocking(let strides): try visitor.visit(BlockingFamily(strides), of: operation, in: values)
        case .unblocking(let strides): try visitor.visit(UnblockingFamily(strides), of: operation, in: values)
        case .plain(let kernel): try visitor.visit(kernel, of: operation, in: values)
        }
    }
}
