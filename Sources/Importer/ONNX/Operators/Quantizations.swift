import GraphIR

extension ONNXOperator {
    static let quantizations: [ONNXOperator] = [
        ONNXOperator("QuantizeLinear", ["axis", "block_size", "output_dtype", "precision", "saturate"], 2...3, quantization),
        ONNXOperator(
            "DequantizeLinear", ["axis", "block_size", "output_dtype"], 2...3, examine: examineDequantization, dequantization),
        ONNXOperator("DynamicQuantizeLinear", [], 1...1, dynamicQuantization),
    ]
}

private func quantization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    var element = ElementType.uint8
    if let zeroPoint = call.operand(2) {
        element = zeroPoint.type.element
    } else if let number = try call.int("output_dtype"), number != 0 {
        guard let target = ONNXElementType(rawValue: number), let exact = target.exactElement else {
            throw .unsupported(nil, attribute: "output_dtype", "\(number)", accepted: "uint8, int8, uint16 or int16")
        }
        element = exact
    }
    let parameters = try parameters(&conversion, call, value)
    // Integers are quantized as floats.
    let floats = try conversion.cast(value, to: .float32, call)
    let operation = Operation.quantization(Quantization(axis: parameters.axis, to: element))
    let operands = [try conversion.value(floats, call)] + parameters.ids
    return [conversion.computed(try conversion.emit(operation, operands, call))]
}

private func examineDequantization(_ call: ONNXCall) throws(ONNXError) {
    if let number = try call.int("output_dtype"), number != 0, ONNXElementType(rawValue: number)?.exactElement?.isFloat != true {
        throw .unsupported(nil, attribute: "output_dtype", "\(number)", accepted: "a type of floats")
    }
}

private func dequantization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let parameters = try parameters(&conversion, call, value)
    let operation = Operation.dequantization(Dequantization(axis: parameters.axis))
    let operands = [try conversion.value(value, call)] + parameters.ids
    let result = conversion.computed(try conversion.emit(operation, operands, call))
    let number = try call.int("output_dtype", default: 0)
    return [result.with(precision: ONNXElementType(rawValue: number)?.exactElement)]
}

/// Quantizes to u8 by the range of the operand, widened to contain 0. Also gives the scale and the zero point.
private func dynamicQuantization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let axes = Array(0..<value.rank)
    let zero = ONNXValue.constant(0)
    let least = try conversion.binary(
        .minimum, zero, try conversion.reduce(.minimum, value, axes: axes, keepsAxes: false, call), call)
    let most = try conversion.binary(
        .maximum, zero, try conversion.reduce(.maximum, value, axes: axes, keepsAxes: false, call), call)
    let scale = try conversion.binary(
        .divide, try conversion.binary(.subtract, most, least, call), .constant(255), call)
    /// Rounds to the nearest integer, ties to even, within 0 and 255.
    func quantized(_ values: [ONNXValue]) throws(ONNXError) -> ONNXValue {
        var ids: [ValueID] = []
        for value in values { ids.append(try conversion.value(value, call)) }
        return conversion.computed(try conversion.emit(.quantization(Quantization(to: .uint8)), ids, call))
    }
    let shift = try conversion.binary(.subtract, zero, try conversion.binary(.divide, least, scale, call), call)
    let zeroPoint = try quantized([shift, .constant(1)])
    return [try quantized([value, scale, zeroPoint]), scale, zeroPoint]
}

/// Scale and zero point, for the whole tensor, for each index of an axis, or for blocks along it, where each block's
/// parameters are repeated for its elements.
private func parameters(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ value: ONNXValue
) throws(ONNXError) -> (axis: Int?, ids: [ValueID]) {
    let scale = try call.required(1)
    var values = [scale]
    if let zeroPoint = call.operand(2) { values.append(zeroPoint) }
    let block = try call.int("block_size", default: 0)
    var ids: [ValueID] = []
    if block == 0 {
        let isSingle = scale.rank == 0 || (scale.rank == 1 && scale.shape == [1])
        for value in values {
            ids.append(try conversion.value(isSingle ? try conversion.reshape(value, to: [Dimension](), call) : value, call))
        }
        if isSingle { return (nil, ids) }
        return (try call.axis(try call.int("axis", default: 1), rank: value.rank), ids)
    }
    let axis = try call.axis(try call.int("axis", default: 1), rank: value.rank)
    guard block > 0, scale.rank == value.rank, scale.shape[axis] * block == value.shape[axis] else {
        throw .unsupported(
            nil, attribute: "block_size", "\(block) for \(value.shape[axis]) elements and \(scale.type)",
            accepted: "a size that divides the axis, and one scale for each block")
    }
    for value in values {
        let apart = try conversion.reshape(
            value, to: Array(value.shape[...axis]) + [1] + value.shape[(axis + 1)...], call)
        var shape = apart.shape
        shape[axis + 1] = Dimension(block)
        let repeated = try conversion.emit(.expansion(Expansion(to: shape)), [try conversion.value(apart, call)], call)
        var joined = value.shape
        joined[axis] = joined[axis] * block
        ids.append(try conversion.value(try conversion.reshape(conversion.computed(repeated), to: joined, call), call))
    }
    return (nil, ids)
}
