import GraphIR

/// Functions of numbers, and of the numbers along axes.
enum KerasFunctionNumbers {
    /// An operation on operands that broadcast.
    static func combined(
        _ operation: GraphIR.Operation, _ call: KerasFunctionCall, _ emitter: inout KerasEmitter, names: [String] = ["x", "y"],
        part: String? = nil
    ) throws(GraphError) -> KerasTensor {
        let (values, isPermuted) = try call.operands(names, &emitter)
        return KerasTensor(value: try emitter.append(operation, values, part: part), isPermuted: isPermuted)
    }

    static func notEqual(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        var result = try combined(.comparison(Comparison(.equal)), call, &emitter, part: "equal")
        result.value = try emitter.append(.logical(Logical(.not)), [result.value])
        return result
    }

    static func logical(
        _ kind: Logical.Kind, _ call: KerasFunctionCall, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        try combined(.logical(Logical(kind)), call, &emitter, names: kind == .not ? ["x"] : ["x", "y"])
    }

    static func sum(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let tensors = try call.list()
        guard let first = tensors.first else { throw GraphError("no operands") }
        var result = try emitter.inModelOrder(first)
        for tensor in tensors.dropFirst() {
            result = try emitter.append(.binary(Binary(.add)), [result, emitter.inModelOrder(tensor)])
        }
        return KerasTensor(value: result)
    }

    /// To whole numbers, halves to even ones.
    static func round(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let decimals = try call.integer("decimals", default: 0)
        guard decimals == 0 else { throw GraphError("decimals is \(decimals); 0 is expected") }
        return try emitter.append(.round, to: call.tensor())
    }

    static func square(_ tensor: KerasTensor, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        var result = tensor
        result.value = try emitter.append(.binary(Binary(.multiply)), [tensor.value, tensor.value])
        return result
    }

    static func reciprocalRoot(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        try emitter.append(.reciprocal, to: emitter.append(.sqrt, to: call.tensor(), part: "root"))
    }

    /// Floats of every precision are float32 here.
    static func cast(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        var tensor = try call.tensor()
        let name = try call["dtype"].flatMap { $0.string ?? $0["config"]?["name"]?.string ?? $0["config"]?.string } ?? "nothing"
        let elements: [String: ElementType] = ["int64": .int64, "int32": .int32, "uint8": .uint8, "int8": .int8, "bool": .bool]
        guard let element = KerasArguments.floatTypes.contains(name) ? .float32 : elements[name] else {
            throw GraphError("dtype is '\(name)'; a float, int64, int32, uint8, int8 or bool is expected")
        }
        if emitter.type(of: tensor.value).element != element {
            tensor.value = try emitter.append(.cast(Cast(to: element)), [tensor.value])
        }
        return tensor
    }

    static func product(
        _ call: KerasFunctionCall, isTensorFlows: Bool, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        var values: [ValueID] = []
        for (name, flag) in [("x", "transpose_a"), ("y", "transpose_b")] {
            var value = try emitter.inModelOrder(call.operand(name, &emitter))
            if isTensorFlows, try call.flag(flag) {
                let rank = emitter.type(of: value).rank
                guard rank >= 2 else { throw GraphError("\(flag) of an operand of \(rank) axes") }
                let axes = Array(0..<(rank - 2)) + [rank - 1, rank - 2]
                value = try emitter.append(.transpose(Transpose(axes)), [value], part: flag)
            }
            values.append(value)
        }
        return KerasTensor(value: try emitter.append(.matrixMultiplication(MatrixMultiplication()), values))
    }
}

// MARK: Along axes
extension KerasFunctionNumbers {
    static func reduce(
        _ kind: Reduction.Kind, _ call: KerasFunctionCall, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        let reduction = Reduction(kind, axes: try call.axes(of: tensor, emitter), keepsAxes: try call.flag("keepdims"))
        return KerasTensor(value: try emitter.append(.reduction(reduction), [tensor.value]))
    }

    /// The mean of the squared differences from the mean.
    static func variance(
        _ call: KerasFunctionCall, root: Bool, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        let axes = try call.axes(of: tensor, emitter)
        let mean = try emitter.append(.reduction(Reduction(.mean, axes: axes, keepsAxes: true)), [tensor.value], part: "mean")
        let difference = try emitter.append(.binary(Binary(.subtract)), [tensor.value, mean], part: "difference")
        let square = try emitter.append(.binary(Binary(.multiply)), [difference, difference], part: "square")
        let reduction = Reduction(.mean, axes: axes, keepsAxes: try call.flag("keepdims"))
        let variance = try emitter.append(.reduction(reduction), [square], part: root ? "variance" : nil)
        return KerasTensor(value: root ? try emitter.append(.elementwise(Elementwise(.sqrt)), [variance]) : variance)
    }

    static func argumentMaximum(
        _ call: KerasFunctionCall, isInt64: Bool, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        let given = try isInt64 ? call.integer("axis", default: 0) : call.integer("axis")
        let type = try call["output_type"]?.string
        guard [nil, "int32", "int64"].contains(type) else { throw GraphError("output_type is '\(type ?? "")'") }
        let isInt64 = type.map { $0 == "int64" } ?? isInt64
        let operation = ArgumentMaximum(axis: try emitter.axis(given, of: tensor), keepsAxis: try call.flag("keepdims"))
        var value = try emitter.append(.argumentMaximum(operation), [tensor.value], part: isInt64 ? nil : "index")
        if !isInt64 { value = try emitter.append(.cast(Cast(to: .int32)), [value]) }
        return KerasTensor(value: value)
    }

    static func softmax(
        _ call: KerasFunctionCall, logarithm: Bool, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        var tensor = try call.tensor()
        let axis = tensor.storedAxis(try emitter.axis(call.integer("axis", default: -1), of: tensor))
        tensor.value = try emitter.append(.softmax(Softmax(axis: axis, logarithm: logarithm)), [tensor.value])
        return tensor
    }

    static func normalize(
        _ call: KerasFunctionCall, isTensorFlows: Bool, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        if !isTensorFlows, try call.integer("order", default: 2) != 2 { throw GraphError("the order of the norm; 2 is expected") }
        let isGiven = try call["axis"] != nil
        let axes = isTensorFlows || isGiven ? try call.axes(of: tensor, emitter) : [emitter.rank(of: tensor) - 1]
        let epsilon = try call.number("epsilon", default: isTensorFlows ? 1e-12 : 1e-7)
        return try emitter.normalizedToLengthOne(tensor, axes: axes, leastSquare: isTensorFlows ? epsilon : epsilon * epsilon)
    }
}

extension KerasEmitter {
    /// x / √max(Σx², s) along axes of the model's order.
    mutating func normalizedToLengthOne(
        _ tensor: KerasTensor, axes: [Int], leastSquare: Float
    ) throws(GraphError) -> KerasTensor {
        let square = try append(.binary(Binary(.multiply)), [tensor.value, tensor.value], part: "square")
        let sum = try append(.reduction(Reduction(.sum, axes: axes, keepsAxes: true)), [square], part: "sum")
        let least = constant([leastSquare], shape: [1], part: "epsilon")
        let bounded = try append(.binary(Binary(.maximum)), [sum, least], part: "bounded")
        let root = try append(.elementwise(Elementwise(.sqrt)), [bounded], part: "root")
        return KerasTensor(value: try append(.binary(Binary(.divide)), [tensor.value, root]))
    }
}
