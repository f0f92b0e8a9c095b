import GraphIR

extension ONNXOperator {
    /// Operators that compare positions with each other.
    static let masks: [ONNXOperator] = [
        ONNXOperator("OneHot", ["axis"], 3...3, oneHot),
        ONNXOperator("Hardmax", ["axis"], hardmax),
        ONNXOperator("Trilu", ["upper"], 1...2, triangle),
        ONNXOperator("EyeLike", ["dtype", "k"], diagonal),
    ]
}

/// Indices outside of −depth to depth − 1 have no 1; before version 11 of the operator neither have negative ones.
private func oneHot(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let indices = try call.required(0)
    let values = try call.required(2)
    guard let depth = try call.required(1).known?.cast(to: .int64)?.integers, depth.count == 1, depth[0] >= 1 else {
        throw .unsupported(
            nil, attribute: "depth", "none that is known and positive", accepted: "a constant, or an input that is bound to an array")
    }
    guard values.shape == [2] else { throw .corrupt(nil, "values \(values.type)", accepted: "two: off and on") }
    let axis = try call.axis(try call.int("axis", default: -1), rank: indices.rank + 1)
    let whole = try conversion.cast(indices, to: .int64, call)
    let counted =
        call.version < 11 ? whole : try conversion.wrapped(whole, sides: .constant(integer: depth[0], element: .int64), call)
    let positions = try conversion.reshape(counted, to: indices.shape[..<axis] + [1] + indices.shape[axis...], call)
    let choices = try [0, 1].map { index throws(ONNXError) in
        let choice = try conversion.slice(values, [0: Slice.Axis(start: Dimension(index), count: 1)], call)
        return try conversion.reshape(choice, to: [Dimension](), call)
    }
    let result = try conversion.marked(positions, axis: axis, count: depth[0], on: choices[1], off: choices[0], call)
    return [result.with(precision: values.precision)]
}

/// Before version 13 of the operator, all axes from `axis` on are treated as one.
private func hardmax(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let axis = try call.axis(try call.int("axis", default: call.version < 13 ? 1 : -1), rank: value.rank)
    let isWhole = call.version >= 13 || axis == value.rank - 1
    let flat =
        isWhole ? value : try conversion.reshape(value, to: value.shape[..<axis].map { .dimension($0) } + [.inferred], call)
    let largest = Operation.argumentMaximum(ArgumentMaximum(axis: axis, keepsAxis: true, selectsLast: false))
    let positions = conversion.computed(try conversion.emit(largest, [try conversion.value(flat, call)], call))
    let on = try conversion.cast(.constant(1), to: value.type.element, call)
    let off = try conversion.cast(.constant(0), to: value.type.element, call)
    let result = try conversion.marked(positions, axis: axis, count: try call.side(axis, of: flat), on: on, off: off, call)
    return [try conversion.reshape(result, to: value.shape, call)]
}

/// The columns from (upper) or up to (lower) row + k.
private func triangle(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    guard value.rank >= 2 else { throw .corrupt(nil, "\(value.type)", accepted: "one matrix or more") }
    let rows = try call.side(value.rank - 2, of: value)
    let columns = try call.side(value.rank - 1, of: value)
    var shift = ONNXValue.constant(integer: 0, element: .int64)
    if let given = call.operand(1) {
        shift = try conversion.reshape(try conversion.cast(given, to: .int64, call), to: [Dimension](), call)
        // Beyond the matrix all diagonals are the same, and sums of larger numbers would wrap.
        shift = try conversion.binary(.minimum, shift, .constant(integer: columns, element: .int64), call)
        shift = try conversion.binary(.maximum, shift, .constant(integer: -rows, element: .int64), call)
    }
    let diagonal = try conversion.binary(.add, try conversion.range(rows, axis: 0, rank: 2), shift, call)
    let kind: Comparison.Kind = try call.flag("upper", default: true) ? .greaterOrEqual : .lessOrEqual
    let isKept = try conversion.broadcast(
        .comparison(Comparison(kind)), [try conversion.range(columns, axis: 1, rank: 2), diagonal], call)
    let zero = ONNXValue.constant(integer: 0, element: value.type.element)
    return [try conversion.select(isKept, value, zero, call)]
}

private func diagonal(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    guard value.rank == 2 else { throw .corrupt(nil, "\(value.type)", accepted: "a matrix") }
    let element = try call.element("dtype") ?? value.exactElement
    let shape = try call.sides(value)
    let shift = try call.int("k", default: 0)
    // Beyond the matrix there is no diagonal, however far.
    let start = min(max(shift, -Limits.side), Limits.side)
    let isOne = try conversion.broadcast(
        .comparison(Comparison(.equal)),
        [try conversion.range(shape[1], axis: 1, rank: 2), try conversion.range(shape[0], from: start, axis: 0, rank: 2)], call)
    return [try conversion.castPrecisely(isOne, to: element, call)]
}

extension ONNXConversion {
    /// `on` where an axis of `count` elements has the position that is named, else `off`.
    ///
    /// - Parameter positions: i64, with one element along the axis.
    fileprivate mutating func marked(
        _ positions: ONNXValue, axis: Int, count: Int, on: ONNXValue, off: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let counted = try range(count, axis: axis, rank: positions.rank)
        let isMarked = try compare(.equal, positions, counted, call)
        return try select(isMarked, on, off, call)
    }
}
