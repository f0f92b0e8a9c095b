import GraphIR

extension ONNXOperator {
    static let reductions: [ONNXOperator] = [
        reduction("ReduceMean", .mean), reduction("ReduceSum", .sum), reduction("ReduceMax", .maximum),
        reduction("ReduceMin", .minimum),
        ONNXOperator("ArgMax", ["axis", "keepdims", "select_last_index"]) { conversion, call throws(ONNXError) in
            try argument(&conversion, call, try call.required(0))
        },
        ONNXOperator("ArgMin", ["axis", "keepdims", "select_last_index"]) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            // The smallest x is the largest −x; of integers the largest −1 − x, which does not overflow.
            if value.type.element == .float32 {
                return try argument(
                    &conversion, call, try conversion.mapElements(.elementwise(Elementwise(.negate)), value, call))
            }
            let ones = ONNXValue.constant(integer: value.type.element == .uint8 ? 255 : -1, element: value.type.element)
            return try argument(&conversion, call, try conversion.binary(.subtract, ones, value, call))
        },
    ]

    private static func reduction(_ name: String, _ kind: Reduction.Kind) -> ONNXOperator {
        ONNXOperator(name, ["axes", "keepdims", "noop_with_empty_axes"], 1...2) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            let listed = try call.operand(1) == nil ? call.ints("axes") : call.integers(1, "axes")
            var axes = try call.axes(listed ?? [], rank: value.rank)
            if axes.isEmpty {
                if try call.flag("noop_with_empty_axes", default: false) { return [value] }
                axes = Array(0..<value.rank)
            }
            return [try conversion.reduce(kind, value, axes: axes, keepsAxes: try call.flag("keepdims", default: true), call)]
        }
    }
}

private func argument(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ value: ONNXValue
) throws(ONNXError) -> [ONNXValue] {
    let axis = try call.axis(try call.int("axis", default: 0), rank: value.rank)
    let keepsAxis = try call.flag("keepdims", default: true)
    let selectsLast = try call.flag("select_last_index", default: false)
    if keepsAxis {
        let operand = try conversion.oriented(value, call)
        let operation = ArgumentMaximum(axis: operand.places[axis], keepsAxis: true, selectsLast: selectsLast)
        return [
            conversion.result(
                try conversion.emit(.argumentMaximum(operation), [operand.id], call), like: operand)
        ]
    }
    let operation = ArgumentMaximum(axis: axis, keepsAxis: false, selectsLast: selectsLast)
    return [
        conversion.computed(
            try conversion.emit(.argumentMaximum(operation), [try conversion.value(value, call)], call))
    ]
}
