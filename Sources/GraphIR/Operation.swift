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
    case scatter(Scatter)
    case argumentMaximum(ArgumentMaximum)
    case topPositions(TopPositions)
    case cumulative(Cumulative)
    case expansion(Expansion)
    case tiling(Tiling)
    case normalization(Normalization)
    case quantization(Quantization)
    case dequantization(Dequantization)
    case poolingPositions(PoolingPositions)
    case identity(Identity)
    case dropout(Dropout)
    case call(Call)
}

extension Operation {
    /// The kinds of operations, without their attributes.
    ///
    /// A new operation has a case here, since ``OperationDefinition`` asks for it; so the list is complete, and with it whatever goes
    /// through all kinds: the parser, and the test that each of them is read back as it was written.
    public enum Kind: Hashable, Sendable, CaseIterable {
        case constant
        case convolution
        case transposedConvolution
        case pooling
        case globalPooling
        case batchNormalization
        case elementwise
        case binary
        case concatenation
        case padding
        case resize
        case reshape
        case transpose
        case matrixMultiplication
        case softmax
        case cast
        case comparison
        case logical
        case selection
        case slice
        case gather
        case reduction
        case scatter
        case argumentMaximum
        case topPositions
        case cumulative
        case expansion
        case tiling
        case normalization
        case quantization
        case dequantization
        case poolingPositions
        case identity
        case dropout
        case call

        /// The kind's name in messages and counts; the textual form names element-wise operations by their function.
        public var mnemonic: String { definition.mnemonic }

        var definition: any OperationDefinition.Type {
            switch self {
            case .constant: ConstantOperation.self
            case .convolution: Convolution.self
            case .transposedConvolution: TransposedConvolution.self
            case .pooling: Pooling.self
            case .globalPooling: GlobalPooling.self
            case .batchNormalization: BatchNormalization.self
            case .elementwise: Elementwise.self
            case .binary: Binary.self
            case .concatenation: Concatenation.self
            case .padding: Padding.self
            case .resize: Resize.self
            case .reshape: Reshape.self
            case .transpose: Transpose.self
            case .matrixMultiplication: MatrixMultiplication.self
            case .softmax: Softmax.self
            case .cast: Cast.self
            case .comparison: Comparison.self
            case .logical: Logical.self
            case .selection: Selection.self
            case .slice: Slice.self
            case .gather: Gather.self
            case .reduction: Reduction.self
            case .scatter: Scatter.self
            case .argumentMaximum: ArgumentMaximum.self
            case .topPositions: TopPositions.self
            case .cumulative: Cumulative.self
            case .expansion: Expansion.self
            case .tiling: Tiling.self
            case .normalization: Normalization.self
            case .quantization: Quantization.self
            case .dequantization: Dequantization.self
            case .poolingPositions: PoolingPositions.self
            case .identity: Identity.self
            case .dropout: Dropout.self
            case .call: Call.self
            }
        }
    }

    /// What the operation says of itself.
    var definition: any OperationDefinition {
        switch self {
        case .constant(let definition): definition
        case .convolution(let definition): definition
        case .transposedConvolution(let definition): definition
        case .pooling(let definition): definition
        case .globalPooling(let definition): definition
        case .batchNormalization(let definition): definition
        case .elementwise(let definition): definition
        case .binary(let definition): definition
        case .concatenation(let definition): definition
        case .padding(let definition): definition
        case .resize(let definition): definition
        case .reshape(let definition): definition
        case .transpose(let definition): definition
        case .matrixMultiplication(let definition): definition
        case .softmax(let definition): definition
        case .cast(let definition): definition
        case .comparison(let definition): definition
        case .logical(let definition): definition
        case .selection(let definition): definition
        case .slice(let definition): definition
        case .gather(let definition): definition
        case .reduction(let definition): definition
        case .scatter(let definition): definition
        case .argumentMaximum(let definition): definition
        case .topPositions(let definition): definition
        case .cumulative(let definition): definition
        case .expansion(let definition): definition
        case .tiling(let definition): definition
        case .normalization(let definition): definition
        case .quantization(let definition): definition
        case .dequantization(let definition): definition
        case .poolingPositions(let definition): definition
        case .identity(let definition): definition
        case .dropout(let definition): definition
        case .call(let definition): definition
        }
    }

    public var kind: Kind { type(of: definition).kind }
}
