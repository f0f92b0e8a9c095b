/// How a plan stores the weights of a convolution, a transposed convolution or a matrix. The codes are those of the file.
/// Kernels always compute in float32: they expand narrower weights just before they use them, which is exact.
public enum WeightType: UInt32, Hashable, Sendable, CaseIterable {
    case float32 = 0
    /// IEEE 754 binary16.
    case float16 = 1
    /// The upper half of a float32.
    case bfloat16 = 2

    public var byteCount: Int { self == .float32 ? 4 : 2 }
}

extension Plan {
    /// Whether any operation has weights of 16 bits. If so, the file says that its reader must know of these.
    var hasNarrowWeights: Bool { operations.contains { $0.kernel.weights != .float32 } }
}
