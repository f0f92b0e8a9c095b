/// The algorithms by which a convolution can be computed. Each needs the weights packed in an order of its own, which the
/// comments give: `kh` and `kw` are the kernel's rows and columns. The codes are those of the file.
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

extension ConvolutionAlgorithm {
    /// Rows and columns of a tile; nil for the algorithms without tiles.
    public var tile: Int? {
        switch self {
        case .direct, .grouped, .depthwise: nil
        case .winograd4x4: 4
        case .winograd2x2: 2
        }
    }

    /// Whether the algorithm accepts several sources, which it takes as one image with the channels of all.
    var takesManySources: Bool { self == .direct || tile != nil }
}
