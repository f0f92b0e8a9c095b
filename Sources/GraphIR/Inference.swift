extension Operation {
    /// The kind of operation; the textual form names element-wise ones by their function.
    public var mnemonic: String {
        switch self {
        case .constant: "constant"
        case .convolution: "convolution"
        case .transposedConvolution: "transposed-convolution"
        case .pooling: "pooling"
        case .globalPooling: "global-pooling"
        case .batchNormalization: "batch-normalization"
        case .elementwise: "elementwise"
        case .binary: "binary"
        case .concatenation: "concatenation"
        case .padding: "padding"
        case .resize: "resize"
        case .reshape: "reshape"
        case .transpose: "transpose"
        case .matrixMultiplication: "matrix-multiplication"
        case .softmax: "softmax"
        case .cast: "cast"
        case .comparison: "comparison"
        case .logical: "logical"
        case .selection: "selection"
        case .slice: "slice"
        case .gather: "gather"
        case .reduction: "reduction"
        case .argumentMaximum: "argument-maximum"
        case .expansion: "expansion"
        case .tiling: "tiling"
        case .normalization: "normalization"
        case .quantization: "quantization"
        case .dequantization: "dequantization"
        case .poolingPositions: "pooling-positions"
        case .resampling: "resampling"
        case .identity: "identity"
        case .dropout: "dropout"
        case .call: "call"
        }
    }

    /// The types of the results for operands of the given types; symbolic sides stay symbolic.
    ///
    /// - Parameters:
    ///   - callee: finds a function of the graph for `.call`.
    ///   - constantType: finds the type of a constant of the graph's table for `.constant`.
    /// - Throws: an error that names the operation and its operands' types where their number, elements, ranks or sides
    ///   do not fit, where an attribute is out of its range, or where a result is empty or beyond ``Limits``.
    public func resultTypes(
        operands: [TensorType], callee: (String) -> Function?, constantType: (ConstantID) -> TensorType? = { _ in nil }
    ) throws(GraphError) -> [TensorType] {
        do throws(GraphError) {
            for operand in operands { try operand.checkBounds() }
            let results = try uncheckedResultTypes(operands, callee, constantType)
            for result in results { try result.checkBounds() }
            if isOfImages { for type in operands + results { try type.requireElements() } }
            return results
        } catch {
            let list = operands.count <= 8 ? operands.listed : "(\(operands.count) operands)"
            throw GraphError("\(keyword) of \(list): \(error.message)")
        }
    }

    /// Whether the operation's formulas ask for at least one row, column and channel.
    public var isOfImages: Bool {
        switch self {
        case .convolution, .transposedConvolution, .pooling, .globalPooling, .batchNormalization, .resize, .poolingPositions: true
        case .constant, .elementwise, .binary, .concatenation, .padding, .reshape, .transpose, .matrixMultiplication, .softmax,
            .cast, .comparison, .logical, .selection, .slice, .gather, .reduction, .argumentMaximum, .expansion, .tiling,
            .normalization, .quantization, .dequantization, .resampling, .identity, .dropout, .call:
            false
        }
    }

    private func uncheckedResultTypes(
        _ operands: [TensorType], _ callee: (String) -> Function?, _ constantType: (ConstantID) -> TensorType?
    ) throws(GraphError) -> [TensorType] {
        switch self {
        case .constant(let operation): [try operation.resultType(operands, constantType)]
        case .convolution(let operation): try operation.resultTypes(operands)
        case .transposedConvolution(let operation): [try operation.resultType(operands)]
        case .pooling(let operation): [try operation.resultType(operands)]
        case .globalPooling(let operation): [try operation.resultType(operands)]
        case .batchNormalization(let operation): [try operation.resultType(operands)]
        case .elementwise(let operation): [try operation.resultType(operands)]
        case .binary(let operation): [try operation.resultType(operands)]
        case .concatenation(let operation): [try operation.resultType(operands)]
        case .padding(let operation): [try operation.resultType(operands)]
        case .resize(let operation): [try operation.resultType(operands)]
        case .reshape(let operation): [try operation.resultType(operands)]
        case .transpose(let operation): [try operation.resultType(operands)]
        case .matrixMultiplication(let operation): [try operation.resultType(operands)]
        case .softmax(let operation): [try operation.resultType(operands)]
        case .cast(let operation): [try operation.resultType(operands)]
        case .comparison(let operation): [try operation.resultType(operands)]
        case .logical(let operation): [try operation.resultType(operands)]
        case .selection(let operation): [try operation.resultType(operands)]
        case .slice(let operation): [try operation.resultType(operands)]
        case .gather(let operation): [try operation.resultType(operands)]
        case .reduction(let operation): [try operation.resultType(operands)]
        case .argumentMaximum(let operation): [try operation.resultType(operands)]
        case .expansion(let operation): [try operation.resultType(operands)]
        case .tiling(let operation): [try operation.resultType(operands)]
        case .normalization(let operation): [try operation.resultType(operands)]
        case .quantization(let operation): [try operation.resultType(operands)]
        case .dequantization(let operation): [try operation.resultType(operands)]
        case .poolingPositions(let operation): [try operation.resultType(operands)]
        case .resampling(let operation): [try operation.resultType(operands)]
        case .identity(let operation): [try operation.resultType(operands)]
        case .dropout(let operation): [try operation.resultType(operands)]
        case .call(let operation): try operation.resultTypes(operands, callee)
        }
    }
}

// MARK: What the operations' rules have in common.

func requireCount(_ operands: [TensorType], _ count: Int) throws(GraphError) {
    guard operands.count == count else {
        throw GraphError("it takes \(count) operand\(count == 1 ? "" : "s"), not \(operands.count)")
    }
}

func requireFloat(_ type: TensorType, _ role: String) throws(GraphError) {
    guard type.element == .float32 else { throw GraphError("\(role) has to be f32, not \(type.element.rawValue)") }
}

/// An f32 tensor `[N, H, W, C]`.
func requireImage(_ type: TensorType) throws(GraphError) {
    try requireFloat(type, "the image")
    guard type.rank == 4 else { throw GraphError("the image has to have 4 axes [N, H, W, C], not \(type.rank)") }
}

func requireAxis(_ axis: Int, of type: TensorType) throws(GraphError) {
    guard type.shape.indices.contains(axis) else {
        throw GraphError("axis \(axis) is outside of a tensor with \(type.rank) axes")
    }
}

func requireRange(_ value: Int, from minimum: Int, _ name: String) throws(GraphError) {
    guard value >= minimum, value <= Limits.attribute else {
        throw GraphError("\(name) is \(value), outside of \(minimum)...\(Limits.attribute)")
    }
}

/// Operand `index` is an f32 vector with one element for each of `channels`.
func requireVector(_ type: TensorType, _ channels: Dimension, _ role: String) throws(GraphError) {
    try requireFloat(type, role)
    guard type.shape == [channels] else { throw GraphError("\(role) is \(type); expected f32[\(channels)]") }
}

/// NumPy's broadcasting of two shapes: right-aligned, sides agree or one of them is 1.
func broadcast(_ lhs: ArraySlice<Dimension>, _ rhs: ArraySlice<Dimension>) throws(GraphError) -> [Dimension] {
    let rank = max(lhs.count, rhs.count)
    var shape: [Dimension] = []
    for axis in 0..<rank {
        let left = axis < rank - lhs.count ? 1 : lhs[lhs.startIndex + axis - (rank - lhs.count)]
        let right = axis < rank - rhs.count ? 1 : rhs[rhs.startIndex + axis - (rank - rhs.count)]
        guard left == right || left == 1 || right == 1 else {
            throw GraphError("sides \(left) and \(right) of axis \(axis) do not broadcast")
        }
        shape.append(left == 1 ? right : left)
    }
    return shape
}
