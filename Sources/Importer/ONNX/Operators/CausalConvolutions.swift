import GraphIR

extension ONNXOperator {
    static let causalConvolutions: [ONNXOperator] = [
        ONNXOperator("CausalConvWithState", ["activation"], 2...4, causalConvolution)
    ]
}

/// A depthwise convolution along `[N, C, L]` that reads the present and the `k` − 1 elements before it; those before the first are the
/// past state's, or zeros. Also gives the last `k` − 1 elements, the next step's past state.
private func causalConvolution(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let line = try call.required(0)
    let weights = try call.required(1)
    try call.requireRank(line, 3, "a line")
    try call.requireRank(weights, 3, "weights")
    let channels = try call.number(line.shape[1], "a number of channels")
    let size = try call.number(weights.shape[2], "a kernel of")
    guard weights.shape == [line.shape[1], 1, Dimension(size)], size > 0 else {
        throw .corrupt(nil, "weights \(weights.type)", accepted: "[\(channels), 1, k]")
    }
    let past = Dimension(size - 1)
    var extended = line
    if size > 1 {
        let shape = [line.shape[0], line.shape[1], past]
        let before: ONNXValue
        if let state = call.operand(3) { before = state } else { before = try conversion.zeros(shape, call) }
        guard before.shape == shape else { throw .corrupt(nil, "a past state \(before.type)", accepted: "\(TensorType(shape))") }
        extended = try conversion.concatenate([before, line], axis: 2, call)
    }
    let window = ONNXWindow(size: [size])
    var result = try conversion.convolve(extended, weights, call.operand(2), window, groups: channels, call)
    switch try call.choice("activation", default: "none", ["none", "silu", "swish"]) {
    case "none": break
    default: result = try conversion.elementwise(.swish, result, call)
    }
    return [result, try conversion.slice(extended, [2: Slice.Axis(start: line.shape[2], count: past)], call)]
}
