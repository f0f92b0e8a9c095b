import GraphIR

extension ONNXOperator {
    static let reductions: [ONNXOperator] = [
        reduction("ReduceMean", .mean), reduction("ReduceSum", .sum), reduction("ReduceMax", .maximum),
        reduction("ReduceMin", .minimum), reduction("ReduceProd", .product),
        reduction("ReduceL1") { conversion, value, axes, keepsAxes, call throws(ONNXError) in
            try conversion.reduce(.sum, try conversion.absolute(value, call), axes: axes, keepsAxes: keepsAxes, call)
        },
        reduction("ReduceL2") { conversion, value, axes, keepsAxes, call throws(ONNXError) in
            let squares = try conversion.binary(.multiply, value, value, call)
            let sum = try conversion.reduce(.sum, squares, axes: axes, keepsAxes: keepsAxes, call)
            return try conversion.mapAsFloats(.sqrt, sum, call)
        },
        reduction("ReduceSumSquare") { conversion, value, axes, keepsAxes, call throws(ONNXError) in
            let squares = try conversion.binary(.multiply, value, value, call)
            return try conversion.reduce(.sum, squares, axes: axes, keepsAxes: keepsAxes, call)
        },
        reduction("ReduceLogSum") { conversion, value, axes, keepsAxes, call throws(ONNXError) in
            try conversion.mapAsFloats(.log, try conversion.reduce(.sum, value, axes: axes, keepsAxes: keepsAxes, call), call)
        },
        reduction("ReduceLogSumExp") { conversion, value, axes, keepsAxes, call throws(ONNXError) in
            try conversion.logarithmOfSum(value, axes: axes, keepsAxes: keepsAxes, call)
        },
        ONNXOperator("ArgMax", ["axis", "keepdims", "select_last_index"]) { conversion, call throws(ONNXError) in
            try argument(&conversion, call, try call.required(0))
        },
        ONNXOperator("ArgMin", ["axis", "keepdims", "select_last_index"]) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            // The smallest x is the largest −x; of integers the largest −1 − x, which does not overflow.
            if value.type.element == .float32 {
                return try argument(
                    &conversion, call, try conversion.elementwise(.negate, value, call))
            }
            let element = value.type.element
            let ones = ONNXValue.constant(integer: element.isSigned ? -1 : Int(element.highest), element: element)
            return try argument(&conversion, call, try conversion.binary(.subtract, ones, value, call))
        },
    ]

    private static func reduction(_ name: String, _ kind: Reduction.Kind) -> ONNXOperator {
        reduction(name) { conversion, value, axes, keepsAxes, call throws(ONNXError) in
            try conversion.reduce(kind, value, axes: axes, keepsAxes: keepsAxes, call)
        }
    }

    /// - Parameter reduce: gets the operand, the axes to be reduced, which may be none, and whether they stay.
    private static func reduction(
        _ name: String,
        _ reduce: @escaping @Sendable (inout ONNXConversion, ONNXValue, [Int], Bool, ONNXCall) throws(ONNXError) -> ONNXValue
    ) -> ONNXOperator {
        ONNXOperator(name, ["axes", "keepdims", "noop_with_empty_axes"], 1...2) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            let listed = try call.operand(1) == nil ? call.ints("axes") : call.integers(1, "axes")
            var axes = try call.axes(listed ?? [], rank: value.rank)
            if axes.isEmpty, try !call.flag("noop_with_empty_axes", default: false) { axes = Array(0..<value.rank) }
            return [try reduce(&conversion, value, axes, try call.flag("keepdims", default: true), call)]
        }
    }
}

extension ONNXConversion {
    /// - Parameter axes: ascending, each once. Without any the result is the value itself.
    mutating func reduce(
        _ kind: Reduction.Kind, _ value: ONNXValue, axes: [Int], keepsAxes: Bool = true, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        if axes.isEmpty { return value }
        // Without its axes an image is no image any more.
        if !keepsAxes, value.rank == 4 {
            let reduction = Operation.reduction(Reduction(kind, axes: axes, keepsAxes: false))
            return computed(try emit(reduction, [try self.value(value, call)], call))
        }
        let operand = try oriented(value, call)
        let reduction = Reduction(kind, axes: axes.map { operand.places[$0] }.sorted(), keepsAxes: keepsAxes)
        return result(try emit(.reduction(reduction), [operand.id], call), like: operand)
    }

    /// A function of floats for a value that may be of integers, as functions of the specification have them.
    fileprivate mutating func mapAsFloats(
        _ function: ElementwiseFunction, _ value: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let result = try mapElements(.elementwise(Elementwise(function)), try cast(value, to: .float32, call), call)
        return try cast(result, to: value.type.element, call)
    }

    /// log Σ eˣ, as log Σ e^(x − m) + m with the largest element m where that is finite, so that no power is beyond the floats.
    fileprivate mutating func logarithmOfSum(
        _ value: ONNXValue, axes: [Int], keepsAxes: Bool, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let floats = try cast(value, to: .float32, call)
        let largest = try reduce(.maximum, floats, axes: axes, keepsAxes: true, call)
        let magnitude = try elementwise(.abs, largest, call)
        let isFinite = try compare(.less, magnitude, .constant(.infinity), call)
        let shift = try select(isFinite, largest, .constant(0), call)
        let powers = try elementwise(.exp, try binary(.subtract, floats, shift, call), call)
        let sum = try reduce(.sum, powers, axes: axes, keepsAxes: true, call)
        var result = try binary(.add, try elementwise(.log, sum, call), shift, call)
        if !keepsAxes {
            result = try reshape(result, to: value.shape.indices.filter { !axes.contains($0) }.map { value.shape[$0] }, call)
        }
        return try cast(result, to: value.type.element, call)
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
