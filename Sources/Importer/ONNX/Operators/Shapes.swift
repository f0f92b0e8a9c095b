import GraphIR

extension ONNXOperator {
    static let shapes: [ONNXOperator] = [
        ONNXOperator("Shape", ["start", "end"]) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            func clamped(_ bound: Int) -> Int { min(max(bound < 0 ? bound + value.rank : bound, 0), value.rank) }
            let start = clamped(try call.int("start", default: 0))
            let end = clamped(try call.int("end", default: value.rank))
            return [.known(KnownTensor(Array(value.shape[start..<max(start, end)])))]
        },
        ONNXOperator("Size") { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            guard let product = value.shape.product else {
                throw .unsupported(nil, "the size of \(value.type)", accepted: "numbers; give the shapes of the inputs")
            }
            return [.known(KnownTensor(element: .int64, shape: [], elements: [.dimension(product)]))]
        },
        ONNXOperator("ConstantOfShape", ["value"], constantOfShape),
        foldedOnly("Range", ["stash_type"], 3...3),
        ONNXOperator(
            "Constant",
            ["value", "value_float", "value_floats", "value_int", "value_ints", "value_string", "value_strings", "sparse_value"],
            0...0, constant),
        ONNXOperator(
            "Cast", ["to", "saturate", "round_mode"], 1...1, examine: { call throws(ONNXError) in _ = try castTarget(call) }
        ) { conversion, call throws(ONNXError) in
            [try conversion.castPrecisely(try call.required(0), to: try castTarget(call), call)]
        },
        ONNXOperator("BitCast", ["to"], bitCast),
        // What PyTorch's exporter writes into its functions.
        ONNXOperator("CastLike", ["saturate", "round_mode"], 2...2) { conversion, call throws(ONNXError) in
            [try conversion.castPrecisely(try call.required(0), to: try call.required(1).exactElement, call)]
        },
    ]
}

private func castTarget(_ call: ONNXCall) throws(ONNXError) -> ElementType {
    guard let element = try call.element("to") else {
        throw .corrupt(nil, attribute: "to", "none", accepted: "a type of the ONNX specification")
    }
    return element
}

extension ONNXConversion {
    /// The value in another type of the model's: what is narrower than float32 is rounded to it.
    mutating func castPrecisely(_ value: ONNXValue, to element: ElementType, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if value.exactElement == element { return value }
        if let known = value.known?.cast(to: element) { return noted(.known(known)) }
        var result = value
        let isExact = value.type.element == .float32 && (element == .float64 || element == .float32)
        if element == .float16 || element == .bfloat16 {
            result = try mapElements(.cast(Cast(to: element)), value, call)
            result = try mapElements(.cast(Cast(to: .float32)), result, call)
        } else if !isExact {
            result = try cast(value, to: element.isFloat ? .float32 : element, call)
        }
        result.precision = element.isFloat ? element : .float32
        return noted(result)
    }
}

private func constantOfShape(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let stored = try call.tensor("value")?.value() ?? .constant(Constant([0], shape: [1]))
    let filler = stored.constant ?? Constant([0], shape: [1])
    guard filler.elementCount == 1 else {
        throw .corrupt(nil, attribute: "value", "\(filler.elementCount) elements", accepted: "one")
    }
    guard let sides = try call.dimensions(0, "shape") else { throw .corrupt(nil, "no shape", accepted: "a shape") }
    if let shape = TensorType(sides).staticShape {
        return [try conversion.filled(filler, shape, call).with(precision: stored.precision)]
    }
    let scalar = conversion.constant(filler.reshaped([]), call)
    let expanded = try conversion.emit(.expansion(Expansion(to: sides)), [scalar], call)
    return [conversion.computed(expanded).with(precision: stored.precision)]
}

private func constant(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    guard call.node.attributes.count == 1 else {
        throw .corrupt(nil, "\(call.node.attributes.count) attributes", accepted: "one")
    }
    if let tensor = try call.tensor("value") { return [conversion.noted(try tensor.value())] }
    if let float = try call.float("value_float") { return [.constant(Constant([float], shape: []))] }
    if let floats = try call.floats("value_floats") { return [.constant(Constant(floats, shape: [floats.count]))] }
    if let int = try call.int("value_int") { return [.constant(integer: int, element: .int64)] }
    if let ints = try call.ints("value_ints") { return [.known(KnownTensor(ints.map { Dimension($0) }))] }
    let attribute = call.node.attributes[0]
    throw .unsupported(
        nil, attribute: attribute.name, attribute.name == "sparse_value" ? "a sparse tensor" : attribute.value.kind,
        accepted: "value, value_float, value_floats, value_int or value_ints")
}

/// The bits of constants; of computed values those of integers alone, which a cast keeps.
private func bitCast(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let source = value.exactElement
    let element = try castTarget(call)
    guard element.byteCount == source.byteCount else {
        throw .corrupt(nil, attribute: "to", "\(element.rawValue) for \(source.rawValue)", accepted: "a type of \(source.byteCount) bytes")
    }
    if source == element { return [value] }
    guard !source.isStorageOnly, !element.isStorageOnly else {
        throw .unsupported(
            nil, attribute: "to", "\(element.rawValue) for \(source.rawValue), of which one is computed in another type",
            accepted: "float and integers")
    }
    if let constant = value.constant, element != .bool {
        return [.constant(Constant(element: element, shape: constant.shape, bytes: constant.bytes)).with(precision: .float32)]
    }
    guard source != .float32, element != .float32 else {
        throw .unsupported(
            nil, attribute: "to", "\(element.rawValue) for \(source.rawValue) that are computed when the model runs",
            accepted: "constants, or integers")
    }
    return [try conversion.cast(value, to: element, call)]
}
