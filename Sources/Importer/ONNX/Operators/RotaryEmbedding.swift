import GraphIR

/// Turns pairs (a, b) of a head's elements by the angle of their position: (a·cos − b·sin, a·sin + b·cos) (Su et al. 2021).
///
/// The pairs are the two halves of the first `rotary_embedding_dim` elements, or, `interleaved`, neighbours. The operand is
/// `[N, H, L, D]` or `[N, L, H·D]`; the tables are `[positions, D/2]` with the positions `[N, L]`, or `[N, L, D/2]` without.
func rotaryEmbedding(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    try call.requireFloat(value, "the operand")
    let isPacked = value.rank == 3
    guard isPacked || value.rank == 4 else { throw .corrupt(nil, "an operand of \(value.rank) axes", accepted: "3 or 4") }
    var heads = value
    if isPacked {
        let count = try call.count("num_heads")
        guard let size = value.shape[2].exactQuotient(by: count) else {
            throw .corrupt(nil, attribute: "num_heads", "\(count)", accepted: "a divisor of \(value.shape[2])")
        }
        heads = try conversion.reshape(value, to: [value.shape[0], value.shape[1], Dimension(count), size], call)
    }
    let size = try call.number(heads.shape[3], "a head of the size")
    let listed = try call.int("rotary_embedding_dim", default: 0)
    let turned = listed == 0 ? size : listed
    guard turned > 0, turned <= size, turned % 2 == 0 else {
        throw .corrupt(nil, attribute: "rotary_embedding_dim", "\(turned)", accepted: "an even number up to \(size)")
    }
    let cosines = try conversion.rotaryTable(1, half: turned / 2, axisOfHeads: isPacked ? 2 : 1, call)
    let sines = try conversion.rotaryTable(2, half: turned / 2, axisOfHeads: isPacked ? 2 : 1, call)
    let isInterleaved = try call.flag("interleaved", default: false)
    func part(_ start: Int, _ step: Int, _ count: Int) throws(ONNXError) -> ONNXValue {
        try conversion.slice(heads, [3: Slice.Axis(start: Dimension(start), step: step, count: Dimension(count))], call)
    }
    let half = turned / 2
    let first = try isInterleaved ? part(0, 2, half) : part(0, 1, half)
    let second = try isInterleaved ? part(1, 2, half) : part(half, 1, half)
    func sum(_ kind: Binary.Kind, _ a: ONNXValue, _ b: ONNXValue) throws(ONNXError) -> ONNXValue {
        try conversion.binary(
            kind, try conversion.binary(.multiply, a, first, call), try conversion.binary(.multiply, b, second, call), call)
    }
    var results = [try sum(.subtract, cosines, sines), try sum(.add, sines, cosines)]
    if isInterleaved {
        let sides = results[0].shape
        for index in results.indices { results[index] = try conversion.reshape(results[index], to: sides + [1], call) }
        let pairs = try conversion.concatenate(results, axis: 4, call)
        results = [try conversion.reshape(pairs, to: sides.dropLast() + [Dimension(turned)], call)]
    }
    if turned < size { results.append(try part(turned, 1, size - turned)) }
    return [try conversion.reshape(try conversion.concatenate(results, axis: 3, call), to: value.shape, call)]
}

extension ONNXConversion {
    /// The cosines or sines of each position, broadcasting with the heads.
    fileprivate mutating func rotaryTable(
        _ operand: Int, half: Int, axisOfHeads: Int, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        var table = try call.required(operand)
        if let positions = call.operand(3) {
            try call.requireRank(table, 2, "a table with positions")
            table = computed(try emit(.gather(Gather(axis: 0)), [try value(table, call), try value(positions, call)], call))
        }
        try call.requireRank(table, 3, "a table")
        guard table.shape[2] == Dimension(half) else {
            throw .corrupt(nil, "a table of \(table.shape[2]) angles", accepted: "\(half), one for each pair")
        }
        var shape = table.shape
        shape.insert(1, at: axisOfHeads)
        return try reshape(table, to: shape, call)
    }
}
