import GraphIR

/// An operation that a pass can change so that it does the work of a neighbour too: apply a function to its result, take other
/// weights, add padding, read several operands as one.
///
/// Passes that fuse switch over this list instead of over all operations, so that a case that is added here makes each of them say what
/// it does with it. An operation that is not listed is left as it is, which is slower at worst and never wrong.
enum FusionTarget {
    case convolution(Convolution)
    case transposedConvolution(TransposedConvolution)
    case matrixMultiplication(MatrixMultiplication)
    case batchNormalization(BatchNormalization)
    case binary(Binary)
    case concatenation(Concatenation)
    case pooling(Pooling)

    /// Nil for operations that no pass fuses anything into.
    init?(_ operation: Operation) {
        switch operation {
        case .convolution(let convolution): self = .convolution(convolution)
        case .transposedConvolution(let convolution): self = .transposedConvolution(convolution)
        case .matrixMultiplication(let product): self = .matrixMultiplication(product)
        case .batchNormalization(let normalization): self = .batchNormalization(normalization)
        case .binary(let binary): self = .binary(binary)
        case .concatenation(let concatenation): self = .concatenation(concatenation)
        case .pooling(let pooling): self = .pooling(pooling)
        default:
            return nil
        }
    }
}
