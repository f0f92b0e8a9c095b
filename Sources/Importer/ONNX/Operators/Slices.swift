import GraphIR

extension ONNXOperator {
    static let slices: [ONNXOperator] = [
        ONNXOperator("Slice", ["axes", "ends", "starts"], 1...5, slice),
        ONNXOperator("Split", ["axis", "split", "num_outputs"], 1...2, split),
        ONNXOperator("Gather", ["axis"], 2...2, gather),
    ]
}

/// The elements that a Slice takes along one axis, after the clamping that the specification demands.
struct ONNXSlicePart {
    var axis: Int
    var start: Dimension
    var step: Int
    var count: Dimension

    static func parts(_ call: ONNXCall, shape: [Dimension]) throws(ONNXError) -> [ONNXSlicePart] {
        let byAttribute = call.has("starts")
        guard
            let starts = try byAttribute ? call.ints("starts")?.map({ Dimension($0) }) : call.dimensions(1, "starts"),
            let ends = try byAttribute ? call.ints("ends")?.map({ Dimension($0) }) : call.dimensions(2, "ends"),
            starts.count == ends.count
        else { throw .corrupt(nil, "starts and ends that do not fit", accepted: "one of each for an axis") }
        let axes = try (byAttribute ? call.ints("axes") : call.integers(3, "axes")) ?? Array(0..<starts.count)
        let steps = try call.integers(4, "steps") ?? [Int](repeating: 1, count: starts.count)
        guard axes.count == starts.count, steps.count == starts.count else {
            throw .corrupt(nil, "\(axes.count) axes and \(steps.count) steps", accepted: "\(starts.count) of each")
        }
        var parts: [ONNXSlicePart] = []
        for (index, axis) in axes.enumerated() {
            let normalized = try call.axis(axis, rank: shape.count, "axes")
            guard !parts.contains(where: { $0.axis == normalized }) else {
                throw .corrupt(nil, attribute: "axes", "axis \(axis) twice", accepted: "once")
            }
            parts.append(
                try part(
                    axis: normalized, side: shape[normalized], start: starts[index], end: ends[index], step: steps[index]))
        }
        return parts
    }

    private static func part(
        axis: Int, side: Dimension, start: Dimension, end: Dimension, step: Int
    ) throws(ONNXError) -> ONNXSlicePart {
        guard step != 0, step > -Limits.side else { throw .corrupt(nil, attribute: "steps", "\(step)", accepted: "another number") }
        let step = min(step, Limits.side)
        // Backwards the end may be before the first element, and the start is at most the last.
        let first = try clamped(start, side: side, least: 0, most: step > 0 ? side : side - 1)
        let last = try clamped(end, side: side, least: step > 0 ? 0 : -1, most: step > 0 ? side : side - 1)
        let span = step > 0 ? last - first : first - last
        let count = span.ceiledQuotient(by: abs(step))
        if let constant = count.constant, constant < 0 { return ONNXSlicePart(axis: axis, start: first, step: step, count: 0) }
        return ONNXSlicePart(axis: axis, start: first, step: step, count: count)
    }

    /// A bound that counts from the end where it is negative, cut to what the axis has.
    private static func clamped(
        _ bound: Dimension, side: Dimension, least: Int, most: Dimension
    ) throws(ONNXError) -> Dimension {
        var bound = bound
        if let constant = bound.constant {
            // Numbers beyond any axis stand for its ends.
            if constant >= Limits.side { return most }
            if constant <= -Limits.side { return Dimension(least) }
            if constant < 0 { bound = side + bound }
        }
        if let isBelow = KnownArithmetic.isLess(.dimension(bound), .dimension(Dimension(least))) {
            if isBelow { return Dimension(least) }
        } else {
            throw .unsupported(nil, "the bound \(bound) of an axis of \(side)", accepted: "numbers; give the shapes of the inputs")
        }
        guard let isBeyond = KnownArithmetic.isLess(.dimension(most), .dimension(bound)) else {
            throw .unsupported(nil, "the bound \(bound) of an axis of \(side)", accepted: "numbers; give the shapes of the inputs")
        }
        return isBeyond ? most : bound
    }
}

private func slice(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let parts = try ONNXSlicePart.parts(call, shape: value.shape)
    let ranges = parts.map { ($0.axis, Slice.Axis(start: $0.start, step: $0.step, count: $0.count)) }
    let isWhole = parts.allSatisfy { $0.start == 0 && $0.step == 1 && $0.count == value.shape[$0.axis] }
    if isWhole { return [value] }
    if parts.contains(where: { $0.count == 0 }) { return [try .empty(value.type, parts: parts)] }
    return [try conversion.slice(value, Dictionary(ranges, uniquingKeysWith: { first, _ in first }), call)]
}

extension ONNXValue {
    /// A tensor without elements; it has no value in the function, but a shape.
    fileprivate static func empty(_ type: TensorType, parts: [ONNXSlicePart]) throws(ONNXError) -> ONNXValue {
        var shape = type.shape
        for part in parts { shape[part.axis] = part.count }
        guard let sides = TensorType(shape).staticShape else {
            throw .unsupported(nil, "a part without elements of \(type)", accepted: "numbers; give the shapes of the inputs")
        }
        return .constant(Constant(element: type.element, shape: sides, bytes: .owned([])))
    }
}

/// The sizes come from an attribute, from an operand, or from the number of results.
private func split(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let axis = try call.axis(try call.int("axis", default: 0), rank: value.rank)
    let sizes = try splitSizes(call, side: value.shape[axis])
    var results: [ONNXValue] = []
    var start = Dimension(0)
    for size in sizes {
        let part = ONNXSlicePart(axis: axis, start: start, step: 1, count: size)
        if size == 0 {
            results.append(try .empty(value.type, parts: [part]))
        } else if sizes.count == 1 {
            results.append(value)
        } else {
            results.append(try conversion.slice(value, [axis: Slice.Axis(start: start, count: size)], call))
        }
        start = start + size
    }
    return results
}

/// How many elements of an axis of length `side` each result of a Split gets.
func splitSizes(_ call: ONNXCall, side: Dimension) throws(ONNXError) -> [Dimension] {
    let outputs = call.node.outputs.count
    if let sizes = try call.operand(1) == nil ? call.ints("split")?.map({ Dimension($0) }) : call.dimensions(1, "split") {
        guard sizes.count == outputs, sizes.reduce(0, +) == side, sizes.allSatisfy({ $0.constant.map { $0 >= 0 } ?? true }) else {
            let list = sizes.map(\.description).joined(separator: ", ")
            throw .corrupt(nil, attribute: "split", "[\(list)]", accepted: "\(outputs) sizes that add up to \(side)")
        }
        return sizes
    }
    let parts = try call.int("num_outputs", default: outputs)
    guard parts == outputs, parts > 0 else {
        throw .corrupt(nil, attribute: "num_outputs", "\(parts)", accepted: "\(outputs), the number of results")
    }
    if let size = side.exactQuotient(by: parts) { return [Dimension](repeating: size, count: parts) }
    guard let count = side.constant else {
        throw .unsupported(nil, "\(side) elements in \(parts) parts", accepted: "numbers; give the shapes of the inputs")
    }
    // The last part has what is left over; before version 18 they had to be equal.
    let size = (count + parts - 1) / parts
    guard call.version >= 18, count - size * (parts - 1) >= 0 else {
        throw .corrupt(nil, "\(count) elements in \(parts) equal parts", accepted: "a multiple of \(parts)")
    }
    return [Dimension](repeating: Dimension(size), count: parts - 1) + [Dimension(count - size * (parts - 1))]
}

private func gather(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let data = try call.required(0)
    let indices = try call.required(1)
    let axis = try call.axis(try call.int("axis", default: 0), rank: data.rank)
    // One constant index of a computed tensor is a slice.
    if indices.known?.integers?.count == 1, let index = indices.known?.integers?.first, let side = data.shape[axis].constant {
        guard (-side..<side).contains(index) else {
            throw .corrupt(nil, "the index \(index)", accepted: "\(-side) through \(side - 1)")
        }
        let range = Slice.Axis(start: Dimension(index < 0 ? index + side : index), count: 1)
        let sliced = try conversion.slice(data, [axis: range], call)
        return [
            try conversion.reshape(
                sliced, to: Array(data.shape[..<axis]) + indices.shape + data.shape[(axis + 1)...], call)
        ]
    }
    let operands = [try conversion.value(data, call), try conversion.value(indices, call)]
    return [conversion.computed(try conversion.emit(.gather(Gather(axis: axis)), operands, call))]
}
