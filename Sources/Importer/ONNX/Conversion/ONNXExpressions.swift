import GraphIR

// What operators are composed of that the specification defines by others: each of these appends one operation.
extension ONNXConversion {
    mutating func elementwise(
        _ function: ElementwiseFunction, _ value: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        try mapElements(.elementwise(Elementwise(function)), value, call)
    }

    mutating func compare(
        _ kind: Comparison.Kind, _ left: ONNXValue, _ right: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        try broadcast(.comparison(Comparison(kind)), [left, right], call)
    }

    /// Both, where both are given.
    mutating func and(_ left: ONNXValue?, _ right: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        guard let left else { return right }
        return try broadcast(.logical(Logical(.and)), [left, right], call)
    }

    /// condition ? first : second, element by element.
    mutating func select(
        _ condition: ONNXValue, _ first: ONNXValue, _ second: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        try broadcast(.selection(Selection()), [condition, first, second], call)
    }

    mutating func softmax(
        _ value: ONNXValue, axis: Int, logarithm: Bool = false, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let operand = try oriented(value, call)
        let softmax = Softmax(axis: operand.places[axis], logarithm: logarithm)
        return result(try emit(.softmax(softmax), [operand.id], call), like: operand)
    }

    /// The values one behind the other, in ONNX's order of axes.
    mutating func concatenate(_ values: [ONNXValue], axis: Int, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if values.count == 1 { return values[0] }
        var ids: [ValueID] = []
        for value in values { ids.append(try self.value(value, call)) }
        return computed(try emit(.concatenation(Concatenation(axis: axis)), ids, call))
    }

    /// The values one behind the other along a new axis.
    mutating func stack(
        _ values: [ONNXValue], axis: Int, _ attribute: String, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        guard let first = values.first else { throw .unsupported(nil, "a result without a step", accepted: "at least one step") }
        let place = try call.axis(axis, rank: first.rank + 1, attribute)
        var parts: [ONNXValue] = []
        for value in values {
            parts.append(try reshape(value, to: value.shape[..<place] + [1] + value.shape[place...], call))
        }
        return try concatenate(parts, axis: place, call).with(precision: first.precision)
    }

    /// The matrix product over the last two axes, with the others broadcast.
    mutating func multiplyMatrices(_ left: ONNXValue, _ right: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let operands = [try value(left, call), try value(right, call)]
        return computed(try emit(.matrixMultiplication(MatrixMultiplication()), operands, call))
    }

    /// The value repeated to the shape to which it and `shape` broadcast.
    mutating func expand(_ value: ONNXValue, to shape: [Dimension], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if value.shape == shape { return value }
        return computed(try emit(.expansion(Expansion(to: shape)), [try self.value(value, call)], call))
    }

    /// Zeros of a shape that may have symbolic sides.
    mutating func zeros(_ shape: [Dimension], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if let sides = TensorType(shape).staticShape { return try filled(Constant([0], shape: []), sides, call) }
        return try expand(.constant(0), to: shape, call)
    }

    /// 0, 1, … along an axis of known length.
    func positions(
        _ count: Dimension, _ role: String, element: ElementType = .int64
    ) throws(ONNXError) -> ONNXValue {
        guard let number = count.constant else {
            throw .unsupported(nil, "\(role) \(count)", accepted: "a number; give the shapes of the inputs")
        }
        guard number <= Limits.attribute else {
            throw .unsupported(nil, "\(role) \(number)", accepted: "at most \(Limits.attribute)")
        }
        let numbers = KnownTensor(element: element, shape: [number], elements: (0..<number).map { .dimension(Dimension($0)) })
        return numbers.constant.map { .constant($0) } ?? .known(numbers)
    }
}

extension Sequence<Dimension> {
    /// Nil where it cannot be expressed.
    var product: Dimension? {
        var result: Dimension? = 1
        for side in self { result = result?.multiplied(by: side) }
        return result
    }
}

extension ONNXCall {
    /// One of a few texts.
    func choice(_ name: String, default fallback: String, _ accepted: [String]) throws(ONNXError) -> String {
        let text = try string(name, default: fallback)
        guard accepted.contains(text) else {
            throw .corrupt(nil, attribute: name, "'\(text)'", accepted: accepted.joined(separator: ", "))
        }
        return text
    }

    /// A side that has to be a number.
    func number(_ side: Dimension, _ role: String) throws(ONNXError) -> Int {
        guard let number = side.constant else {
            throw .unsupported(nil, "\(role) \(side)", accepted: "a number; give the shapes of the inputs")
        }
        return number
    }

    func requireRank(_ value: ONNXValue, _ rank: Int, _ role: String) throws(ONNXError) {
        guard value.rank == rank else { throw .corrupt(nil, "\(role) of \(value.rank) axes", accepted: "\(rank)") }
    }

    func requireFloat(_ value: ONNXValue, _ role: String) throws(ONNXError) {
        guard value.type.element == .float32 else {
            throw .unsupported(nil, "\(role) of \(value.type.element.rawValue)", accepted: "floats")
        }
    }
}
