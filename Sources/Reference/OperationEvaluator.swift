import GraphIR

/// Evaluates a single operation on tensors.
///
/// - Parameter arithmetic: how sums of products are computed. The default gives the same bits on every machine, which constant
///   folding needs.
/// - Throws: if the operation refuses its operands (``GraphIR/Operation/resultTypes(operands:callee:constantType:)``) or a
///   result would be too large, and for `.constant` and `.call`, which need a graph: see ``Evaluator``.
public func evaluate(
    _ operation: Operation, operands: [Tensor], arithmetic: Arithmetic = .exactScalar
) throws(EvaluationError) -> [Tensor] {
    try OperationEvaluator(arithmetic: arithmetic).evaluate(operation, operands)
}

/// Applies operations to tensors. The method of each operation relies on its operands, which ``evaluate(_:_:)`` has checked.
struct OperationEvaluator {
    var arithmetic: Arithmetic

    func evaluate(_ operation: Operation, _ operands: [Tensor]) throws(EvaluationError) -> [Tensor] {
        let shapes = try resultShapes(operation, operands)
        let shape = shapes[0]
        switch operation {
        case .constant, .call:
            throw EvaluationError(.invalidOperation, "\(operation.mnemonic) is evaluated as part of a graph only")
        case .convolution(let payload):
            var unpooled = payload
            unpooled.pooling = nil
            let unpooledShape = try resultShapes(.convolution(unpooled), operands)[0]
            return convolution(payload, operands, unpooledShape: unpooledShape, shapes: shapes)
        case .transposedConvolution(let payload): return [transposedConvolution(payload, operands, shape: shape)]
        case .pooling(let payload): return [pooling(payload, operands[0], shape: shape)]
        case .globalPooling(let payload): return [globalPooling(payload, operands[0], shape: shape)]
        case .batchNormalization(let payload): return [batchNormalization(payload, operands)]
        case .elementwise(let payload):
            var elements = operands[0].floats
            payload.function.apply(to: &elements)
            return [Tensor(elements, shape: shape)]
        case .binary(let payload): return [binary(payload, operands[0], operands[1], shape: shape)]
        case .concatenation(let payload): return [concatenation(payload, operands, shape: shape)]
        case .padding(let payload): return [padding(payload, operands[0], shape: shape)]
        case .reshape: return [operands[0].reshaped(to: shape)]
        case .transpose(let payload): return [transpose(payload, operands[0], shape: shape)]
        case .matrixMultiplication(let payload): return [matrixMultiplication(payload, operands, shape: shape)]
        case .softmax(let payload): return [softmax(payload, operands[0])]
        case .cast(let payload): return [cast(payload, operands[0])]
        case .comparison(let payload): return [comparison(payload, operands[0], operands[1], shape: shape)]
        case .logical(let payload): return [logical(payload, operands, shape: shape)]
        case .selection: return [selection(operands, shape: shape)]
        case .slice(let payload): return [try slice(payload, operands[0], shape: shape)]
        case .gather(let payload): return [try gather(payload, operands[0], operands[1], shape: shape)]
        case .reduction(let payload): return [reduction(payload, operands[0], shape: shape)]
        case .scatter(let payload): return [scatter(payload, operands[0], operands[1], operands[2])]
        case .topPositions(let payload): return [topPositions(payload, operands[0], shape: shape)]
        case .cumulative(let payload): return [cumulative(payload, operands[0])]
        case .argumentMaximum(let payload): return [argumentMaximum(payload, operands[0], shape: shape)]
        case .expansion: return [expansion(operands[0], shape: shape)]
        case .tiling: return [tiling(operands[0], shape: shape)]
        case .normalization(let payload): return [normalization(payload, operands[0])]
        case .quantization(let payload): return [quantization(payload, operands)]
        case .dequantization(let payload): return [dequantization(payload, operands)]
        case .poolingPositions(let payload): return [poolingPositions(payload, operands[0], shape: shape)]
        case .resize(let payload): return [resize(payload, operands[0])]
        case .identity, .dropout: return operands
        }
    }

    /// The shapes of the results. Everything that an operation demands of its operands is checked here.
    private func resultShapes(_ operation: Operation, _ operands: [Tensor]) throws(EvaluationError) -> [[Int]] {
        let types: [TensorType]
        do throws(GraphError) {
            types = try operation.resultTypes(operands: operands.map(\.type), callee: { _ in nil })
        } catch {
            throw EvaluationError(.invalidOperation, error.message)
        }
        var shapes: [[Int]] = []
        for type in types {
            guard let shape = type.staticShape else {
                throw EvaluationError(
                    .invalidOperation, "the result \(type) of \(operation.mnemonic) has a side that nothing determines")
            }
            try requireEvaluable(type, shape)
            shapes.append(shape)
        }
        return shapes
    }
}

/// Tensors have fewer than 2³¹ elements, so that every side fits OpenBLAS' 32-bit integers.
func requireEvaluable(_ type: TensorType, _ shape: [Int]) throws(EvaluationError) {
    guard let count = checkedElementCount(shape), count <= Int(Int32.max) else {
        throw EvaluationError(.tooLarge, "a tensor of type \(type) has more than \(Int32.max) elements")
    }
}
