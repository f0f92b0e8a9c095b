import GraphIR

extension ONNXOperator {
    /// Operators that divide by a norm or a deviation of several elements, without weights.
    static let norms: [ONNXOperator] = [
        ONNXOperator("LpNormalization", ["axis", "p"], normNormalization),
        ONNXOperator("LRN", ["alpha", "beta", "bias", "size"], localResponseNormalization),
        ONNXOperator("MeanVarianceNormalization", ["across_channels", "axes", "normalize_variance"], meanVarianceNormalization),
    ]
}

/// x / (Σ |x|ᵖ)^(1/p) for p 1 or 2, and 0 where that sum is 0.
private func normNormalization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let axis = try call.axis(try call.int("axis", default: -1), rank: value.rank)
    let exponent = try call.int("p", default: 2)
    guard (1...2).contains(exponent) else { throw .corrupt(nil, attribute: "p", "\(exponent)", accepted: "1 or 2") }
    let powers =
        exponent == 1 ? try conversion.absolute(value, call) : try conversion.binary(.multiply, value, value, call)
    let sum = try conversion.reduce(.sum, powers, axes: [axis], keepsAxes: true, call)
    let norm = try conversion.raised(sum, to: 1 / Float(exponent), call)
    let isZero = try conversion.compare(.equal, norm, .constant(0), call)
    let quotient = try conversion.binary(.divide, value, norm, call)
    return [try conversion.select(isZero, .constant(0), quotient, call)]
}

/// x / (bias + alpha · m)^beta with the mean m of the squares of `size` channels around each one, those that there are not being 0.
private func localResponseNormalization(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    guard value.rank >= 3 else { throw .corrupt(nil, "\(value.type)", accepted: "an image") }
    guard let size = try call.int("size"), (1...Limits.attribute).contains(size) else {
        throw .corrupt(nil, attribute: "size", "none, or out of range", accepted: "1 to \(Limits.attribute)")
    }
    let squares = try conversion.binary(.multiply, value, value, call)
    // As an image the channels are its rows, and the pixels its channels, which keeps ONNX's order of axes.
    let rows = try conversion.reshape(
        squares, to: [.dimension(value.shape[0]), .dimension(value.shape[1]), .dimension(1), .inferred], call)
    let before = (size - 1) / 2
    let window = Window(
        size: Spatial(size, 1), strides: .one, dilations: .one,
        padding: .explicit(top: before, left: 0, bottom: size - 1 - before, right: 0))
    let means = try conversion.emit(
        .pooling(Pooling(.average, window: window, countsPadding: true)), [try conversion.value(rows, call)], call)
    let spread = try conversion.reshape(conversion.computed(means), to: value.shape, call)
    let scaled = try conversion.binary(.multiply, spread, .constant(try call.float("alpha", default: 1e-4)), call)
    let sum = try conversion.binary(.add, scaled, .constant(try call.float("bias", default: 1)), call)
    let divisor = try conversion.raised(sum, to: try call.float("beta", default: 0.75), call)
    return [try conversion.binary(.divide, value, divisor, call)]
}

/// (x − mean) / (deviation + 10⁻⁹). Version 1 of the operator says whether the channels are taken together, later ones name the axes.
private func meanVarianceNormalization(
    _ conversion: inout ONNXConversion, _ call: ONNXCall
) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    var axes = [0, 2, 3]
    if call.version < 9 {
        axes = Array((try call.flag("across_channels", default: false) ? 1 : 2)..<max(2, value.rank))
    } else if let listed = try call.ints("axes") {
        axes = listed
    }
    axes = try call.axes(axes, rank: value.rank)
    let mean = try conversion.reduce(.mean, value, axes: axes, keepsAxes: true, call)
    let difference = try conversion.binary(.subtract, value, mean, call)
    if call.version < 9, try !call.flag("normalize_variance", default: true) { return [difference] }
    let squares = try conversion.binary(.multiply, difference, difference, call)
    let variance = try conversion.reduce(.mean, squares, axes: axes, keepsAxes: true, call)
    let deviation = try conversion.elementwise(.sqrt, variance, call)
    return [try conversion.binary(.divide, difference, try conversion.binary(.add, deviation, .constant(1e-9), call), call)]
}
