import GraphIR

extension ONNXOperator {
    static let bits: [ONNXOperator] = [
        ONNXOperator("BitShift", ["direction"], 2...2, shift),
        bitwise("BitwiseAnd", .bitAnd), bitwise("BitwiseOr", .bitOr), bitwise("BitwiseXor", .bitXor),
        ONNXOperator("BitwiseNot") { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            let ones = try conversion.binary(
                .subtract, .constant(integer: 0, element: value.type.element), .constant(integer: 1, element: value.type.element), call)
            return [try conversion.binary(.bitXor, value, ones, call)]
        },
    ]

    private static func bitwise(_ name: String, _ kind: Binary.Kind) -> ONNXOperator {
        ONNXOperator(name, [], 2...2) { conversion, call throws(ONNXError) in
            [try conversion.binary(kind, try call.required(0), try call.required(1), call)]
        }
    }
}

/// Shifts by a negative number, or by as many bits as there are and more, leave nothing but copies of the sign.
private func shift(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    var amount = try call.required(1)
    switch try call.string("direction", default: "") {
    case "LEFT": return [try conversion.binary(.shiftLeft, value, amount, call)]
    case "RIGHT": break
    case let other: throw .corrupt(nil, attribute: "direction", "'\(other)'", accepted: "LEFT or RIGHT")
    }
    let element = value.type.element
    if element.isSigned {
        let last = ONNXValue.constant(integer: 8 * element.byteCount - 1, element: element)
        let zero = ONNXValue.constant(integer: 0, element: element)
        let isNegative = try conversion.compare(.less, amount, zero, call)
        amount = try conversion.select(isNegative, last, amount, call)
        amount = try conversion.binary(.minimum, amount, last, call)
    }
    return [try conversion.binary(.shiftRight, value, amount, call)]
}
