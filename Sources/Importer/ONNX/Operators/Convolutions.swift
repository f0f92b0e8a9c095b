import GraphIR

extension ONNXOperator {
    static let convolutions: [ONNXOperator] = [
        ONNXOperator("Conv", ONNXWindow.attributes.union(["group"]), 2...3, convolution),
        ONNXOperator(
            "ConvTranspose", ONNXWindow.attributes.union(["group", "output_padding", "output_shape"]), 2...3,
            transposedConvolution),
    ]
}

/// The weights of ONNX's convolutions are `[Co, Ci / groups, k…]`, those of the IR `[kh, kw, Ci / groups, Co]`.
private func convolution(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let image = try call.required(0)
    let weights = try call.required(1)
    let window = try ONNXWindow(call, kernel: try spatialSides(of: weights, like: image), rank: image.rank - 2)
    let groups = try call.int("group", default: 1)
    return [try conversion.convolve(image, weights, call.operand(2), window, groups: groups, call)]
}

/// Expresses a convolution over a volume as a sum of convolutions over images, one for each position in the depth of the
/// kernel.
private func volumeConvolution(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ volume: ONNXValue, _ weights: ONNXValue, _ bias: ONNXValue?,
    _ window: ONNXWindow, _ groups: Int
) throws(ONNXError) -> ONNXValue {
    guard let depth = volume.shape[2].constant else {
        throw .unsupported(nil, "a symbolic depth \(volume.shape[2])", accepted: "a number; give the input's shape")
    }
    let (before, after) = window.amounts(0, side: depth)
    let outputs = (depth + before + after - window.extent(0)) / window.strides[0] + 1
    guard outputs >= 1, depth + before + after >= window.extent(0) else {
        throw .corrupt(nil, "a depth of \(depth)", accepted: "at least \(window.extent(0)) with padding")
    }
    var padded = try conversion.value(volume, call)
    if before + after > 0 {
        let none = Padding.Amount(0, 0)
        padded = try conversion.emit(
            .padding(Padding(.constant(0), amounts: [none, none, Padding.Amount(before, after), none, none])), [padded], call)
    }
    var sum: ValueID?
    for tap in 0..<window.size[0] {
        let range = Slice.Axis(
            start: Dimension(tap * window.dilations[0]), step: window.strides[0], count: Dimension(outputs))
        let part = try conversion.slice(conversion.computed(padded), [2: range], call)
        let kernel = try conversion.transpose(try conversion.part(weights, axis: 2, index: tap, call), [2, 3, 1, 0], call)
        let convolved = try conversion.convolve(
            try conversion.volumeAsImages(part, call), kernel, tap == 0 ? bias : nil, window.planar(1, 2), groups, call)
        if let partial = sum {
            sum = try conversion.emit(.binary(Binary(.add)), [partial, convolved], call)
        } else {
            sum = convolved
        }
    }
    let result = try conversion.depths(sum ?? padded, batch: volume.shape[0], depth: Dimension(outputs), call)
    return try conversion.transpose(conversion.computed(result), [0, 4, 1, 2, 3], call)
}

/// The spatial sides of weights, which have as many axes as the image.
func spatialSides(of weights: ONNXValue, like image: ONNXValue) throws(ONNXError) -> [Int] {
    guard weights.rank == image.rank, image.rank >= 3 else {
        throw .corrupt(nil, "weights of \(weights.rank) axes for an image of \(image.rank)", accepted: "the same number, 3 to 5")
    }
    guard let sides = weights.type.staticShape else {
        throw .unsupported(nil, "weights of the shape \(weights.type)", accepted: "sides that are numbers")
    }
    return Array(sides[2...])
}

extension ONNXConversion {
    /// A convolution over one, two or three spatial axes, of `[N, C, …]` with weights `[Co, Ci / groups, …]`.
    mutating func convolve(
        _ image: ONNXValue, _ weights: ONNXValue, _ bias: ONNXValue?, _ window: ONNXWindow, groups: Int, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        switch image.rank {
        case 4:
            let source = try self.image(image, call)
            let kernel = try transpose(weights, [2, 3, 1, 0], call)
            return imageResult(try convolve(source, kernel, bias, window.planar(0, 1), groups, call))
        case 3:
            let source = try lineAsImage(image, call)
            let kernel = try planarKernel(weights, [2, 1, 0], call)
            return try line(try convolve(source, kernel, bias, window.planar(nil, 0), groups, call), call)
        default: return try volumeConvolution(&self, call, image, weights, bias, window, groups)
        }
    }

    /// A convolution of an image `[N, H, W, C]`.
    mutating func convolve(
        _ image: ValueID, _ kernel: ONNXValue, _ bias: ONNXValue?, _ window: Window, _ groups: Int, _ call: ONNXCall
    ) throws(ONNXError) -> ValueID {
        var operands = [image, try value(kernel, call)]
        if let bias { operands.append(try value(bias, call)) }
        return try emit(
            .convolution(Convolution(window: window, groups: groups, hasBias: bias != nil)), operands, call)
    }

    /// Weights of one spatial axis in the IR's order, with an axis of one row in front.
    mutating func planarKernel(_ weights: ONNXValue, _ permutation: [Int], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let ordered = try transpose(weights, permutation, call)
        return try reshape(ordered, to: [1] + ordered.shape, call)
    }

    /// The part of a tensor at one index of an axis, without that axis.
    mutating func part(_ value: ONNXValue, axis: Int, index: Int, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if let constant = value.constant { return .constant(constant.part(axis: axis, index: index)) }
        let sliced = try slice(value, [axis: Slice.Axis(start: Dimension(index), count: 1)], call)
        var shape = value.shape
        shape.remove(at: axis)
        return try reshape(sliced, to: shape, call)
    }

    /// Ranges of some axes, of the others everything.
    mutating func slice(_ value: ONNXValue, _ ranges: [Int: Slice.Axis], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let operand = try oriented(value, call)
        let axes = operand.axes.map { ranges[$0] ?? Slice.Axis(count: value.shape[$0]) }
        return result(try emit(.slice(Slice(axes)), [operand.id], call), like: operand)
    }
}
