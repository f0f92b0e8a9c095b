import GraphIR

extension ONNXOperator {
    static let products: [ONNXOperator] = [
        ONNXOperator("MatMul", [], 2...2, product),
        ONNXOperator("Gemm", ["alpha", "beta", "transA", "transB", "broadcast"], 2...3, gemm),
    ]
}

private func product(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let left = try call.required(0)
    let element = left.type.element
    guard element == .float32 else { throw .unsupported(nil, "matrices of \(element.rawValue)", accepted: "f32") }
    return [
        try conversion.matrixProduct(left, try call.required(1), call) { conversion, left, right throws(ONNXError) in
            try conversion.multiplyMatrices(left, right, call)
        }
    ]
}

/// alpha·A'·B' + beta·C, A' and B' being the operands or their transposes.
private func gemm(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    var left = try call.required(0)
    var right = try call.required(1)
    guard left.rank == 2, right.rank == 2 else {
        throw .corrupt(nil, "\(left.type) and \(right.type)", accepted: "two matrices")
    }
    guard left.type.element == .float32 else {
        throw .unsupported(nil, "matrices of \(left.type.element.rawValue)", accepted: "f32")
    }
    for operand in [right] + (call.operand(2).map { [$0] } ?? []) where operand.type.element != left.type.element {
        throw .corrupt(nil, "\(left.type) and \(operand.type)", accepted: "operands of one element type")
    }
    let alpha = try call.float("alpha", default: 1)
    let beta = try call.float("beta", default: 1)
    if try call.flag("transA", default: false) { left = try conversion.transpose(left, [1, 0], call) }
    if try call.flag("transB", default: false) { right = try conversion.transpose(right, [1, 0], call) }
    let columns = right.shape[1]
    let bias =
        beta == 0
        ? nil
        : try call.operand(2).map { bias throws(ONNXError) in
            try conversion.scaled(bias, by: beta, call)
        }
    // A vector of constants is the product's own bias.
    let isVector = alpha == 1 && (bias.map { $0.shape == [columns] || $0.shape == [1, columns] } ?? false)
    var operands = [try conversion.value(left, call), try conversion.value(right, call)]
    if isVector, let bias { operands.append(try conversion.value(try conversion.reshape(bias, to: [columns], call), call)) }
    var result = conversion.computed(
        try conversion.emit(.matrixMultiplication(MatrixMultiplication(hasBias: isVector)), operands, call))
    result = try conversion.scaled(result, by: alpha, call)
    if let bias, !isVector { result = try conversion.binary(.add, result, bias, call) }
    return [result]
}

extension ONNXConversion {
    /// A product of which a vector counts as one row on the left and as one column on the right.
    ///
    /// - Parameter multiply: makes the product of operands of at least two axes.
    mutating func matrixProduct(
        _ left: ONNXValue, _ right: ONNXValue, _ call: ONNXCall,
        _ multiply: (inout ONNXConversion, ONNXValue, ONNXValue) throws(ONNXError) -> ONNXValue
    ) throws(ONNXError) -> ONNXValue {
        let isLeftVector = left.rank == 1
        let isRightVector = right.rank == 1
        let rows = isLeftVector ? try reshape(left, to: [1] + left.shape, call) : left
        let columns = isRightVector ? try reshape(right, to: right.shape + [1], call) : right
        let result = try multiply(&self, rows, columns)
        var shape = result.shape
        if isRightVector { shape.removeLast() }
        if isLeftVector { shape.remove(at: isRightVector ? shape.count - 1 : shape.count - 2) }
        return try reshape(result, to: shape, call)
    }

    fileprivate mutating func scaled(_ value: ONNXValue, by factor: Float, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if factor == 1 { return value }
        if let constant = value.constant { return .constant(constant.mapped { $0 * factor }) }
        return try binary(.multiply, value, .constant(Constant([factor], shape: [])), call)
    }
}
