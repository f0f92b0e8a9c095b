import GraphIR

extension ONNXOperator {
    static let normalizations: [ONNXOperator] = [
        ONNXOperator(
            "BatchNormalization", ["epsilon", "momentum", "training_mode", "spatial", "is_test", "consumed_inputs"], 5...5,
            examine: examineBatchNormalization, batchNormalization),
        ONNXOperator("InstanceNormalization", ["epsilon", "consumed_inputs"], 3...3, instanceNormalization),
        ONNXOperator("LayerNormalization", ["axis", "epsilon", "stash_type"], 2...3, layerNormalization),
        ONNXOperator("RMSNormalization", ["axis", "epsilon", "stash_type"], 2...2, rmsNormalization),
        ONNXOperator("GroupNormalization", ["epsilon", "num_groups", "stash_type"], 3...3, groupNormalization),
    ]
}

private func examineBatchNormalization(_ call: ONNXCall) throws(ONNXError) {
    if try call.flag("training_mode", default: false) {
        throw .unsupported(nil, attribute: "training_mode", "1", accepted: "0: statistics are those of the training")
    }
    if try !call.flag("spatial", default: true) {
        throw .unsupported(nil, attribute: "spatial", "0", accepted: "1: one mean and variance for each channel")
    }
    if let extra = call.node.outputs.indices.dropFirst().first(where: { call.wants($0) }) {
        throw .unsupported(nil, "the result '\(call.node.outputs[extra])' of training", accepted: "the first result alone")
    }
}

private func batchNormalization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    guard value.rank >= 2 else { throw .corrupt(nil, "an image of \(value.rank) axes", accepted: "2 or more") }
    let operation = Operation.batchNormalization(BatchNormalization(epsilon: try call.float("epsilon", default: 1e-5)))
    var parameters: [ValueID] = []
    for index in 1...4 { parameters.append(try conversion.value(try call.required(index), call)) }
    if value.rank == 4 {
        let image = try conversion.image(value, call)
        return [conversion.imageResult(try conversion.emit(operation, [image] + parameters, call))]
    }
    // The channels are the last axis in the IR.
    let last = [0] + Array(2..<value.rank) + [1]
    let back = [0, value.rank - 1] + Array(1..<(value.rank - 1))
    let turned = try conversion.transpose(value, value.rank == 2 ? [0, 1] : last, call)
    let result = conversion.computed(
        try conversion.emit(operation, [try conversion.value(turned, call)] + parameters, call))
    return [try conversion.transpose(result, value.rank == 2 ? [0, 1] : back, call)]
}

private func instanceNormalization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    guard value.rank >= 3 else { throw .corrupt(nil, "an image of \(value.rank) axes", accepted: "3 or more") }
    let epsilon = try call.float("epsilon", default: 1e-5)
    let normalized = try conversion.normalize(value, axes: Array(2..<value.rank), epsilon: epsilon, call)
    return [
        try conversion.scale(
            normalized, try call.required(1), try call.required(2), trailing: value.rank - 2, call)
    ]
}

/// Also gives the mean and 1/√(variance + epsilon), if the node asks for them.
private func layerNormalization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let axis = try call.axis(try call.int("axis", default: -1), rank: value.rank)
    let axes = Array(axis..<value.rank)
    let epsilon = try call.float("epsilon", default: 1e-5)
    var result = try conversion.normalize(value, axes: axes, epsilon: epsilon, call)
    result = try conversion.binary(.multiply, result, try call.required(1), call)
    if let bias = call.operand(2) { result = try conversion.binary(.add, result, bias, call) }
    guard call.wants(1) || call.wants(2) else { return [result] }
    let mean = Operation.reduction(Reduction(.mean, axes: axes, keepsAxes: true))
    let plain = try conversion.value(value, call)
    let means = try conversion.emit(mean, [plain], call)
    guard call.wants(2) else { return [result, conversion.computed(means)] }
    let differences = try conversion.emit(.binary(Binary(.subtract)), [plain, means], call)
    let squares = try conversion.emit(.binary(Binary(.multiply)), [differences, differences], call)
    let variance = try conversion.emit(mean, [squares], call)
    let shifted = try conversion.emit(.binary(Binary(.add)), [variance, conversion.constant(epsilon, call)], call)
    let deviation = try conversion.emit(.elementwise(Elementwise(.sqrt)), [shifted], call)
    let inverse = try conversion.emit(.elementwise(Elementwise(.reciprocal)), [deviation], call)
    return [result, conversion.computed(means), conversion.computed(inverse)]
}

/// x / √(mean(x²) + epsilon)·scale (Zhang and Sennrich 2019)
private func rmsNormalization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let axis = try call.axis(try call.int("axis", default: -1), rank: value.rank)
    let square = try conversion.binary(.multiply, value, value, call)
    let mean = try conversion.reduce(.mean, square, axes: Array(axis..<value.rank), call)
    let shifted = try conversion.binary(.add, mean, .constant(try call.float("epsilon", default: 1e-5)), call)
    let normalized = try conversion.binary(.divide, value, try conversion.elementwise(.sqrt, shifted, call), call)
    return [try conversion.binary(.multiply, normalized, try call.required(1), call)]
}

/// Before version 21 of the operator, scale and bias have one element for each group; since then, one for each channel.
private func groupNormalization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let scale = try call.required(1)
    let bias = try call.required(2)
    guard let groups = try call.int("num_groups"), groups > 0 else {
        throw .corrupt(nil, attribute: "num_groups", "none, or less than 1", accepted: "a number of groups")
    }
    guard value.rank >= 3 else { throw .corrupt(nil, "an image of \(value.rank) axes", accepted: "3 or more") }
    guard let channels = value.shape[1].exactQuotient(by: groups) else {
        throw .corrupt(nil, attribute: "num_groups", "\(groups)", accepted: "a divisor of \(value.shape[1]) channels")
    }
    let grouped = try conversion.reshape(value, to: [value.shape[0], Dimension(groups), channels] + value.shape[2...], call)
    let axes = Array(2..<grouped.rank)
    let epsilon = try call.float("epsilon", default: 1e-5)
    var result = try conversion.normalize(grouped, axes: axes, epsilon: epsilon, call)
    if call.version < 21 {
        result = try conversion.scale(result, scale, bias, trailing: axes.count, call)
        return [try conversion.reshape(result, to: value.shape, call)]
    }
    result = try conversion.reshape(result, to: value.shape, call)
    return [try conversion.scale(result, scale, bias, trailing: value.rank - 2, call)]
}

extension ONNXConversion {
    fileprivate mutating func normalize(
        _ value: ONNXValue, axes: [Int], epsilon: Float, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let operand = try oriented(value, call)
        let places = axes.map { operand.places[$0] }.sorted()
        return result(
            try emit(.normalization(Normalization(axes: places, epsilon: epsilon)), [operand.id], call), like: operand)
    }

    /// x·scale + bias with vectors that belong to the axis before the last `trailing` ones.
    fileprivate mutating func scale(
        _ value: ONNXValue, _ scale: ONNXValue, _ bias: ONNXValue, trailing: Int, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let ones = [Dimension](repeating: 1, count: trailing)
        let scaled = try binary(.multiply, value, try reshape(scale, to: scale.shape + ones, call), call)
        return try binary(.add, scaled, try reshape(bias, to: bias.shape + ones, call), call)
    }
}
