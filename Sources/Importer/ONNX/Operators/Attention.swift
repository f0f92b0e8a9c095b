import GraphIR

extension ONNXOperator {
    static let attentions: [ONNXOperator] = [
        ONNXOperator(
            "Attention",
            [
                "is_causal", "kv_num_heads", "left_window_size", "q_num_heads", "qk_matmul_output_mode", "right_window_size", "scale",
                "softcap", "softmax_precision",
            ], 3...7, examine: examineSoftmaxPrecision, attention),
        ONNXOperator(
            "LinearAttention", ["chunk_size", "kv_num_heads", "q_num_heads", "scale", "update_rule"], 3...6, linearAttention),
        ONNXOperator("RotaryEmbedding", ["interleaved", "num_heads", "rotary_embedding_dim"], 3...4, rotaryEmbedding),
    ]

    /// Operators of the domain ai.onnx.preview.
    static let previewAttentions: [ONNXOperator] = [
        ONNXOperator(
            "FlexAttention", ["prob_mod", "scale", "score_mod", "softmax_precision"], 3...3, examine: examineSoftmaxPrecision,
            flexAttention)
    ]
}

/// Floats of any precision are computed as f32, so that the precision of the softmax decides nothing but has to be one of floats.
private func examineSoftmaxPrecision(_ call: ONNXCall) throws(ONNXError) {
    guard let number = try call.int("softmax_precision") else { return }
    guard let type = ONNXElementType(rawValue: number), type.element == .float32 else {
        throw .corrupt(nil, attribute: "softmax_precision", "\(number)", accepted: "a type of floats")
    }
}

/// Scaled dot-product attention: softmax(softcap(Q·Kᵀ·scale) + bias)·V.
///
/// Gives Y, the present keys and values `[N, Hk, P + Lk, D]`, and, by `qk_matmul_output_mode`, the scores `[N, Hq, Lq, P + Lk]` of 0:
/// the product; 1: behind the soft cap; 2: with the bias; 3: behind the softmax.
private func attention(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let past = call.operand(4)?.shape
    let heads = try AttentionHeads(&conversion, call)
    let mode = try call.int("qk_matmul_output_mode", default: 0)
    guard (0...3).contains(mode) else { throw .corrupt(nil, attribute: "qk_matmul_output_mode", "\(mode)", accepted: "0, 1, 2 or 3") }
    var scores = try conversion.scores(heads, call)
    var stages = [scores]
    let cap = try call.float("softcap", default: 0)
    if cap > 0 {
        let limit = ONNXValue.constant(cap)
        scores = try conversion.elementwise(.tanh, try conversion.binary(.divide, scores, limit, call), call)
        scores = try conversion.binary(.multiply, scores, limit, call)
    }
    stages.append(scores)
    let bias = try conversion.attentionBias(heads, past: past.map { $0[2] }, call)
    if let bias { scores = try conversion.binary(.add, scores, bias.value, call) }
    stages.append(scores)
    var weights = try conversion.softmax(scores, axis: 3, call)
    if let bias, bias.mayExcludeEveryKey { weights = try conversion.withoutExcludedRows(weights, bias.value, call) }
    stages.append(weights)
    var result = try conversion.multiplyHeads(weights, heads.value, call)
    if heads.arePacked {
        let sides = result.shape
        let turned = try conversion.transpose(result, [0, 2, 1, 3], call)
        result = try conversion.reshape(turned, to: [.dimension(sides[0]), .dimension(sides[2]), .inferred], call)
    }
    return [
        result, heads.key.with(precision: try call.required(1).precision), heads.value.with(precision: try call.required(2).precision),
        stages[mode],
    ]
}

/// Attention whose scores and probabilities are changed by graphs in the node's attributes, which take their place.
private func flexAttention(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let heads = try AttentionHeads(&conversion, call)
    guard !heads.arePacked else { throw .corrupt(nil, "queries of 3 axes", accepted: "4") }
    // The graphs get floats of the softmax's precision: that of the operands, but at least float32.
    let widest: ElementType = try call.required(0).precision == .float64 ? .float64 : .float32
    let precision = try call.int("softmax_precision").flatMap { ONNXElementType(rawValue: $0)?.exactElement } ?? widest
    var scores = try conversion.scores(heads, call).with(precision: precision)
    scores = try conversion.modified(scores, by: "score_mod", call)
    let probabilities = try conversion.softmax(scores, axis: 3, call).with(precision: precision)
    let weights = try conversion.modified(probabilities, by: "prob_mod", call)
    return [try conversion.multiplyHeads(weights, heads.value, call)]
}

/// The operands of an attention with an axis of heads.
struct AttentionHeads {
    /// `[N, Hq, Lq, D]`
    var query: ONNXValue
    /// `[N, Hk, Lk, D]`, with the keys of earlier steps in front.
    var key: ONNXValue
    /// `[N, Hk, Lk, Dv]`, the same of values.
    var value: ONNXValue
    /// Whether the operands are `[N, L, H·D]`.
    let arePacked: Bool
    let scale: Float

    init(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) {
        let operands = [try call.required(0), try call.required(1), try call.required(2)]
        for operand in operands { try call.requireFloat(operand, "an operand") }
        let ranks = operands.map(\.rank)
        guard ranks == [3, 3, 3] || ranks == [4, 4, 4] else {
            throw .corrupt(nil, "operands of \(ranks.list) axes", accepted: "3 or 4 each")
        }
        arePacked = ranks[0] == 3
        query = operands[0]
        key = operands[1]
        value = operands[2]
        if arePacked {
            let shared = try call.count("kv_num_heads")
            query = try conversion.unpackHeads(query, try call.count("q_num_heads"), call)
            key = try conversion.unpackHeads(key, shared, call)
            value = try conversion.unpackHeads(value, shared, call)
        }
        if let past = call.operand(4), let pastValue = call.operand(5) {
            key = try conversion.concatenate([past, key], axis: 2, call)
            value = try conversion.concatenate([pastValue, value], axis: 2, call)
        } else if call.operand(4) != nil || call.operand(5) != nil {
            throw .corrupt(nil, "past keys or past values alone", accepted: "both or neither")
        }
        let size = try call.number(query.shape[3], "a head of the size")
        scale = try call.float("scale") ?? Float(1 / Double(max(size, 1)).squareRoot())
        guard scale >= 0 else { throw .unsupported(nil, attribute: "scale", "\(scale)", accepted: "at least 0") }
    }
}

extension ONNXCall {
    /// A required number from 1.
    func count(_ name: String) throws(ONNXError) -> Int {
        guard let count = try int(name), count > 0 else {
            throw .corrupt(nil, attribute: name, try int(name).map { "\($0)" } ?? "none", accepted: "1 or more")
        }
        return count
    }
}

extension ONNXConversion {
    /// `[N, L, H·D]` as `[N, H, L, D]`.
    mutating func unpackHeads(_ value: ONNXValue, _ heads: Int, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        guard let size = value.shape[2].exactQuotient(by: heads) else {
            throw .corrupt(nil, "\(value.shape[2]) elements for \(heads) heads", accepted: "a multiple of \(heads)")
        }
        let apart = try reshape(value, to: [value.shape[0], value.shape[1], Dimension(heads), size], call)
        return try transpose(apart, [0, 2, 1, 3], call)
    }

    /// Products over the last two axes of `left [N, Hq, L, K]` and `right [N, Hk, K, M]`, each head of the right one for Hq / Hk
    /// heads of the left one.
    mutating func multiplyHeads(_ left: ONNXValue, _ right: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if left.shape[1] == right.shape[1] { return try multiplyMatrices(left, right, call) }
        guard let shared = right.shape[1].constant, shared > 0, let group = left.shape[1].exactQuotient(by: shared),
            let rows = left.shape[2].multiplied(by: group)
        else {
            throw .corrupt(
                nil, "\(left.shape[1]) heads of queries and \(right.shape[1]) of keys", accepted: "a multiple, both numbers")
        }
        // The rows of the heads that share one are rows of one matrix.
        let joined = try reshape(left, to: [left.shape[0], right.shape[1], rows, left.shape[3]], call)
        let product = try multiplyMatrices(joined, right, call)
        return try reshape(product, to: [left.shape[0], left.shape[1], left.shape[2], right.shape[3]], call)
    }

    /// Q·Kᵀ·scale; both operands are scaled by its square root, as the specification does.
    fileprivate mutating func scores(_ heads: AttentionHeads, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let factor = ONNXValue.constant(heads.scale.squareRoot())
        let query = try binary(.multiply, heads.query, factor, call)
        let key = try binary(.multiply, try transpose(heads.key, [0, 1, 3, 2], call), factor, call)
        return try multiplyHeads(query, key, call)
    }

    /// What the graph of an attribute makes of a tensor; without one the tensor itself.
    fileprivate mutating func modified(
        _ value: ONNXValue, by attribute: String, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        guard call.has(attribute) else { return value }
        let graph = try call.graph(attribute)
        guard graph.inputs.count == 1, graph.outputs.count == 1 else {
            throw .corrupt(
                nil, attribute: attribute, "\(graph.inputs.count) inputs and \(graph.outputs.count) outputs", accepted: "one of each")
        }
        let result = try inline(graph, inputs: [value], call)[0]
        if result.isMissing { return result }
        guard result.type == value.type else {
            throw .corrupt(nil, attribute: attribute, "a result \(result.type)", accepted: "\(value.type)")
        }
        return result
    }
}
