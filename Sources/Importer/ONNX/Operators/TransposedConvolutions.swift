import GraphIR

/// How much a transposed convolution crops and adds at the ends of each axis.
private struct Ends {
    var before: [Int] = []
    var after: [Int] = []
    var outputPadding: [Int] = []
}

/// The weights of ONNX's ConvTranspose are `[Ci, Co / groups, k…]`, those of the IR `[kh, kw, Co / groups, Ci]`.
func transposedConvolution(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let image = try call.required(0)
    let weights = try call.required(1)
    let bias = call.operand(2)
    let rank = image.rank - 2
    let window = try ONNXWindow(call, kernel: try spatialSides(of: weights, like: image), rank: rank)
    let ends = try ends(call, window, image)
    let groups = try call.int("group", default: 1)
    switch rank {
    case 2:
        let kernel = try conversion.transpose(weights, [2, 3, 1, 0], call)
        let result = try conversion.convolveTransposed(
            try conversion.image(image, call), kernel, bias, window, ends, axes: (0, 1), groups, call)
        return [conversion.imageResult(result)]
    case 1:
        let kernel = try conversion.planarKernel(weights, [2, 1, 0], call)
        let result = try conversion.convolveTransposed(
            try conversion.lineAsImage(image, call), kernel, bias, window, ends, axes: (nil, 0), groups, call)
        return [try conversion.line(result, call)]
    default: return [try volumeTransposedConvolution(&conversion, call, window, ends, groups)]
    }
}

/// By the specification: total = stride·(side − 1) + output_padding + extent − output side.
private func ends(_ call: ONNXCall, _ window: ONNXWindow, _ image: ONNXValue) throws(ONNXError) -> Ends {
    let rank = window.size.count
    var ends = Ends(outputPadding: try call.ints("output_padding") ?? [Int](repeating: 0, count: rank))
    guard ends.outputPadding.count == rank, ends.outputPadding.allSatisfy({ (0...Limits.attribute).contains($0) }) else {
        throw .corrupt(nil, attribute: "output_padding", "[\(ends.outputPadding.list)]", accepted: "\(rank) amounts of 0 or more")
    }
    let outputShape = try call.ints("output_shape").map { Array($0.suffix(rank)) }
    if let outputShape, outputShape.count != rank || outputShape.contains(where: { $0 < 1 || $0 > Limits.side }) {
        throw .corrupt(nil, attribute: "output_shape", "[\(outputShape.list)]", accepted: "\(rank) sides")
    }
    if case .explicit(let before, let after) = window.padding, outputShape == nil {
        ends.before = before
        ends.after = after
        return try ends.cropping()
    }
    for axis in 0..<rank {
        let full = (image.shape[2 + axis] - 1) * window.strides[axis] + Dimension(ends.outputPadding[axis] + window.extent(axis))
        let wanted = outputShape.map { Dimension($0[axis]) } ?? image.shape[2 + axis] * window.strides[axis]
        guard let total = (full - wanted).constant, total.magnitude <= Limits.attribute else {
            throw .unsupported(nil, attribute: "output_shape", "\(wanted) of \(full)", accepted: "numbers; give the input's shape")
        }
        // What is missing is added at the end.
        ends.outputPadding[axis] += max(0, -total)
        let most = max(0, total)
        let few = most / 2
        ends.before.append(window.padding == .same ? few : most - few)
        ends.after.append(window.padding == .same ? most - few : few)
    }
    return ends
}

extension Ends {
    /// Negative paddings add to the result; only those at the end can.
    fileprivate func cropping() throws(ONNXError) -> Ends {
        var result = self
        for axis in after.indices where after[axis] < 0 {
            result.outputPadding[axis] -= after[axis]
            result.after[axis] = 0
        }
        return result
    }
}

extension ONNXConversion {
    fileprivate mutating func convolveTransposed(
        _ image: ValueID, _ kernel: ONNXValue, _ bias: ONNXValue?, _ window: ONNXWindow, _ ends: Ends,
        axes: (Int?, Int), _ groups: Int, _ call: ONNXCall
    ) throws(ONNXError) -> ValueID {
        var cropping = window
        cropping.padding = .explicit(before: ends.before, after: ends.after)
        let operation = TransposedConvolution(
            window: cropping.planar(axes.0, axes.1),
            outputPadding: Spatial(axes.0.map { ends.outputPadding[$0] } ?? 0, ends.outputPadding[axes.1]),
            groups: groups, hasBias: bias != nil)
        var operands = [image, try value(kernel, call)]
        if let bias { operands.append(try value(bias, call)) }
        return try emit(.transposedConvolution(operation), operands, call)
    }
}

/// Expresses a transposed convolution over a volume as a sum of transposed convolutions over images, one for each position in
/// the depth of the kernel. The depths of each are spread by the stride and moved to where that part of the kernel writes.
private func volumeTransposedConvolution(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ window: ONNXWindow, _ ends: Ends, _ groups: Int
) throws(ONNXError) -> ONNXValue {
    let volume = try call.required(0)
    let weights = try call.required(1)
    guard let depth = volume.shape[2].constant, (1...Limits.attribute).contains(depth), window.strides[0] <= Limits.attribute / depth else {
        throw .unsupported(nil, "a depth of \(volume.shape[2])", accepted: "a number; give the input's shape")
    }
    let outputs = (depth - 1) * window.strides[0] + window.extent(0) + ends.outputPadding[0] - ends.before[0] - ends.after[0]
    let none = Padding.Amount(0, 0)
    let images = try conversion.volumeAsImages(volume, call)
    var sum: ValueID?
    for tap in 0..<window.size[0] {
        let kernel = try conversion.transpose(try conversion.part(weights, axis: 2, index: tap, call), [2, 3, 1, 0], call)
        let planes = try conversion.convolveTransposed(images, kernel, nil, window, ends, axes: (1, 2), groups, call)
        var spread = conversion.computed(try conversion.depths(planes, batch: volume.shape[0], depth: Dimension(depth), call))
        let shape = spread.shape
        // [N, D, H, W, C] → [N, D·stride, H, W, C] with zeros between the depths.
        spread = try conversion.reshape(spread, to: [shape[0], shape[1], 1] + shape[2...], call)
        let gaps = [none, none, Padding.Amount(0, window.strides[0] - 1), none, none, none]
        spread = conversion.computed(
            try conversion.emit(
                .padding(Padding(.constant(0), amounts: gaps)), [try conversion.value(spread, call)], call))
        spread = try conversion.reshape(
            spread, to: [shape[0], Dimension(depth * window.strides[0])] + shape[2...], call)
        let start = tap * window.dilations[0] - ends.before[0]
        let moves = [none, Padding.Amount(start, outputs - depth * window.strides[0] - start), none, none, none]
        let moved = try conversion.emit(
            .padding(Padding(.constant(0), amounts: moves)), [try conversion.value(spread, call)], call)
        if let partial = sum {
            sum = try conversion.emit(.binary(Binary(.add)), [partial, moved], call)
        } else {
            sum = moved
        }
    }
    var result = sum ?? images
    if let bias = call.operand(2) {
        result = try conversion.emit(.binary(Binary(.add)), [result, try conversion.value(bias, call)], call)
    }
    return try conversion.transpose(conversion.computed(result), [0, 4, 1, 2, 3], call)
}
