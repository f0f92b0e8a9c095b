import GraphIR

extension ONNXOperator {
    static let regionAlignment: [ONNXOperator] = [
        ONNXOperator(
            "RoiAlign",
            ["coordinate_transformation_mode", "mode", "output_height", "output_width", "sampling_ratio", "spatial_scale"], 3...3,
            regionMeans)
    ]
}

/// Means or maxima of samples in the bins of regions (He et al. 2017).
private func regionMeans(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let regions = try call.required(1)
    let images = try call.required(2)
    guard value.rank == 4, regions.rank == 2, regions.shape[1] == 4, images.shape == [regions.shape[0]] else {
        throw .corrupt(
            nil, "\(value.type), regions \(regions.type) and batch indices \(images.type)",
            accepted: "an image, four numbers for each region, and an index for each")
    }
    let shape = try call.sides(value)
    let count = try call.sides(regions)[0]
    let bins = [try call.int("output_height", default: 1), try call.int("output_width", default: 1)]
    let ratio = try call.int("sampling_ratio", default: 0)
    guard ratio > 0 else {
        throw .unsupported(
            nil, attribute: "sampling_ratio", "\(ratio): as many samples as the size of a region asks for", accepted: "a positive number")
    }
    guard bins.allSatisfy({ (1...Limits.attribute).contains($0) }), ratio <= Limits.attribute else {
        throw .corrupt(nil, "\(bins[0])x\(bins[1]) bins of \(ratio) samples", accepted: "1 to \(Limits.attribute)")
    }
    let isMaximum: Bool
    switch try call.string("mode", default: "avg") {
    case "avg": isMaximum = false
    case "max": isMaximum = true
    case let other: throw .corrupt(nil, attribute: "mode", "'\(other)'", accepted: "avg or max")
    }
    let scaled = try conversion.binary(
        .multiply, regions, .constant(try call.float("spatial_scale", default: 1)), call)
    let shifted = try halfPixel(call) ? try conversion.binary(.subtract, scaled, .constant(0.5), call) : scaled
    var axes: [(taps: [ONNXTap], stride: Int)] = []
    for axis in 0..<2 {
        // A region is of x and y of its start, then of its end.
        let ends = try [1 - axis, 3 - axis].map { index throws(ONNXError) in
            try conversion.slice(shifted, [1: Slice.Axis(start: Dimension(index), count: 1)], call)
        }
        var size = try conversion.binary(.subtract, ends[1], ends[0], call)
        if try !halfPixel(call) { size = try conversion.binary(.maximum, size, .constant(1), call) }
        var places = try conversion.places(bins: bins[axis], samples: ratio, call)
        places = try conversion.binary(
            .add, try conversion.binary(.multiply, size, places, call), ends[0], call)
        let samples = Dimension(bins[axis] * ratio)
        places = try conversion.reshape(
            places, to: [Dimension(count)] + (axis == 0 ? [samples, 1] : [1, samples]), call)
        axes.append((try conversion.regionTaps(places, side: shape[2 + axis], call), axis == 0 ? shape[3] : 1))
    }
    let batches = try conversion.wrapped(images, sides: .constant(integer: shape[0], element: .int64), call)
    let firsts = try conversion.binary(.multiply, batches, .constant(integer: shape[2] * shape[3], element: .int64), call)
    let rows = try conversion.pixelRows(value, call)
    // The specification's maximum is that of the weighted elements that samples are made of.
    let samples = try conversion.sampled(
        rows, axes, first: try conversion.reshape(firsts, to: [Dimension(count), 1, 1], call), combine: isMaximum ? .maximum : .add, call)
    let apart = try conversion.reshape(
        samples, to: [count, bins[0], ratio, bins[1], ratio, shape[1]].map { Dimension($0) }, call)
    let pixels = try conversion.reduce(isMaximum ? .maximum : .mean, apart, axes: [2, 4], keepsAxes: false, call)
    return [
        try conversion.image(ofPixels: pixels, batch: Dimension(count), sides: bins.map { Dimension($0) }, call)
    ]
}

/// Whether positions are half a pixel less than regions say, which version 16 of the operator made the default.
private func halfPixel(_ call: ONNXCall) throws(ONNXError) -> Bool {
    switch try call.string("coordinate_transformation_mode", default: call.version < 16 ? "output_half_pixel" : "half_pixel") {
    case "half_pixel": return true
    case "output_half_pixel": return false
    case let other:
        throw .corrupt(nil, attribute: "coordinate_transformation_mode", "'\(other)'", accepted: "half_pixel or output_half_pixel")
    }
}

extension ONNXConversion {
    /// Where in a region, from 0 to 1, the samples of its bins are: `[1, bins·samples]`.
    fileprivate mutating func places(bins: Int, samples: Int, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let count = bins * samples
        try reserve(count, of: .float32)
        let places = (0..<count).map { (Float($0) + 0.5) / Float(count) }
        return .constant(Constant(places, shape: [1, count]))
    }

    /// The two elements beside each position. Those up to an element outside count as the border's, and farther ones as zeros.
    fileprivate mutating func regionTaps(_ position: ONNXValue, side: Int, _ call: ONNXCall) throws(ONNXError) -> [ONNXTap] {
        let inside = try clamped(position, from: 0, to: Float(side - 1), call)
        var taps = try linearTaps(inside, side: side, border: .nearest, call)
        for index in taps.indices {
            guard let weight = taps[index].weight else { continue }
            taps[index].weight = try select(.constant(0), whereOutside: position, from: -1, to: Float(side), keeping: weight, call)
        }
        return taps
    }
}
