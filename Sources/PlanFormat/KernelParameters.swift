/// Which kernel an operation runs, with the parameters that its geometry and arithmetic depend on. Channel counts and
/// sizes come from the values.
public enum KernelParameters: Hashable, Sendable {
    /// Converts rows of image `image` of input `entry`, float32 or 8-bit, to blocked rows. No sources; one result.
    case input(entry: Int, image: Int = 0)
    /// Converts blocked rows to rows of output `entry`. A source for each of its images; no results.
    case output(entry: Int)
    case convolution(ConvolutionParameters)
    case transposedConvolution(TransposedConvolutionParameters)
    case pooling(PoolingParameters)
    /// Mean or maximum over the image. One source; one result of 1x1.
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
    /// Over the channels of each pixel.
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
    /// The input that it reads from the caller's memory.
    public var inputEntry: Int? {
        switch self {
        case .input(let entry, _), .plainInput(let entry): entry
        default: nil
        }
    }

    /// The output that it writes to the caller's memory.
    public var outputEntry: Int? {
        switch self {
        case .output(let entry), .plainOutput(let entry): entry
        default: nil
        }
    }
}

/// A function of one float with up to three parameters; the codes are those of the file.
public struct Activation: Hashable, Sendable {
    public enum Function: UInt32, Hashable, Sendable, CaseIterable {
        case identity = 0
        case relu = 1
        case boundedRelu = 2
        case leakyRelu = 3
        case elu = 4
        case selu = 5
        case celu = 6
        case sigmoid = 7
        case hardSigmoid = 8
        case swish = 9
        case hardSwish = 10
        case tanh = 11
        case softplus = 12
        case softsign = 13
        case mish = 14
        case gelu = 15
        case geluTanh = 16
        case clip = 17
        case exp = 18
        case log = 19
        case sqrt = 20
        case abs = 21
        case negate = 22
        case reciprocal = 23
        case floor = 24
        case ceil = 25
        case erf = 26
    }
    public var function: Function
    /// In the order of the function's arguments in GraphIR's `ElementwiseFunction`; unused ones are 0.
    public var a: Float
    public var b: Float
    public var c: Float
    public init(_ function: Function, _ a: Float = 0, _ b: Float = 0, _ c: Float = 0) {
        self.function = function
        self.a = a
        self.b = b
        self.c = c
    }
    public static let identity = Activation(.identity)
}

/// The algorithms that a convolution's weights may be packed for; the codes are those of the file.
public enum ConvolutionAlgorithm: UInt32, Hashable, Sendable, CaseIterable {
    /// Any window; groups = 1. Weights `[output block][source][input block][kh][kw][lanes of the block][16]`.
    case direct = 0
    /// Groups > 1. Weights `[output block][kh][kw][channels of a group][16]`: lane l of output block b is output
    /// channel o = 16b + l, which reads the channels of group ⌊o / (Co / groups)⌋.
    case grouped = 1
    /// As many groups as input and output channels. Weights `[block][kh][kw][16]`.
    case depthwise = 2
    /// 3x3, stride 1, groups = 1: Winograd's F(4x4, 3x3), with a quarter of the multiplications.
    /// Weights G·g·Gᵀ `[output block][6][6][source][channel][16]`.
    case winograd4x4 = 3
    /// The same with tiles of 2x2: F(2x2, 3x3), 16 multiplications for 36. Weights `[output block][4][4][source][channel][16]`.
    case winograd2x2 = 4
}

/// Rows first, then columns, throughout.
public struct ConvolutionParameters: Hashable, Sendable {
    public var algorithm: ConvolutionAlgorithm = .direct
    public var kernelHeight = 1, kernelWidth = 1
    public var strideHeight = 1, strideWidth = 1
    public var dilationHeight = 1, dilationWidth = 1
    public var paddingTop = 0, paddingLeft = 0
    /// Rows and columns of the result before pooling.
    public var imageHeight = 1, imageWidth = 1
    public var groups = 1
    public var activation = Activation.identity
    /// Max pooling behind it with stride = size; 1 by 1 means none.
    public var poolingHeight = 1, poolingWidth = 1
    /// With pooling: whether result 0 is the unpooled image and result 1 the pooled one; else result 0 is the pooled one.
    public var keepsUnpooled = false
    public var weights = WeightType.float32
    public init() {}

    public var pools: Bool { poolingHeight > 1 || poolingWidth > 1 }
}

/// Input row i and kernel row r meet output row `i·stride + r·dilation − paddingTop`.
/// Constants: weights `[output block][kh][kw][input channel][16]`, bias `[16·output blocks]`.
public struct TransposedConvolutionParameters: Hashable, Sendable {
    public var kernelHeight = 1, kernelWidth = 1
    public var strideHeight = 1, strideWidth = 1
    public var dilationHeight = 1, dilationWidth = 1
    public var paddingTop = 0, paddingLeft = 0
    public var activation = Activation.identity
    public var weights = WeightType.float32
    public init() {}
}

public enum PoolingKind: UInt32, Hashable, Sendable, CaseIterable {
    case maximum = 0
    case average = 1
}

public struct PoolingParameters: Hashable, Sendable {
    public var kind = PoolingKind.maximum
    public var kernelHeight = 1, kernelWidth = 1
    public var strideHeight = 1, strideWidth = 1
    public var dilationHeight = 1, dilationWidth = 1
    public var paddingTop = 0, paddingLeft = 0
    /// Needed where padding counts in an average: positions beyond it, which `ceil_mode` adds, never count.
    public var paddingBottom = 0, paddingRight = 0
    public var countsPadding = false
    public init() {}
}

/// Output position p reads the input at (scale·p + offset) / divisor, clamped to the image.
public struct AxisSampling: Hashable, Sendable {
    public var scale = 1, offset = 0, divisor = 1
    public init(scale: Int, offset: Int, divisor: Int) {
        self.scale = scale
        self.offset = offset
        self.divisor = divisor
    }
}

public struct ResizeParameters: Hashable, Sendable {
    public enum Interpolation: UInt32, Hashable, Sendable, CaseIterable {
        /// ⌊position⌋
        case nearestFloor = 0
        /// ⌈position − ½⌉
        case nearestRoundHalfDown = 1
        case linear = 2
    }
    public var interpolation: Interpolation
    public var rows: AxisSampling
    public var columns: AxisSampling
    public init(_ interpolation: Interpolation, rows: AxisSampling, columns: AxisSampling) {
        self.interpolation = interpolation
        self.rows = rows
        self.columns = columns
    }
}

/// Weighted sums of neighbouring rows, or of neighbouring columns. Element p of the result along the axis is
/// Σ weights[p][t] · source[⌊position(p)⌋ + t]; what lies outside the image, or has the weight 0, takes no part.
/// Constant: weights `[side of the result][taps]`.
public struct ResamplingParameters: Hashable, Sendable {
    public enum Axis: UInt32, Hashable, Sendable, CaseIterable {
        case rows = 0
        case columns = 1
    }
    public var axis: Axis
    /// Where the first tap of each element lies.
    public var sampling: AxisSampling
    public var taps: Int
    public init(_ axis: Axis, _ sampling: AxisSampling, taps: Int) {
        self.axis = axis
        self.sampling = sampling
        self.taps = taps
    }
}

/// Two sources; a side of 1 (height, width or channels) stretches to the result's.
public struct BinaryParameters: Hashable, Sendable {
    public enum Kind: UInt32, Hashable, Sendable, CaseIterable {
        case add = 0
        case subtract = 1
        case multiply = 2
        case divide = 3
        case power = 4
        case minimum = 5
        case maximum = 6
        case prelu = 7
    }
    public var kind: Kind
    public var activation: Activation
    public init(_ kind: Kind, activation: Activation = .identity) {
        self.kind = kind
        self.activation = activation
    }
}

/// Result row y shows source row y − top; negative amounts crop.
public struct PaddingParameters: Hashable, Sendable {
    public enum Mode: UInt32, Hashable, Sendable, CaseIterable {
        case constant = 0
        case edge = 1
        case reflect = 2
    }
    public var mode: Mode
    public var value: Float
    public var top: Int
    public var left: Int
    public init(_ mode: Mode, value: Float = 0, top: Int, left: Int) {
        self.mode = mode
        self.value = value
        self.top = top
        self.left = left
    }
}
