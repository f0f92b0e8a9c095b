import GraphIR

extension ONNXOperator {
    /// Operators that look elements up at positions that may be computed.
    static let lookups: [ONNXOperator] = [
        ONNXOperator("GatherElements", ["axis"], 2...2) { conversion, call throws(ONNXError) in
            let data = try call.required(0)
            let indices = try call.required(1)
            guard data.rank >= 1, indices.rank == data.rank else {
                throw .corrupt(nil, "indices \(indices.type) for \(data.type)", accepted: "as many axes as the data has, one or more")
            }
            let axis = try call.axis(try call.int("axis", default: 0), rank: data.rank)
            let positions = try conversion.flatPositions(indices, axis: axis, in: try call.sides(data), call)
            return [try conversion.gather(try conversion.reshape(data, to: [.inferred], call), axis: 0, positions, call)]
        },
        ONNXOperator("GatherND", ["batch_dims"], 2...2, gatherTuples),
        ONNXOperator("ReverseSequence", ["batch_axis", "time_axis"], 2...2, reversal),
    ]
}

private func gatherTuples(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let data = try call.required(0)
    let tuples = try call.required(1)
    let batch = try call.int("batch_dims", default: 0)
    let shape = try call.sides(data)
    guard let named = try call.sides(tuples).last, batch >= 0, batch < tuples.rank, named >= 1, named <= data.rank - batch,
        tuples.shape[..<batch] == data.shape[..<batch]
    else {
        throw .corrupt(
            nil, "tuples \(tuples.type) for \(data.type) behind \(batch) axes of batches",
            accepted: "tuples of 1 to \(data.rank - batch) indices, and the same sides of batches")
    }
    let counted = Array(shape[..<(batch + named)])
    let rest = data.shape[(batch + named)...]
    let positions = try conversion.flatPositions(tuples: tuples, batch: batch, in: counted, call)
    let rows = try conversion.reshape(data, to: [Dimension(counted.reduce(1, *))] + rest, call)
    return [try conversion.gather(rows, axis: 0, positions, call)]
}

/// The element at time t comes from len − 1 − t where t is below the sequence's length, else from t.
private func reversal(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let lengths = try call.required(1)
    let batchAxis = try call.int("batch_axis", default: 1)
    let timeAxis = try call.int("time_axis", default: 0)
    guard value.rank >= 2, Set([batchAxis, timeAxis]) == [0, 1] else {
        throw .corrupt(nil, "the axes \(batchAxis) and \(timeAxis) of \(value.type)", accepted: "0 and 1, one each")
    }
    let shape = try call.sides(value)
    guard lengths.shape == [value.shape[batchAxis]] else {
        throw .corrupt(nil, "lengths \(lengths.type)", accepted: "\(shape[batchAxis]) lengths")
    }
    let swapped = [1, 0] + Array(2..<value.rank)
    let batches = batchAxis == 0 ? value : try conversion.transpose(value, swapped, call)
    let times = try conversion.range(shape[timeAxis], axis: 1, rank: 2)
    let ends = try conversion.reshape(
        try conversion.cast(lengths, to: .int64, call), to: [value.shape[batchAxis], 1], call)
    let isInside = try conversion.compare(.less, times, ends, call)
    let lasts = try conversion.binary(.subtract, ends, .constant(integer: 1, element: .int64), call)
    let backwards = try conversion.binary(.subtract, lasts, times, call)
    let sources = try conversion.select(isInside, backwards, times, call)
    let firsts = try conversion.range(shape[batchAxis], step: shape[timeAxis], axis: 0, rank: 2)
    let positions = try conversion.binary(.add, sources, firsts, call)
    let rows = try conversion.reshape(batches, to: [Dimension(shape[0] * shape[1])] + value.shape[2...], call)
    let reversed = try conversion.gather(rows, axis: 0, positions, call)
    return [batchAxis == 0 ? reversed : try conversion.transpose(reversed, swapped, call)]
}
