import GraphIR

extension ONNXOperator {
    static let paddings: [ONNXOperator] = [
        ONNXOperator("Pad", ["mode", "pads", "paddings", "value"], 1...4, padding),
        ONNXOperator("CenterCropPad", ["axes"], 2...2, centering),
    ]
}

/// Before version 11 of the operator, the amounts and the value are attributes.
private func padding(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let attribute = try call.has("pads") ? call.ints("pads") : call.ints("paddings")
    guard let pads = try attribute == nil ? call.integers(1, "pads") : attribute else {
        throw .corrupt(nil, attribute: "pads", "none", accepted: "amounts")
    }
    let axes: [Int]
    if let listed = try call.integers(3, "axes") {
        axes = try listed.map { axis throws(ONNXError) in try call.axis(axis, rank: value.rank, "axes") }
    } else {
        axes = Array(0..<value.rank)
    }
    guard pads.count == 2 * axes.count, Set(axes).count == axes.count else {
        throw .corrupt(nil, attribute: "pads", "\(pads.count) amounts", accepted: "\(2 * axes.count) for \(axes.count) different axes")
    }
    var amounts = [Padding.Amount](repeating: Padding.Amount(0, 0), count: value.rank)
    for (index, axis) in axes.enumerated() { amounts[axis] = Padding.Amount(pads[index], pads[index + axes.count]) }
    if amounts.allSatisfy({ $0 == Padding.Amount(0, 0) }) { return [value] }
    if try call.string("mode", default: "constant") == "constant", let result = try conversion.fillerAlone(value, amounts, call) {
        return [result]
    }
    if try call.string("mode", default: "constant") == "constant", let filler = call.operand(2), filler.known == nil {
        return [try paddingWithComputedValue(&conversion, call, filler, amounts)]
    }
    let operand = try conversion.oriented(value, call)
    let padding = Padding(try mode(call, value.type.element), amounts: operand.axes.map { amounts[$0] })
    return [conversion.result(try conversion.emit(.padding(padding), [operand.id], call), like: operand)]
}

extension ONNXConversion {
    /// What a padding adds, where it takes away all elements of an axis before; nil where it does not.
    fileprivate mutating func fillerAlone(
        _ value: ONNXValue, _ amounts: [Padding.Amount], _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue? {
        let isEmptied = zip(value.shape, amounts).contains { side, amount in
            side != 0 && side + Dimension(min(0, amount.before) + min(0, amount.after)) == 0
        }
        guard isEmptied, let sides = TensorType(zip(value.shape, amounts).map { $0 + Dimension($1.before + $1.after) }).staticShape else {
            return nil
        }
        let filler: ONNXValue
        if let operand = call.operand(2) {
            filler = try reshape(operand, to: [Dimension](), call)
        } else {
            filler = try cast(.constant(try call.float("value", default: 0)), to: value.type.element, call)
        }
        if let constant = filler.constant { return try filled(constant, sides, call) }
        let expansion = Operation.expansion(Expansion(to: sides.map { Dimension($0) }))
        return computed(try emit(expansion, [try self.value(filler, call)], call))
    }
}

/// Pads with zeros and then selects the value wherever something was added, by a constant mask that is padded in the same way.
private func paddingWithComputedValue(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ filler: ONNXValue, _ amounts: [Padding.Amount]
) throws(ONNXError) -> ONNXValue {
    let value = try call.required(0)
    let padding = Operation.padding(Padding(.constant(0), amounts: amounts))
    let mask = try conversion.emit(
        .expansion(Expansion(to: value.shape)),
        [conversion.constant(Constant(element: .bool, shape: [], bytes: .owned([1])), call)], call)
    let isInside = conversion.computed(try conversion.emit(padding, [mask], call))
    let padded = conversion.computed(try conversion.emit(padding, [try conversion.value(value, call)], call))
    return try conversion.select(isInside, padded, filler, call)
}

private func mode(_ call: ONNXCall, _ element: ElementType) throws(ONNXError) -> Padding.Mode {
    switch try call.string("mode", default: "constant") {
    case "constant":
        var constant = try call.float("value", default: 0)
        if call.operand(2) != nil {
            guard let whole = call.operand(2)?.known, let float = whole.floats?.first else {
                throw .corrupt(nil, attribute: "constant_value", "no element", accepted: "one")
            }
            if element != .float32, let integer = whole.integers?.first, Int(exactly: float) != integer {
                throw .unsupported(nil, attribute: "constant_value", "\(integer)", accepted: "an integer that is exact as a float")
            }
            constant = float
        }
        return .constant(constant)
    case "edge": return .edge
    case "reflect": return .reflect
    case "wrap": return .wrap
    case let other: throw .corrupt(nil, attribute: "mode", "'\(other)'", accepted: "constant, reflect, edge or wrap")
    }
}

/// Takes the middle of the axes that are too long, and puts zeros around those that are too short; of an odd number the larger half
/// is taken or added at the end.
private func centering(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    var value = try call.required(0)
    let targets = try call.integers(1, "shape") ?? []
    let axes = try call.ints("axes")?.map { axis throws(ONNXError) in try call.axis(axis, rank: value.rank, "axes") }
    let chosen = axes ?? Array(0..<value.rank)
    guard targets.count == chosen.count, Set(chosen).count == chosen.count, targets.allSatisfy({ (0...Limits.side).contains($0) }) else {
        throw .corrupt(nil, attribute: "shape", "[\(targets.list)]", accepted: "a side for each of \(chosen.count) different axes")
    }
    var ranges: [Int: Slice.Axis] = [:]
    var amounts = [Padding.Amount](repeating: Padding.Amount(0, 0), count: value.rank)
    for (axis, target) in zip(chosen, targets) {
        let difference = target - (try call.side(axis, of: value))
        if difference < 0 { ranges[axis] = Slice.Axis(start: Dimension(-difference / 2), count: Dimension(target)) }
        if difference > 0 { amounts[axis] = Padding.Amount(difference / 2, difference - difference / 2) }
    }
    if !ranges.isEmpty { value = try conversion.slice(value, ranges, call) }
    guard amounts.contains(where: { $0 != Padding.Amount(0, 0) }) else { return [value] }
    let operand = try conversion.oriented(value, call)
    let padding = Padding(.constant(0), amounts: operand.axes.map { amounts[$0] })
    return [conversion.result(try conversion.emit(.padding(padding), [operand.id], call), like: operand)]
}
