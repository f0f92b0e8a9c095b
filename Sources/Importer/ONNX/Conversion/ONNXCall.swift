import GraphIR

/// A node together with what its operands stand for: what the converter of an operator gets.
struct ONNXCall {
    let node: ONNXNode
    /// Nil for operands that are left out, at the end or by an empty name.
    let operands: [ONNXValue?]
    /// Version of the operator's set.
    let version: Int

    var name: String { node.name }

    func operand(_ index: Int) -> ONNXValue? { operands.indices.contains(index) ? operands[index] : nil }

    func required(_ index: Int) throws(ONNXError) -> ONNXValue {
        guard let value = operand(index) else {
            throw .corrupt(nil, "no operand \(index)", accepted: "a value")
        }
        return value
    }

    /// Whether anyone may want the result.
    func wants(_ output: Int) -> Bool { node.outputs.indices.contains(output) && !node.outputs[output].isEmpty }
}

// MARK: Attributes
extension ONNXCall {
    func has(_ name: String) -> Bool { value(name) != nil }

    private func value(_ name: String) -> ONNXAttribute.Value? { node.attributes.first { $0.name == name }?.value }

    private func wrong(_ name: String, _ value: ONNXAttribute.Value, _ accepted: String) -> ONNXError {
        if case .other(let kind) = value { return .unsupported(nil, attribute: name, kind, accepted: accepted) }
        return .corrupt(nil, attribute: name, value.kind, accepted: accepted)
    }

    func int(_ name: String) throws(ONNXError) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .int(let int) = value else { throw wrong(name, value, "an integer") }
        return int
    }

    func int(_ name: String, default fallback: Int) throws(ONNXError) -> Int { try int(name) ?? fallback }

    func flag(_ name: String, default fallback: Bool) throws(ONNXError) -> Bool {
        try int(name).map { $0 != 0 } ?? fallback
    }

    func float(_ name: String) throws(ONNXError) -> Float? {
        guard let value = value(name) else { return nil }
        guard case .float(let float) = value else { throw wrong(name, value, "a float") }
        return float
    }

    func float(_ name: String, default fallback: Float) throws(ONNXError) -> Float { try float(name) ?? fallback }

    func string(_ name: String, default fallback: String) throws(ONNXError) -> String {
        guard let value = value(name) else { return fallback }
        guard case .string(let string) = value else { throw wrong(name, value, "a text") }
        return string
    }

    func ints(_ name: String) throws(ONNXError) -> [Int]? {
        guard let value = value(name) else { return nil }
        guard case .ints(let ints) = value else { throw wrong(name, value, "integers") }
        return ints
    }

    func floats(_ name: String) throws(ONNXError) -> [Float]? {
        guard let value = value(name) else { return nil }
        guard case .floats(let floats) = value else { throw wrong(name, value, "floats") }
        return floats
    }

    func strings(_ name: String) throws(ONNXError) -> [String]? {
        guard let value = value(name) else { return nil }
        guard case .strings(let strings) = value else { throw wrong(name, value, "texts") }
        return strings
    }

    /// An element type that an attribute names.
    func element(_ name: String) throws(ONNXError) -> ElementType? {
        guard let number = try int(name) else { return nil }
        guard let target = ONNXElementType(rawValue: number) else {
            throw .corrupt(nil, attribute: name, "the unknown type \(number)", accepted: "a type of the ONNX specification")
        }
        guard let element = target.exactElement else {
            throw .unsupported(nil, attribute: name, "\(target)", accepted: ONNXElementType.acceptedElements, aspect: .elementType)
        }
        return element
    }

    func tensor(_ name: String) throws(ONNXError) -> ONNXTensor? {
        guard let value = value(name) else { return nil }
        guard case .tensor(let tensor) = value else { throw wrong(name, value, "a tensor") }
        return tensor
    }

    func graph(_ name: String) throws(ONNXError) -> ONNXGraph {
        guard let value = value(name) else { throw .corrupt(nil, attribute: name, "none", accepted: "a graph") }
        guard case .graph(let graph) = value else { throw wrong(name, value, "a graph") }
        return graph
    }
}

// MARK: What several operators ask of their operands and attributes
extension ONNXCall {
    /// An axis that may count from the end.
    func axis(_ axis: Int, rank: Int, _ attribute: String = "axis") throws(ONNXError) -> Int {
        let normalized = axis < 0 ? axis + rank : axis
        guard (0..<rank).contains(normalized) else {
            throw .corrupt(
                nil, attribute: attribute, "\(axis)", accepted: rank == 0 ? "an operand with axes" : "\(-rank) through \(rank - 1)")
        }
        return normalized
    }

    /// Axes without repetition, ascending.
    func axes(_ axes: [Int], rank: Int) throws(ONNXError) -> [Int] {
        var result: [Int] = []
        for axis in axes { result.append(try self.axis(axis, rank: rank, "axes")) }
        guard Set(result).count == result.count else {
            throw .corrupt(nil, attribute: "axes", "\(axes)", accepted: "each axis once")
        }
        return result.sorted()
    }

    /// The elements of an operand that decides a shape; they may be symbolic. Nil where the operand is left out.
    func dimensions(_ index: Int, _ role: String) throws(ONNXError) -> [Dimension]? {
        guard let value = operand(index) else { return nil }
        guard let dimensions = value.known?.dimensions else { throw unknown(role, value) }
        return dimensions
    }

    /// The same where no element may be symbolic.
    func integers(_ index: Int, _ role: String) throws(ONNXError) -> [Int]? {
        guard let value = operand(index) else { return nil }
        guard let integers = value.known?.integers else { throw unknown(role, value) }
        return integers
    }

    func floats(_ index: Int, _ role: String) throws(ONNXError) -> [Float]? {
        guard let value = operand(index) else { return nil }
        guard let floats = value.known?.floats else { throw unknown(role, value) }
        return floats
    }

    private func unknown(_ role: String, _ value: ONNXValue) -> ONNXError {
        if case .known = value.content {
            return .unsupported(
                nil, attribute: role, "a value that depends on symbolic sides", accepted: "numbers; give the shapes of the inputs")
        }
        return .unsupported(
            nil, attribute: role, "a value that is computed when the model runs",
            accepted: "constants, arithmetic on shapes, or an input that is bound to an array")
    }
}
