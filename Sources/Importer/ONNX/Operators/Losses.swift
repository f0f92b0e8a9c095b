import GraphIR

extension ONNXOperator {
    static let losses: [ONNXOperator] = [
        ONNXOperator("NegativeLogLikelihoodLoss", ["ignore_index", "reduction"], 2...3) { conversion, call throws(ONNXError) in
            [try conversion.negativeLogLikelihood(try call.required(0), call)]
        },
        // Also gives the logarithms of the probabilities.
        ONNXOperator("SoftmaxCrossEntropyLoss", ["ignore_index", "reduction"], 2...3) { conversion, call throws(ONNXError) in
            let scores = try call.required(0)
            guard scores.rank >= 2 else { throw .corrupt(nil, "scores of \(scores.rank) axes", accepted: "2 or more") }
            let logarithms = try conversion.softmax(scores, axis: 1, logarithm: true, call)
            return [try conversion.negativeLogLikelihood(logarithms, call), logarithms]
        },
    ]
}

extension ONNXConversion {
    /// −w[t]·x[t] for the class t of each position, reduced. The mean is that of the weights, not of the positions.
    ///
    /// - Parameter logarithms: x, `[N, C, …]`; the classes `[N, …]` and the weights `[C]` are the call's other operands.
    fileprivate mutating func negativeLogLikelihood(_ logarithms: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let target = try call.required(1)
        guard logarithms.rank >= 2, target.shape == [logarithms.shape[0]] + logarithms.shape[2...] else {
            throw .corrupt(nil, "\(logarithms.type) and classes \(target.type)", accepted: "a class for each position")
        }
        let reduction = try call.choice("reduction", default: "mean", ["none", "sum", "mean"])
        let isClass = try classes(of: logarithms, target, call)
        // All elements but one are zeros, so that the sums are exact, and positions whose class is ignored have none.
        func picked(_ values: ONNXValue) throws(ONNXError) -> ONNXValue {
            try reduce(.sum, try select(isClass, values, .constant(0), call), axes: [1], keepsAxes: false, call)
        }
        var losses = try elementwise(.negate, try picked(logarithms), call)
        var weights: ONNXValue?
        if let given = call.operand(2) {
            guard given.shape == [logarithms.shape[1]] else {
                throw .corrupt(nil, "weights \(given.type)", accepted: "\(logarithms.shape[1]) of them")
            }
            weights = try picked(try alongClasses(given, like: logarithms, call))
        } else if call.has("ignore_index") {
            weights = try picked(.constant(1))
        }
        if let weights, call.operand(2) != nil { losses = try binary(.multiply, losses, weights, call) }
        let axes = Array(0..<losses.rank)
        switch reduction {
        case "none": return losses
        case "sum": return try reduce(.sum, losses, axes: axes, keepsAxes: false, call)
        default:
            guard let weights else { return try reduce(.mean, losses, axes: axes, keepsAxes: false, call) }
            let total = try reduce(.sum, losses, axes: axes, keepsAxes: false, call)
            return try binary(.divide, total, try reduce(.sum, weights, axes: axes, keepsAxes: false, call), call)
        }
    }

    /// Whether an element `[N, C, …]` belongs to its position's class and that class is not ignored.
    private mutating func classes(
        of logarithms: ONNXValue, _ target: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let element = target.type.element
        let numbers = try positions(logarithms.shape[1], "a number of classes", element: element)
        var shape = target.shape
        shape.insert(1, at: 1)
        let targets = try reshape(target, to: shape, call)
        let isClass = try compare(.equal, targets, try alongClasses(numbers, like: logarithms, call), call)
        guard let ignored = try call.int("ignore_index") else { return isClass }
        let counts = try mapElements(
            .logical(Logical(.not)), try compare(.equal, targets, .constant(integer: ignored, element: element), call), call)
        return try and(isClass, counts, call)
    }

    /// A vector of an element for each class as `[C, 1, …]`.
    private mutating func alongClasses(
        _ vector: ONNXValue, like value: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        try reshape(vector, to: vector.shape + [Dimension](repeating: 1, count: value.rank - 2), call)
    }
}
