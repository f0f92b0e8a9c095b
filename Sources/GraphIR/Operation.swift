/// What one node of the graph computes. Closed, so that the compiler finds every place that has to handle a new
/// operation. Each payload lives in its own file under `Operations/`, with its operands, its result and its rule.
public enum Operation: Hashable, Sendable {
    case constant(ConstantOperation)
    case convolution(Convolution)
    case transposedConvolution(TransposedConvolution)
    case pooling(Pooling)
    case globalPooling(GlobalPooling)
    case batchNormalization(BatchNormalization)
    case elementwise(Elementwise)
    case binary(Binary)
    case concatenation(Concatenation)
    case padding(Padding)
    case resize(Resize)
    case reshape(Reshape)
    case transpose(Transpose)
    case matrixMultiplication(MatrixMultiplication)
    case softmax(Softmax)
    case cast(Cast)
    case comparison(Comparison)
    case logical(Logical)
    case selection(Selection)
    case slice(Slice)
    case gather(Gather)
    case reduction(Reduction)
    case argumentMaximum(ArgumentMaximum)
    case expansion(Expansion)
    case tiling(Tiling)
    case normalization(Normalization)
    case quantization(Quantization)
    case dequantization(Dequantization)
    case poolingPositions(PoolingPositions)
    case resampling(Resampling)
    case identity(Identity)
    case dropout(Dropout)
    case call(Call)
}

extension Operation {
    /// The operation with the symbols of its function replaced by expressions; symbols that are not in the table stay.
    public func substituting(_ bindings: [String: Dimension]) -> Operation {
        switch self {
        case .reshape(let reshape): .reshape(reshape.substituting(bindings))
        case .slice(let slice): .slice(slice.substituting(bindings))
        case .expansion(let expansion): .expansion(expansion.substituting(bindings))
        case .constant, .convolution, .transposedConvolution, .pooling, .globalPooling, .batchNormalization, .elementwise,
            .binary, .concatenation, .padding, .resize, .transpose, .matrixMultiplication, .softmax, .cast, .comparison,
            .logical, .selection, .gather, .reduction, .argumentMaximum, .tiling, .normalization, .quantization,
            .dequantization, .poolingPositions, .resampling, .identity, .dropout, .call:
            self
        }
    }
}
