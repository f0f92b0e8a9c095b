import GraphIR

extension ONNXOperator {
    static let poolings: [ONNXOperator] = [
        ONNXOperator("MaxPool", ONNXWindow.attributes.union(["ceil_mode", "storage_order"]), maximumPooling),
        ONNXOperator("AveragePool", ONNXWindow.attributes.union(["ceil_mode", "count_include_pad"]), averagePooling),
        ONNXOperator("LpPool", ONNXWindow.attributes.union(["ceil_mode", "p"]), normPooling),
        ONNXOperator("GlobalLpPool", ["p"]) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            guard value.rank >= 3 else { throw .corrupt(nil, "an image of \(value.rank) axes", accepted: "3 or more") }
            let exponent = try normExponent(call)
            let powers = try conversion.raised(try conversion.absolute(value, call), to: exponent, call)
            let sums = try conversion.reduce(.sum, powers, axes: Array(2..<value.rank), keepsAxes: true, call)
            return [try conversion.raised(sums, to: 1 / exponent, call)]
        },
        ONNXOperator("GlobalMaxPool") { conversion, call throws(ONNXError) in
            try globalPooling(&conversion, call, .maximum)
        },
        ONNXOperator("GlobalAveragePool") { conversion, call throws(ONNXError) in
            try globalPooling(&conversion, call, .average)
        },
    ]
}

private func window(_ call: ONNXCall, _ value: ONNXValue) throws(ONNXError) -> ONNXWindow {
    var window = try ONNXWindow(call, kernel: nil, rank: value.rank - 2)
    window.roundsUp = try call.flag("ceil_mode", default: false)
    // `auto_pad` decides the output's size alone.
    if window.padding == .same || window.padding == .sameLower { window.roundsUp = false }
    return window
}

private func maximumPooling(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let window = try window(call, value)
    var results = [try pool(&conversion, call, value, window, .maximum, countsPadding: false)]
    if call.wants(1) {
        let isColumnMajor = try call.flag("storage_order", default: false)
        results.append(try positions(&conversion, call, value, window, columnMajor: isColumnMajor))
    }
    return results
}

private func averagePooling(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let counts = try call.flag("count_include_pad", default: false)
    return [try pool(&conversion, call, value, try window(call, value), .average, countsPadding: counts)]
}

/// (Σ |x|ᵖ)^(1/p) over each window, of which what is added around the image is 0.
private func normPooling(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    var window = try window(call, value)
    let exponent = try normExponent(call)
    var powers = try conversion.raised(try conversion.absolute(value, call), to: exponent, call)
    // Windows that hang over the end get zeros there, so that the mean of each is that of as many elements.
    if window.roundsUp { powers = try conversion.completed(powers, &window, call) }
    let means = try pool(&conversion, call, powers, window, .average, countsPadding: true)
    let count = window.size.reduce(1, *)
    let sums = count == 1 ? means : try conversion.binary(.multiply, means, .constant(Float(count)), call)
    return [try conversion.raised(sums, to: 1 / exponent, call)]
}

/// Version 1 of the operators has the exponent as a float.
private func normExponent(_ call: ONNXCall) throws(ONNXError) -> Float {
    let exponent = try call.version < 2 ? call.float("p", default: 2) : Float(call.int("p", default: 2))
    guard exponent > 0 else { throw .corrupt(nil, attribute: "p", "\(exponent)", accepted: "a positive number") }
    return exponent
}

extension ONNXConversion {
    /// Adds zeros at the ends of the spatial axes, as many as the last windows of a pooling that rounds up need, and makes it one that
    /// does not.
    fileprivate mutating func completed(
        _ value: ONNXValue, _ window: inout ONNXWindow, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        window.roundsUp = false
        let shape = try call.sides(value)
        var amounts = [Padding.Amount](repeating: Padding.Amount(0, 0), count: value.rank)
        for axis in window.size.indices {
            let side = shape[2 + axis]
            let (before, after) = window.amounts(axis, side: side)
            let room = side + before + after - window.extent(axis)
            guard room >= 0 else { continue }
            let stride = window.strides[axis]
            var last = (room + stride - 1) / stride * stride
            // A window has to begin inside the image or what is before it.
            if last >= side + before { last -= stride }
            amounts[2 + axis] = Padding.Amount(0, max(0, last - room))
        }
        guard amounts.contains(where: { $0.after > 0 }) else { return value }
        let operand = try oriented(value, call)
        let padding = Padding(.constant(0), amounts: operand.axes.map { amounts[$0] })
        return result(try emit(.padding(padding), [operand.id], call), like: operand)
    }
}

private func pool(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ value: ONNXValue, _ window: ONNXWindow, _ kind: Pooling.Kind,
    countsPadding: Bool
) throws(ONNXError) -> ONNXValue {
    let element = value.type.element
    guard element == .float32 else {
        // Eight bits are exact in a float.
        guard element == .uint8 || element == .int8 else {
            throw .unsupported(nil, "an image of \(element.rawValue)", accepted: "f32, u8 or i8")
        }
        let floats = try conversion.cast(value, to: .float32, call)
        let pooled = try pool(&conversion, call, floats, window, kind, countsPadding: countsPadding)
        return try conversion.cast(pooled, to: element, call)
    }
    func operation(_ window: Window) -> Operation { .pooling(Pooling(kind, window: window, countsPadding: countsPadding)) }
    switch value.rank {
    case 4:
        return conversion.imageResult(
            try conversion.emit(operation(window.planar(0, 1)), [try conversion.image(value, call)], call))
    case 3:
        let image = try conversion.lineAsImage(value, call)
        return try conversion.line(try conversion.emit(operation(window.planar(nil, 0)), [image], call), call)
    default:
        // Rows and columns of every depth, then the depths: maxima of maxima, and averages of averages of as many each.
        let images = try conversion.volumeAsImages(value, call)
        let pooled = try conversion.emit(operation(window.planar(1, 2)), [images], call)
        let deep = conversion.computed(
            try conversion.depths(pooled, batch: value.shape[0], depth: value.shape[2], call))
        let shape = deep.shape
        let flat = try conversion.reshape(
            deep, to: [.dimension(shape[0]), .dimension(shape[1]), .inferred, .dimension(shape[4])], call)
        let last = try conversion.emit(operation(window.planar(0, nil)), [try conversion.value(flat, call)], call)
        let depth = conversion.builder.type(of: last).shape[1]
        let volume = try conversion.reshape(
            conversion.computed(last), to: [shape[0], depth, shape[2], shape[3], shape[4]], call)
        return try conversion.transpose(volume, [0, 4, 1, 2, 3], call)
    }
}

/// The second result of MaxPool: the position at which each maximum was found.
private func positions(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ value: ONNXValue, _ window: ONNXWindow, columnMajor: Bool
) throws(ONNXError) -> ONNXValue {
    func operation(_ window: Window) -> Operation {
        .poolingPositions(PoolingPositions(window: window, columnMajor: columnMajor))
    }
    switch value.rank {
    case 4:
        return conversion.imageResult(
            try conversion.emit(operation(window.planar(0, 1)), [try conversion.image(value, call)], call))
    case 3:
        let image = try conversion.lineAsImage(value, call)
        return try conversion.line(try conversion.emit(operation(window.planar(nil, 0)), [image], call), call)
    default:
        throw .unsupported(nil, "Indices of a pooling over three axes", accepted: "one or two spatial axes")
    }
}

private func globalPooling(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ kind: Pooling.Kind
) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    guard value.rank >= 3 else { throw .corrupt(nil, "an image of \(value.rank) axes", accepted: "3 or more") }
    if value.rank == 4 {
        let image = try conversion.image(value, call)
        return [conversion.imageResult(try conversion.emit(.globalPooling(GlobalPooling(kind)), [image], call))]
    }
    let reduction = Reduction(kind == .maximum ? .maximum : .mean, axes: Array(2..<value.rank), keepsAxes: true)
    return [conversion.computed(try conversion.emit(.reduction(reduction), [try conversion.value(value, call)], call))]
}
