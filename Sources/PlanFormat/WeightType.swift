/// How a plan stores the weights of a convolution, a transposed convolution or a matrix; the codes are those of the file.
/// Kernels compute in float32: they expand what they are about to use, exactly.
public enum WeightType: UInt32, Hashable, Sendable, CaseIterable {
    case float32 = 0
    /// IEEE 754 binary16.
    case float16 = 1
    /// The upper half of a float32.
    case bfloat16 = 2

    public var byteCount: Int { self == .float32 ? 4 : 2 }
}

extension WeightType {
    /// The last word of an operation's parameters, which plans without narrow weights do not have.
    init(readingLast words: inout WordReader) throws(PlanError) {
        self = .float32
        if words.remaining > 0 { self = try words.code("weights") }
    }

    func writeLast(to out: inout WordWriter) {
        if self != .float32 { out.words.append(rawValue) }
    }
}

extension KernelParameters {
    /// How the operation's weights are stored; float32 where it has none.
    public var weights: WeightType {
        get {
            switch self {
            case .convolution(let p): p.weights
            case .transposedConvolution(let p): p.weights
            case .plain(.matrixMultiplication(let p)): p.weights
            default: .float32
            }
        }
        set {
            switch self {
            case .convolution(var p):
                p.weights = newValue
                self = .convolution(p)
            case .transposedConvolution(var p):
                p.weights = newValue
                self = .transposedConvolution(p)
            case .plain(.matrixMultiplication(var p)):
                p.weights = newValue
                self = .plain(.matrixMultiplication(p))
            default: break
            }
        }
    }
}

extension Plan {
    /// Whether any operation's weights have 16 bits, which a reader must know of.
    var hasNarrowWeights: Bool { operations.contains { $0.kernel.weights != .float32 } }
}

extension PlanOperation {
    /// Bytes of scratch into which a kernel expands narrow weights: those that it uses at a time, for two blocks of output
    /// channels. A plain matrix is expanded vector by vector.
    func panelBytes(in values: [PlanValue]) -> Int {
        guard kernel.weights != .float32 else { return 0 }
        let lanesBytes = PlanValue.lanes * 4
        switch kernel {
        case .convolution(let p):
            let blocks = min(values[results[0].index].blocks, 2)
            let positions = p.kernelHeight.saturating(times: p.kernelWidth)
            let channels = sources.reduce(0) { $0 + values[$1.index].channels }
            switch p.algorithm {
            case .direct:
                // As many partial sums as the panel has room for, and at least one.
                let block = min(channels, p.partialBlocks * PlanValue.lanes).saturating(times: positions)
                let all = channels.saturating(times: positions)
                let partial = block.saturating(times: lanesBytes * blocks)
                return min(all.saturating(times: lanesBytes * blocks), max(partial, ConvolutionParameters.panelBytes))
            case .grouped: return positions.saturating(times: channels / p.groups).saturating(times: lanesBytes)
            case .depthwise: return positions.saturating(times: lanesBytes)
            case .winograd4x4, .winograd2x2: return min(channels, 8 * PlanValue.lanes) * lanesBytes * blocks
            }
        case .transposedConvolution(let p):
            let blocks = min(values[results[0].index].blocks, 2)
            let positions = p.kernelHeight.saturating(times: p.kernelWidth)
            return positions.saturating(times: values[sources[0].index].channels).saturating(times: lanesBytes * blocks)
        default: return 0
        }
    }
}

extension ConvolutionParameters {
    /// What direct convolution expands at a time, unless a partial sum needs more.
    static let panelBytes = 40 << 10

    /// Input blocks of a partial sum of direct convolution (Documentation/Numerics.md).
    var partialBlocks: Int { max(1, 144 / kernelHeight.saturating(times: kernelWidth).saturating(times: PlanValue.lanes)) }
}
