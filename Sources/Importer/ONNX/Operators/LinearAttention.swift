import GraphIR

/// Attention without a softmax, as a recurrence over a state S `[N, Hk, Dk, Dv]` for each step (Katharopoulos et al. 2020, Yang et al.
/// 2024): S ← exp(g)·S, where `update_rule` is gated; v ← β·(v − Sᵀk), where it has a delta; S ← S + k⊗v; o = scale·Sᵀq.
///
/// The steps are repeated, so that their number has to be known. Gives the outputs `[N, L, Hq·Dv]` and the last state.
func linearAttention(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let operands = try LinearAttentionOperands(call)
    let value = operands.value
    let sides = [value.shape[0], Dimension(operands.sharedHeads)]
    let stateShape = sides + [Dimension(operands.keySize), operands.valueSize]
    var state: ONNXValue
    if let past = call.operand(3) { state = past } else { state = try conversion.zeros(stateShape, call) }
    guard state.shape == stateShape else {
        throw .corrupt(nil, "a state \(state.type)", accepted: "\(TensorType(stateShape))")
    }
    let scale = try call.float("scale", default: 0)
    let factor = ONNXValue.constant(scale == 0 ? Float(1 / Double(operands.keySize).squareRoot()) : scale)
    var outputs: [ONNXValue] = []
    for step in 0..<(try call.number(value.shape[1], "a number of steps")) {
        /// A step's part of an operand, `[N, Hk, …]`.
        func part(_ operand: ONNXValue, _ shape: [Dimension]) throws(ONNXError) -> ONNXValue {
            let range = Slice.Axis(start: Dimension(step), count: 1)
            return try conversion.reshape(try conversion.slice(operand, [1: range], call), to: shape, call)
        }
        if let decay = operands.decay {
            let size = decay.shape[2] == sides[1] ? 1 : Dimension(operands.keySize)
            let kept = try conversion.elementwise(.exp, try part(decay, sides + [size, 1]), call)
            state = try conversion.binary(.multiply, state, kept, call)
        }
        var written = try part(value, sides + [1, operands.valueSize])
        if let rate = operands.rate {
            let read = try conversion.multiplyMatrices(try part(operands.key, sides + [1, Dimension(operands.keySize)]), state, call)
            let error = try conversion.binary(.subtract, written, read, call)
            written = try conversion.binary(.multiply, try part(rate, [sides[0], rate.shape[2], 1, 1]), error, call)
        }
        let key = try part(operands.key, sides + [Dimension(operands.keySize), 1])
        state = try conversion.binary(.add, state, try conversion.binary(.multiply, key, written, call), call)
        let query = try part(operands.query, sides + [Dimension(operands.groups), Dimension(operands.keySize)])
        let read = try conversion.binary(.multiply, try conversion.multiplyMatrices(query, state, call), factor, call)
        outputs.append(try conversion.reshape(read, to: [sides[0], 1, operands.valueSize * operands.queryHeads], call))
    }
    guard !outputs.isEmpty else { throw .unsupported(nil, "no steps", accepted: "at least one") }
    return [try conversion.concatenate(outputs, axis: 1, call), state.with(precision: (call.operand(3) ?? operands.query).precision)]
}

private struct LinearAttentionOperands {
    /// `[N, L, Hq·Dk]`
    let query: ONNXValue
    /// `[N, L, Hk·Dk]`
    let key: ONNXValue
    /// `[N, L, Hk·Dv]`
    let value: ONNXValue
    /// The logarithm of what is kept of the state, `[N, L, Hk·Dk]` or `[N, L, Hk]`, where the rule is gated.
    let decay: ONNXValue?
    /// β, `[N, L, Hk]` or `[N, L, 1]`, where the rule has a delta.
    let rate: ONNXValue?
    let queryHeads: Int
    let sharedHeads: Int
    let keySize: Int
    let valueSize: Dimension
    /// Heads of queries for each of keys.
    var groups: Int { queryHeads / sharedHeads }

    init(_ call: ONNXCall) throws(ONNXError) {
        query = try call.required(0)
        key = try call.required(1)
        value = try call.required(2)
        queryHeads = try call.count("q_num_heads")
        sharedHeads = try call.count("kv_num_heads")
        guard queryHeads % sharedHeads == 0 else {
            throw .corrupt(nil, attribute: "q_num_heads", "\(queryHeads)", accepted: "a multiple of \(sharedHeads)")
        }
        let rule = try call.choice("update_rule", default: "gated_delta", ["linear", "gated", "delta", "gated_delta"])
        decay = call.operand(4)
        rate = call.operand(5)
        guard (decay != nil) == rule.hasPrefix("gated"), (rate != nil) == rule.hasSuffix("delta") else {
            throw .corrupt(
                nil, attribute: "update_rule",
                "'\(rule)' \(decay == nil ? "without" : "with") decay and \(rate == nil ? "without" : "with") beta",
                accepted: "decay of gated rules, beta of delta rules")
        }
        for operand in [query, key, value] + [decay, rate].compactMap({ $0 }) { try call.requireRank(operand, 3, "an operand") }
        guard let size = query.shape[2].exactQuotient(by: queryHeads), let valueSize = value.shape[2].exactQuotient(by: sharedHeads),
            key.shape[2] == size * sharedHeads
        else {
            throw .corrupt(
                nil, "\(query.type), \(key.type) and \(value.type)", accepted: "\(queryHeads) heads of queries, \(sharedHeads) of keys")
        }
        keySize = try call.number(size, "a head of the size")
        self.valueSize = valueSize
    }
}
