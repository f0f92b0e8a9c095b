import GraphIR

extension ONNXOperator {
    /// Functions of one element that compare it with something.
    static let thresholds: [ONNXOperator] = [
        ONNXOperator("ThresholdedRelu", ["alpha"]) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            let threshold = ONNXValue.constant(try call.float("alpha", default: 1))
            let isAbove = try conversion.compare(.greater, value, threshold, call)
            return [try conversion.select(isAbove, value, .constant(0), call)]
        },
        ONNXOperator("Shrink", ["bias", "lambd"], shrink),
        ONNXOperator("IsNaN") { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            let isNumber = try conversion.compare(.equal, value, value, call)
            return [try conversion.mapElements(.logical(Logical(.not)), isNumber, call)]
        },
        ONNXOperator("IsInf", ["detect_negative", "detect_positive"], isInfinite),
    ]
}

/// x < −lambd: x + bias; x > lambd: x − bias; else 0. Both numbers are converted to the element type first.
private func shrink(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let element = value.type.element
    let bias = try conversion.cast(.constant(try call.float("bias", default: 0)), to: element, call)
    let bound = try call.float("lambd", default: 0.5)
    let zero = ONNXValue.constant(integer: 0, element: element)
    let isAbove = try conversion.broadcast(
        .comparison(Comparison(.greater)), [value, try conversion.cast(.constant(bound), to: element, call)], call)
    let isBelow = try conversion.broadcast(
        .comparison(Comparison(.less)), [value, try conversion.cast(.constant(-bound), to: element, call)], call)
    let above = try conversion.broadcast(
        .selection(Selection()), [isAbove, try conversion.binary(.subtract, value, bias, call), zero], call)
    let below = try conversion.binary(.add, value, bias, call)
    return [try conversion.select(isBelow, below, above, call)]
}

private func isInfinite(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let positive = try call.flag("detect_positive", default: true)
    let negative = try call.flag("detect_negative", default: true)
    // The magnitude where both count, and what no magnitude is where none does.
    var compared = value
    if positive == negative { compared = try conversion.elementwise(.abs, value, call) }
    let infinity = ONNXValue.constant(positive || !negative ? Float.infinity : -Float.infinity)
    let wanted = positive || negative ? infinity : .constant(-1)
    return [try conversion.compare(.equal, compared, wanted, call)]
}
