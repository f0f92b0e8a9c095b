import GraphIR

extension ONNXOperator {
    /// Operators along the order of an axis.
    static let orders: [ONNXOperator] = [
        cumulation("CumSum", .sum), cumulation("CumProd", .product),
        ONNXOperator("TopK", ["axis", "k", "largest", "sorted"], 1...2, topElements),
    ]

    private static func cumulation(_ name: String, _ kind: Cumulative.Kind) -> ONNXOperator {
        ONNXOperator(name, ["exclusive", "reverse"], 2...2) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            guard let chosen = try call.integers(1, "axis"), chosen.count == 1 else {
                throw .corrupt(nil, attribute: "axis", "none, or several", accepted: "one")
            }
            let axis = try call.axis(chosen[0], rank: value.rank)
            let operand = try conversion.oriented(value, call)
            let operation = Cumulative(
                kind, axis: operand.places[axis], isExclusive: try call.flag("exclusive", default: false),
                isReversed: try call.flag("reverse", default: false))
            return [conversion.result(try conversion.emit(.cumulative(operation), [operand.id], call), like: operand)]
        }
    }
}

/// The largest or smallest elements of an axis and their indices. They are always in order, as version 11 of the operator and later
/// ones do not have to be.
private func topElements(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let axis = try call.axis(try call.int("axis", default: -1), rank: value.rank)
    let shape = try call.sides(value)
    guard let count = try call.version < 10 ? call.int("k") : call.integers(1, "K")?.first, (1...max(1, shape[axis])).contains(count) else {
        throw .corrupt(nil, attribute: "k", "none, or out of range", accepted: "1 to \(shape[axis]), the elements of axis \(axis)")
    }
    let operation = TopPositions(axis: axis, count: count, largest: try call.flag("largest", default: true))
    let indices = conversion.computed(
        try conversion.emit(.topPositions(operation), [try conversion.value(value, call)], call))
    let positions = try conversion.flatPositions(indices, axis: axis, in: shape, call)
    let elements = try conversion.gather(
        try conversion.reshape(value, to: [Dimension(shape.reduce(1, *))], call), axis: 0, positions, call)
    return [elements, indices]
}
