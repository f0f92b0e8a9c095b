import GraphIR
import Shapes

extension ONNXOperator {
    /// Operators that write elements at positions that may be computed.
    static let scatters: [ONNXOperator] = [
        ONNXOperator("ScatterElements", ["axis", "reduction"], 3...3, scatterElements),
        ONNXOperator("Scatter", ["axis"], 3...3, scatterElements),
        ONNXOperator("ScatterND", ["reduction"], 3...3, scatterTuples),
        ONNXOperator("TensorScatter", ["axis", "mode"], 2...3, scatterSequences),
        ONNXOperator("MaxUnpool", ["kernel_shape", "pads", "strides"], 2...3, maximumUnpooling),
        ONNXOperator("Col2Im", ["dilations", "pads", "strides"], 3...3, columnsToImage),
    ]
}

private func kind(_ call: ONNXCall) throws(ONNXError) -> Scatter.Kind {
    switch try call.string("reduction", default: "none") {
    case "none": return .replace
    case "add": return .add
    case "mul": return .multiply
    case "max": return .maximum
    case "min": return .minimum
    case let other: throw .corrupt(nil, attribute: "reduction", "'\(other)'", accepted: "none, add, mul, max or min")
    }
}

extension ONNXConversion {
    /// Rows of `[n, …]` replaced by, or combined with, those of `[m, …]` at positions of any shape with m elements.
    fileprivate mutating func scatter(
        _ kind: Scatter.Kind, _ rows: ONNXValue, _ positions: ONNXValue, _ updates: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let operands = [
            try value(rows, call), try value(try reshape(positions, to: [updates.shape[0]], call), call), try value(updates, call),
        ]
        return computed(try emit(.scatter(Scatter(kind)), operands, call))
    }

    /// Zeros, which are made when the model runs where there are many.
    fileprivate mutating func zeros(_ element: ElementType, _ shape: [Int], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        try expand(.constant(integer: 0, element: element), to: shape.map { Dimension($0) }, call)
    }
}

private func scatterElements(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let data = try call.required(0)
    let indices = try call.required(1)
    let updates = try call.required(2)
    guard data.rank >= 1, indices.rank == data.rank, updates.shape == indices.shape else {
        throw .corrupt(
            nil, "indices \(indices.type) and updates \(updates.type) for \(data.type)",
            accepted: "as many axes as the data has, one or more, and an update for each index")
    }
    let axis = try call.axis(try call.int("axis", default: 0), rank: data.rank)
    let (shape, counts) = (try call.sides(data), try call.sides(indices))
    for other in shape.indices where other != axis && counts[other] > shape[other] {
        throw .corrupt(nil, "indices \(indices.type) for \(data.type)", accepted: "no more of them along axis \(other)")
    }
    let positions = try conversion.flatPositions(indices, axis: axis, in: shape, call)
    let count = Dimension(counts.reduce(1, *))
    let result = try conversion.scatter(
        try kind(call), try conversion.reshape(data, to: [Dimension(shape.reduce(1, *))], call), positions,
        try conversion.reshape(updates, to: [count], call), call)
    return [try conversion.reshape(result, to: data.shape, call)]
}

private func scatterTuples(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let data = try call.required(0)
    let tuples = try call.required(1)
    let updates = try call.required(2)
    let (shape, counts) = (try call.sides(data), try call.sides(tuples))
    guard let named = counts.last, (1...max(1, data.rank)).contains(named), data.rank >= 1,
        updates.shape == Array(tuples.shape.dropLast()) + data.shape[named...]
    else {
        throw .corrupt(
            nil, "tuples \(tuples.type) and updates \(updates.type) for \(data.type)",
            accepted: "tuples of 1 to \(data.rank) indices, and for each a part of the data")
    }
    let positions = try conversion.flatPositions(tuples: tuples, batch: 0, in: Array(shape[..<named]), call)
    let rest = data.shape[named...]
    let count = Dimension(counts.dropLast().reduce(1, *))
    let rows = try conversion.reshape(data, to: [Dimension(shape[..<named].reduce(1, *))] + rest, call)
    let result = try conversion.scatter(
        try kind(call), rows, positions, try conversion.reshape(updates, to: [count] + rest, call), call)
    return [try conversion.reshape(result, to: data.shape, call)]
}

/// Writes sequences into longer ones, each of a batch from an index of its own on; what would be behind the end is left out, or
/// with the mode "circular" written to the beginning.
private func scatterSequences(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let cache = try call.required(0)
    let update = try call.required(1)
    let axis = try call.axis(try call.int("axis", default: -2), rank: cache.rank)
    let (shape, counts) = (try call.sides(cache), try call.sides(update))
    guard axis >= 1, counts.count == shape.count,
        shape.indices.allSatisfy({ $0 == axis ? counts[$0] <= shape[$0] : counts[$0] == shape[$0] })
    else {
        throw .corrupt(nil, "updates \(update.type) of \(cache.type)", accepted: "the same sides but along axis \(axis), not the first")
    }
    let isCircular: Bool
    switch try call.string("mode", default: "linear") {
    case "linear": isCircular = false
    case "circular": isCircular = true
    case let other: throw .corrupt(nil, attribute: "mode", "'\(other)'", accepted: "linear or circular")
    }
    let (batch, length) = (shape[0], shape[axis])
    let prefixes = shape[1..<axis].reduce(1, *)
    let side = ONNXValue.constant(integer: length, element: .int64)
    // [batch, prefixes, sequence]
    var places = try conversion.range(counts[axis], axis: 2, rank: 3)
    if let starts = call.operand(2) {
        guard starts.shape == [cache.shape[0]] else { throw .corrupt(nil, "write indices \(starts.type)", accepted: "\(batch)") }
        let first = try conversion.reshape(try conversion.cast(starts, to: .int64, call), to: [Dimension(batch), 1, 1], call)
        places = try conversion.binary(.add, first, places, call)
    }
    if isCircular { places = try conversion.binary(.modulo, places, side, call) }
    var positions = try conversion.binary(
        .add, places, try conversion.range(prefixes, step: length, axis: 1, rank: 3), call)
    positions = try conversion.binary(
        .add, positions, try conversion.range(batch, step: prefixes * length, axis: 0, rank: 3), call)
    if !isCircular {
        let isInside = try conversion.compare(.less, places, side, call)
        positions = try conversion.broadcast(
            .selection(Selection()), [isInside, positions, .constant(integer: -1, element: .int64)], call)
    }
    let rest = cache.shape[(axis + 1)...]
    let rows = try conversion.reshape(cache, to: [Dimension(batch * prefixes * length)] + rest, call)
    let updates = try conversion.reshape(update, to: [Dimension(batch * prefixes * counts[axis])] + rest, call)
    let result = try conversion.scatter(.replace, rows, positions, updates, call)
    return [try conversion.reshape(result, to: cache.shape, call)]
}

/// Writes each maximum where a pooling found it, by its second result, among zeros.
private func maximumUnpooling(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let indices = try call.required(1)
    let shape = try call.sides(value)
    guard indices.shape == value.shape, value.rank >= 3 else {
        throw .corrupt(nil, "indices \(indices.type) for \(value.type)", accepted: "an index for each element of an image")
    }
    let window = try ONNXWindow(call, kernel: nil, rank: value.rank - 2)
    var unpooled = Array(shape[..<2])
    for axis in window.size.indices {
        let (before, after) = window.amounts(axis, side: shape[2 + axis])
        unpooled.append((shape[2 + axis] - 1) * window.strides[axis] - before - after + window.size[axis])
    }
    let target = try call.integers(2, "output_shape") ?? unpooled
    guard target.count == unpooled.count, zip(target, unpooled).allSatisfy({ $0 >= $1 && $1 >= 1 && $0 - $1 <= Limits.attribute }),
        let count = checkedElementCount(unpooled)
    else {
        throw .unsupported(nil, attribute: "output_shape", "[\(target.list)]", accepted: "at least [\(unpooled.list)]")
    }
    let elements = Dimension(shape.reduce(1, *))
    let flat = try conversion.scatter(
        .replace, try conversion.zeros(value.type.element, [count], call),
        try conversion.cast(indices, to: .int64, call), try conversion.reshape(value, to: [elements], call), call)
    let image = try conversion.reshape(flat, to: unpooled.map { Dimension($0) }, call)
    if target == unpooled { return [image] }
    // A larger shape has zeros behind.
    let amounts = zip(target, unpooled).map { Padding.Amount(0, $0 - $1) }
    return [
        conversion.computed(
            try conversion.emit(.padding(Padding(.constant(0), amounts: amounts)), [try conversion.value(image, call)], call))
    ]
}

/// Adds the columns of blocks `[N, C·block, blocks]` up to the image from which they might have been taken.
private func columnsToImage(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let shape = try call.sides(value)
    guard let image = try call.integers(1, "image_shape"), let block = try call.integers(2, "block_shape"), !image.isEmpty,
        image.count == block.count, shape.count == 3, (image + block).allSatisfy({ (1...Limits.side).contains($0) })
    else {
        throw .corrupt(nil, attribute: "image_shape", "none, or sides that do not fit", accepted: "positive sides, as many as the block's")
    }
    let unfolding = try Unfolding(call, image: image, block: block)
    let (taps, blocks) = (block.reduce(1, *), unfolding.counts.reduce(1, *))
    guard shape[1] % taps == 0, shape[2] == blocks, let pixels = checkedElementCount(image) else {
        throw .corrupt(nil, "columns \(value.type)", accepted: "a multiple of \(taps) rows, and \(blocks) columns")
    }
    let channels = shape[1] / taps
    try conversion.reserve(taps * blocks, of: .int64)
    func sides(_ numbers: Int...) -> [Dimension] { numbers.map { Dimension($0) } }
    let apart = try conversion.reshape(value, to: sides(shape[0], channels, taps, blocks), call)
    let updates = try conversion.reshape(
        try conversion.transpose(apart, [2, 3, 0, 1], call), to: sides(taps * blocks, shape[0] * channels), call)
    let positions = ONNXValue.constant(Constant(integers: unfolding.positions, shape: [taps * blocks]))
    let sums = try conversion.scatter(
        .add, try conversion.zeros(value.type.element, [pixels, shape[0] * channels], call), positions, updates, call)
    let last = try conversion.reshape(sums, to: sides(pixels, shape[0], channels), call)
    return [
        try conversion.reshape(
            try conversion.transpose(last, [1, 2, 0], call), to: ([shape[0], channels] + image).map { Dimension($0) }, call)
    ]
}

/// How blocks lie in an image of any number of axes.
private struct Unfolding {
    let image: [Int]
    let block: [Int]
    let strides: [Int]
    let dilations: [Int]
    let before: [Int]
    /// Blocks along each axis.
    let counts: [Int]

    init(_ call: ONNXCall, image: [Int], block: [Int]) throws(ONNXError) {
        let ones = [Int](repeating: 1, count: image.count)
        let strides = try call.ints("strides") ?? ones
        let dilations = try call.ints("dilations") ?? ones
        let pads = try call.ints("pads") ?? [Int](repeating: 0, count: 2 * image.count)
        guard strides.count == image.count, dilations.count == image.count, pads.count == 2 * image.count,
            (strides + dilations).allSatisfy({ (1...Limits.attribute).contains($0) }),
            pads.allSatisfy({ (0...Limits.attribute).contains($0) }),
            block.allSatisfy({ $0 <= Limits.attribute })
        else { throw .corrupt(nil, attribute: "pads", "attributes that do not fit \(image.count) axes", accepted: "a number for each") }
        var counts: [Int] = []
        for axis in image.indices {
            let room = image[axis] + pads[axis] + pads[axis + image.count] - dilations[axis] * (block[axis] - 1) - 1
            guard room >= 0 else { throw .corrupt(nil, "blocks larger than the image", accepted: "blocks that fit") }
            counts.append(room / strides[axis] + 1)
        }
        (self.image, self.block, self.strides, self.dilations, self.counts) = (image, block, strides, dilations, counts)
        before = Array(pads[..<image.count])
    }

    /// For each element of a block and each block the pixel in row-major order, or −1 outside of the image.
    var positions: [Int] {
        let (elementStrides, blockStrides, pixelStrides) = (rowMajorStrides(block), rowMajorStrides(counts), rowMajorStrides(image))
        return (0..<block.reduce(1, *)).flatMap { element in
            (0..<counts.reduce(1, *)).map { index in
                var position = 0
                for axis in image.indices {
                    let place =
                        index / blockStrides[axis] % counts[axis] * strides[axis] - before[axis]
                        + element / elementStrides[axis] % block[axis] * dilations[axis]
                    guard (0..<image[axis]).contains(place) else { return -1 }
                    position += place * pixelStrides[axis]
                }
                return position
            }
        }
    }
}
