import GraphIR

extension ONNXOperator {
    static let arithmetic: [ONNXOperator] = [
        binary("Add", .add), binary("Sub", .subtract), binary("Mul", .multiply), binary("Div", .divide),
        ONNXOperator("Pow", ["axis", "broadcast"], 2...2, power),
        variadic("Min", .minimum), variadic("Max", .maximum), variadic("Sum", .add),
        ONNXOperator("Mean", ["consumed_inputs"], 1...Int.max) { conversion, call throws(ONNXError) in
            let sum = try accumulate(&conversion, call, .add)
            guard call.operands.count > 1 else { return [sum] }
            let count = ONNXValue.constant(Constant([Float(call.operands.count)], shape: []))
            return [try conversion.binary(.divide, sum, count, call)]
        },
        ONNXOperator("Mod", ["fmod"], 2...2) { conversion, call throws(ONNXError) in
            let kind: Binary.Kind = try call.flag("fmod", default: false) ? .remainder : .modulo
            return [try conversion.binary(kind, try call.required(0), try call.required(1), call)]
        },
    ]

    private static func binary(_ name: String, _ kind: Binary.Kind) -> ONNXOperator {
        ONNXOperator(name, ["axis", "broadcast", "consumed_inputs"], 2...2) { conversion, call throws(ONNXError) in
            let (left, right) = try conversion.broadcastOperands(call)
            return [try conversion.binary(kind, left, right, call)]
        }
    }

    private static func variadic(_ name: String, _ kind: Binary.Kind) -> ONNXOperator {
        ONNXOperator(name, ["consumed_inputs"], 1...Int.max) { conversion, call throws(ONNXError) in
            [try accumulate(&conversion, call, kind)]
        }
    }

    /// An operator that is only imported where its operands are known, as in arithmetic on shapes.
    static func foldedOnly(_ name: String, _ attributes: Set<String>, _ operands: ClosedRange<Int>) -> ONNXOperator {
        ONNXOperator(name, attributes, operands) { _, _ throws(ONNXError) in
            throw .unsupported(nil, "\(name) of values that are computed when the model runs", accepted: "arithmetic on shapes")
        }
    }
}

private func accumulate(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ kind: Binary.Kind
) throws(ONNXError) -> ONNXValue {
    var result = try call.required(0)
    for index in call.operands.indices.dropFirst() {
        result = try conversion.binary(kind, result, try call.required(index), call)
    }
    return result
}

/// The exponent may have another type than the base. The result has the type of the base.
private func power(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let (base, exponent) = try conversion.broadcastOperands(call)
    let element = base.type.element
    if exponent.type.element == element {
        if element == .float32, let floats = exponent.constant?.floats, floats.count == 1, exponent.rank <= base.rank {
            return [try conversion.raised(base, to: floats[0], as: exponent, call)]
        }
        return [try conversion.binary(.power, base, exponent, call)]
    }
    // Integers are multiplied as integers: a float has 24 bits.
    if element != .float32, exponent.type.element != .float32 || exponent.hasWholeFloats {
        let wide = try conversion.binary(
            .power, try conversion.cast(base, to: .int64, call), try conversion.cast(exponent, to: .int64, call), call)
        return [try conversion.cast(wide, to: element, call)]
    }
    let widened = try conversion.binary(
        .power, try conversion.cast(base, to: .float32, call), try conversion.cast(exponent, to: .float32, call), call)
    return [try conversion.cast(widened, to: element, call)]
}

extension ONNXValue {
    /// Whether the elements are known floats that are whole numbers from 0.
    fileprivate var hasWholeFloats: Bool {
        known?.floats?.allSatisfy { $0 >= 0 && $0 == $0.rounded() && $0 < 16_777_216 } ?? false
    }
}

extension ONNXConversion {
    /// A power of floats with one exponent; those that need no logarithm are computed without one.
    ///
    /// - Parameter operand: the exponent as the model has it.
    mutating func raised(
        _ base: ONNXValue, to exponent: Float, as operand: ONNXValue? = nil, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        if exponent == 1 { return base }
        if exponent == 2 { return try binary(.multiply, base, base, call) }
        if exponent == 0.5 { return try elementwise(.sqrt, base, call) }
        return try binary(.power, base, operand ?? .constant(exponent), call)
    }

    mutating func binary(
        _ kind: Binary.Kind, _ left: ONNXValue, _ right: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        try broadcast(.binary(Binary(kind)), [left, right], call)
    }

    /// Applies an operation whose operands broadcast.
    mutating func broadcast(
        _ operation: Operation, _ values: [ONNXValue], _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let operands = try aligned(values, call)
        return aligned(try emit(operation, operands.ids, call), areImages: operands.areImages)
    }

    mutating func cast(_ value: ONNXValue, to element: ElementType, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if value.type.element == element { return value }
        if let known = value.known?.cast(to: element) { return .known(known) }
        return try mapElements(.cast(Cast(to: element)), value, call)
    }

    /// The two operands; before version 7 the second one is lined up with the first at `axis`, or at the end.
    mutating func broadcastOperands(_ call: ONNXCall) throws(ONNXError) -> (ONNXValue, ONNXValue) {
        let left = try call.required(0)
        let right = try call.required(1)
        guard let axis = try call.int("axis"), right.rank < left.rank else { return (left, right) }
        let first = try call.axis(axis, rank: left.rank)
        let trailing = left.rank - first - right.rank
        guard trailing > 0 else { return (left, right) }
        return (left, try reshape(right, to: right.shape + [Dimension](repeating: 1, count: trailing), call))
    }
}
