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

extension Plan {
    /// Whether any operation's weights have 16 bits, which a reader must know of.
    var hasNarrowWeights: Bool { operations.contains { $0.kernel.weights != .float32 } }
}
