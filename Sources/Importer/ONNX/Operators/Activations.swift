import GraphIR

extension ONNXOperator {
    static let activations: [ONNXOperator] = [
        ONNXOperator("Relu", ["consumed_inputs"], relu),
        ONNXOperator("LeakyRelu", ["alpha", "consumed_inputs"]) { conversion, call throws(ONNXError) in
            try map(&conversion, call, .leakyRelu(slope: try call.float("alpha", default: 0.01)))
        },
        ONNXOperator("Elu", ["alpha", "consumed_inputs"]) { conversion, call throws(ONNXError) in
            try map(&conversion, call, .elu(alpha: try call.float("alpha", default: 1)))
        },
        ONNXOperator("Selu", ["alpha", "gamma", "consumed_inputs"]) { conversion, call throws(ONNXError) in
            // The defaults are exact in the specification; version 1 had them rounded to five digits.
            let alpha = try call.float("alpha", default: call.version < 6 ? 1.6732 : 1.67326319217681884765625)
            let scale = try call.float("gamma", default: call.version < 6 ? 1.0507 : 1.05070102214813232421875)
            return try map(&conversion, call, .selu(alpha: alpha, scale: scale))
        },
        ONNXOperator("Celu", ["alpha"]) { conversion, call throws(ONNXError) in
            try map(&conversion, call, .celu(alpha: try call.float("alpha", default: 1)))
        },
        ONNXOperator("HardSigmoid", ["alpha", "beta", "consumed_inputs"]) { conversion, call throws(ONNXError) in
            try map(
                &conversion, call,
                .hardSigmoid(slope: try call.float("alpha", default: 0.2), offset: try call.float("beta", default: 0.5)))
        },
        ONNXOperator("Gelu", ["approximate"]) { conversion, call throws(ONNXError) in
            switch try call.string("approximate", default: "none") {
            case "none": return try map(&conversion, call, .gelu)
            case "tanh": return try map(&conversion, call, .geluTanh)
            case let other: throw .unsupported(nil, attribute: "approximate", "'\(other)'", accepted: "'none', 'tanh'")
            }
        },
        ONNXOperator("Swish", ["alpha"]) { conversion, call throws(ONNXError) in
            [try conversion.swish(try call.required(0), call)]
        },
        ONNXOperator("SwiGLU", ["alpha"], 2...2) { conversion, call throws(ONNXError) in
            let gate = try call.required(0)
            let value = try call.required(1)
            guard gate.shape == value.shape else { throw .corrupt(nil, "\(gate.type) and \(value.type)", accepted: "one shape") }
            return [try conversion.binary(.multiply, try conversion.swish(gate, call), value, call)]
        },
        function("Sigmoid", .sigmoid), function("HardSwish", .hardSwish), function("Mish", .mish),
        function("Softplus", .softplus), function("Softsign", .softsign), function("Tanh", .tanh),
        function("Exp", .exp), function("Log", .log), function("Sqrt", .sqrt), function("Reciprocal", .reciprocal),
        function("Floor", .floor), function("Ceil", .ceil), function("Erf", .erf),
        function("Sin", .sin), function("Cos", .cos), function("Tan", .tan), function("Asin", .asin), function("Acos", .acos),
        function("Atan", .atan), function("Sinh", .sinh), function("Cosh", .cosh), function("Asinh", .asinh),
        function("Acosh", .acosh), function("Atanh", .atanh), function("Round", .round),
        ONNXOperator("Sign") { conversion, call throws(ONNXError) in
            let operand = try call.required(0)
            let element = operand.type.element
            if element == .float32 { return try map(&conversion, call, .sign) }
            let capped = try conversion.binary(.minimum, operand, .constant(integer: 1, element: element), call)
            return [element.isSigned ? try conversion.binary(.maximum, capped, .constant(integer: -1, element: element), call) : capped]
        },
        ONNXOperator("Abs", ["consumed_inputs"]) { conversion, call throws(ONNXError) in
            [try conversion.absolute(try call.required(0), call)]
        },
        ONNXOperator("Neg", ["consumed_inputs"]) { conversion, call throws(ONNXError) in
            let operand = try call.required(0)
            return operand.type.element == .float32
                ? try map(&conversion, call, .negate) : [try conversion.negated(operand, call)]
        },
        ONNXOperator("PRelu", ["consumed_inputs"], 2...2, prelu),
        ONNXOperator("Clip", ["min", "max", "consumed_inputs"], 1...3, clip),
        ONNXOperator("Softmax", ["axis"]) { conversion, call throws(ONNXError) in
            try softmax(&conversion, call, logarithm: false)
        },
        ONNXOperator("LogSoftmax", ["axis"]) { conversion, call throws(ONNXError) in
            try softmax(&conversion, call, logarithm: true)
        },
    ]

    private static func function(_ name: String, _ function: ElementwiseFunction) -> ONNXOperator {
        ONNXOperator(name, ["consumed_inputs"]) { conversion, call throws(ONNXError) in
            try map(&conversion, call, function)
        }
    }
}

private func map(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ function: ElementwiseFunction
) throws(ONNXError) -> [ONNXValue] {
    [try conversion.mapElements(.elementwise(Elementwise(function)), try call.required(0), call)]
}

private func relu(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let operand = try call.required(0)
    if operand.type.element == .float32 { return try map(&conversion, call, .relu) }
    let zero = ONNXValue.constant(integer: 0, element: operand.type.element)
    return [try conversion.binary(.maximum, operand, zero, call)]
}

private func prelu(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let operand = try call.required(0)
    var slope = try call.required(1)
    // Before version 7 a vector is one slope for each channel.
    if call.version < 7, slope.rank == 1, operand.rank > 2, slope.shape != [1] {
        slope = try conversion.reshape(slope, to: slope.shape + [Dimension](repeating: 1, count: operand.rank - 2), call)
    }
    guard operand.type.element == .float32 else {
        // x < 0 ? slope·x : x
        let zero = ONNXValue.constant(integer: 0, element: operand.type.element)
        let scaled = try conversion.binary(.multiply, operand, slope, call)
        let isNegative = try conversion.compare(.less, operand, zero, call)
        return [try conversion.select(isNegative, scaled, operand, call)]
    }
    return [try conversion.binary(.prelu, operand, slope, call)]
}

private func clip(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    var result = try call.required(0)
    if call.operands.count == 1, result.type.element == .float32 {
        // Attributes, before version 11; without any the range of floats.
        let largest = Float.greatestFiniteMagnitude
        let minimum = try call.float("min", default: -largest)
        let maximum = try call.float("max", default: largest)
        if !call.has("min"), !call.has("max"), call.version >= 11 { return [result] }
        return try map(&conversion, call, .clip(minimum: minimum, maximum: maximum))
    }
    let bounds = [call.operand(1), call.operand(2)]
    for case let bound? in bounds where bound.type.element != result.type.element {
        throw .corrupt(nil, "a bound of \(bound.type.element.rawValue)", accepted: result.type.element.rawValue)
    }
    if result.type.element == .float32, let low = bounds[0]?.known?.floats?.first, let high = bounds[1]?.known?.floats?.first,
        low <= high, low.isFinite, high.isFinite
    {
        return try map(&conversion, call, .clip(minimum: low, maximum: high))
    }
    // The bounds come first, so that NaN passes.
    if let minimum = bounds[0] { result = try conversion.binary(.maximum, minimum, result, call) }
    if let maximum = bounds[1] { result = try conversion.binary(.minimum, maximum, result, call) }
    return [result]
}

/// Before version 13 of the operator, all axes from `axis` on are treated as one.
private func softmax(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, logarithm: Bool
) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let axis = try call.axis(try call.int("axis", default: call.version < 13 ? 1 : -1), rank: value.rank)
    if call.version >= 13 || axis == value.rank - 1 || value.shape[(axis + 1)...].allSatisfy({ $0 == 1 }) {
        return [try conversion.softmax(value, axis: axis, logarithm: logarithm, call)]
    }
    let flat = try conversion.reshape(
        value, to: (0..<axis).map { .dimension(value.shape[$0]) } + [.inferred], call)
    let softmax = Softmax(axis: axis, logarithm: logarithm)
    let result = conversion.computed(
        try conversion.emit(.softmax(softmax), [try conversion.value(flat, call)], call))
    return [try conversion.reshape(result, to: value.shape, call)]
}

extension ONNXConversion {
    /// x·sigmoid(alpha·x)
    fileprivate mutating func swish(_ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let alpha = try call.float("alpha", default: 1)
        if alpha == 1 { return try elementwise(.swish, value, call) }
        let scaled = try binary(.multiply, value, .constant(alpha), call)
        return try binary(.multiply, value, try elementwise(.sigmoid, scaled, call), call)
    }

    mutating func absolute(_ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if value.type.element == .float32 { return try elementwise(.abs, value, call) }
        if !value.type.element.isSigned, value.type.element != .bool { return value }
        return try binary(.maximum, value, try negated(value, call), call)
    }

    /// 0 − x
    fileprivate mutating func negated(_ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        try binary(.subtract, .constant(integer: 0, element: value.type.element), value, call)
    }
}

extension ONNXValue {
    /// A scalar.
    static func constant(integer: Int, element: ElementType) -> ONNXValue {
        .known(KnownTensor(element: element, shape: [], elements: [.dimension(Dimension(integer))]))
    }
}
