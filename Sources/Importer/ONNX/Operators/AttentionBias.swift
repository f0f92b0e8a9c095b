import GraphIR

/// What an attention adds to its scores.
struct AttentionBias {
    /// Broadcasts to `[N, Hq, Lq, Lk]`; −∞ excludes a key.
    var value: ONNXValue
    /// Whether there may be queries without any key, whose results are 0.
    var mayExcludeEveryKey: Bool
}

extension ONNXConversion {
    /// The mask, the causal order, the windows and the lengths of the keys together; nil where every key counts.
    ///
    /// - Parameter past: how many keys are of earlier steps.
    mutating func attentionBias(
        _ heads: AttentionHeads, past: Dimension?, _ call: ONNXCall
    ) throws(ONNXError) -> AttentionBias? {
        var allowed: ONNXValue?
        var added: ONNXValue?
        if let mask = call.operand(3) {
            let padded = try paddedMask(mask, to: heads.key.shape[2], call)
            if mask.type.element == .bool { allowed = padded } else { added = padded }
        }
        let window = try ONNXKeyWindow(call)
        if window.isRestricting {
            let visible = try visibleKeys(heads, window, past: past, call)
            allowed = try and(allowed, visible, call)
        }
        if let lengths = call.operand(6) {
            let keys = try positions(heads.key.shape[2], "a number of keys")
            allowed = try and(allowed, try compare(.less, keys, try perSample(lengths, call), call), call)
        }
        // In causal order the first key is before every query, so that there is always one.
        let mayExclude = call.operand(3) != nil || call.operand(6) != nil || window.before != nil
        guard let allowed else { return added.map { AttentionBias(value: $0, mayExcludeEveryKey: mayExclude) } }
        let bias = try select(allowed, .constant(0), .constant(-.infinity), call)
        return AttentionBias(
            value: try added.map { added throws(ONNXError) in try binary(.add, added, bias, call) } ?? bias,
            mayExcludeEveryKey: mayExclude)
    }

    /// Zeros in the rows of weights whose bias excludes every key.
    mutating func withoutExcludedRows(
        _ weights: ONNXValue, _ bias: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        guard bias.rank > 0 else { return weights }
        let largest = try reduce(.maximum, bias, axes: [bias.rank - 1], call)
        let isExcluded = try compare(.equal, largest, .constant(-.infinity), call)
        return try select(isExcluded, .constant(0), weights, call)
    }

    /// The mask with as many keys as there are: since version 24 of the operator it may have fewer, and the others are excluded.
    private mutating func paddedMask(_ mask: ONNXValue, to keys: Dimension, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let element = mask.type.element
        guard element == .bool || element == .float32 else {
            throw .unsupported(nil, attribute: "attn_mask", "elements of \(element.rawValue)", accepted: "truth values or floats")
        }
        guard let side = mask.shape.last, side != keys, call.version >= 24 || side != 1 else { return mask }
        guard let missing = (keys - side).constant, missing > 0 else {
            throw .corrupt(nil, attribute: "attn_mask", "\(mask.type)", accepted: "at most \(keys) keys")
        }
        var amounts = [Padding.Amount](repeating: Padding.Amount(0, 0), count: mask.rank)
        amounts[mask.rank - 1] = Padding.Amount(0, missing)
        let padding = Padding(.constant(element == .bool ? 0 : -.infinity), amounts: amounts)
        return computed(try emit(.padding(padding), [try value(mask, call)], call))
    }

    /// Which keys are in the window of which query: `[…, Lq, Lk]` of truth values.
    private mutating func visibleKeys(
        _ heads: AttentionHeads, _ window: ONNXKeyWindow, past: Dimension?, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let count = heads.query.shape[2]
        let keys = try positions(heads.key.shape[2], "a number of keys")
        let queries = try reshape(try positions(count, "a number of queries"), to: [count, 1], call)
        // The position of a query among the keys: behind those of earlier steps, or at the end of those that are given.
        var offset = ONNXValue.constant(
            integer: try past.map { past throws(ONNXError) in try call.number(past, "past keys") } ?? 0, element: .int64)
        if past == nil, let lengths = call.operand(6) {
            let number = ONNXValue.constant(integer: try call.number(count, "a number of queries"), element: .int64)
            offset = try binary(.subtract, try perSample(lengths, call), number, call)
        }
        let places = try binary(.add, queries, offset, call)
        var visible: ONNXValue?
        if let after = window.after {
            let last = after == 0 ? places : try binary(.add, places, .constant(integer: after, element: .int64), call)
            visible = try compare(.lessOrEqual, keys, last, call)
        }
        if let before = window.before {
            let first = try binary(.subtract, places, .constant(integer: before, element: .int64), call)
            visible = try and(visible, try compare(.greaterOrEqual, keys, first, call), call)
        }
        return visible ?? .constant(integer: 1, element: .bool)
    }

    /// A number for each sample as `[N, 1, 1, 1]`.
    private mutating func perSample(_ lengths: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        try call.requireRank(lengths, 1, "nonpad_kv_seqlen")
        let wide = try cast(lengths, to: .int64, call)
        return try reshape(wide, to: [lengths.shape[0], 1, 1, 1], call)
    }
}

/// How far a query sees before and behind its own position.
private struct ONNXKeyWindow {
    var before: Int?
    var after: Int?

    var isRestricting: Bool { before != nil || after != nil }

    init(_ call: ONNXCall) throws(ONNXError) {
        before = try Self.side("left_window_size", call)
        after = try Self.side("right_window_size", call)
        if try call.flag("is_causal", default: false) { after = 0 }
    }

    private static func side(_ name: String, _ call: ONNXCall) throws(ONNXError) -> Int? {
        let size = try call.int(name, default: -1)
        guard size >= -1 else { throw .corrupt(nil, attribute: name, "\(size)", accepted: "-1 or more") }
        return size < 0 ? nil : min(size, Limits.side)
    }
}
