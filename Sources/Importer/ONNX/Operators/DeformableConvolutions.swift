import GraphIR

extension ONNXOperator {
    static let deformableConvolutions: [ONNXOperator] = [
        ONNXOperator(
            "DeformConv", ["dilations", "group", "kernel_shape", "offset_group", "pads", "strides"], 3...5, deformableConvolution)
    ]
}

/// A convolution each of whose taps is moved by an offset of its own (Dai et al. 2017), and with a mask weighted (Zhu et al. 2019):
/// what the taps find, interpolated linearly with zeros outside, is put into columns, which are multiplied by the weights.
private func deformableConvolution(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let shape = try DeformableConvolution(call)
    let columns = try conversion.columns(shape, call)
    let product = try conversion.product(of: columns, shape, call)
    return [try conversion.image(ofPixels: product, batch: Dimension(shape.batch), sides: shape.sides.map { Dimension($0) }, call)]
}

private struct DeformableConvolution {
    let batch: Int
    let channels: Int
    /// Rows and columns of the input.
    let inputs: [Int]
    /// Rows and columns of the output.
    let sides: [Int]
    let results: Int
    let window: ONNXWindow
    let before: [Int]
    let groups: Int
    let offsetGroups: Int

    var taps: Int { window.size[0] * window.size[1] }
    /// Of all images of the batch.
    var outputPixels: Int { batch * sides[0] * sides[1] }

    init(_ call: ONNXCall) throws(ONNXError) {
        let value = try call.required(0)
        let weights = try call.required(1)
        for operand in call.operands.compactMap({ $0 }) where operand.type.element != .float32 {
            throw .unsupported(nil, "an operand \(operand.type)", accepted: "f32")
        }
        guard value.rank == 4, weights.rank == 4 else {
            throw .unsupported(nil, "\(value.type) and weights \(weights.type)", accepted: "images of two spatial axes")
        }
        let shape = try call.sides(value)
        let kernel = try call.sides(weights)
        window = try ONNXWindow(call, kernel: Array(kernel[2...]), rank: 2)
        groups = try call.int("group", default: 1)
        offsetGroups = try call.int("offset_group", default: 1)
        (batch, channels, results, inputs) = (shape[0], shape[1], kernel[0], Array(shape[2...]))
        guard groups >= 1, kernel[1].multipliedReportingOverflow(by: groups) == (channels, false), results % groups == 0 else {
            throw .corrupt(
                nil, attribute: "group", "\(groups) for \(channels) channels and weights \(weights.type)",
                accepted: "a divisor of both numbers of channels")
        }
        guard offsetGroups >= 1, channels % offsetGroups == 0 else {
            throw .corrupt(nil, attribute: "offset_group", "\(offsetGroups)", accepted: "a divisor of \(channels) channels")
        }
        before = (0..<2).map { [window] in window.amounts($0, side: shape[2 + $0]).before }
        var sides: [Int] = []
        for axis in 0..<2 {
            let (before, after) = window.amounts(axis, side: inputs[axis])
            let room = inputs[axis] + before + after - window.extent(axis)
            guard room >= 0 else { throw .corrupt(nil, "a window larger than the image \(value.type)", accepted: "one that fits") }
            sides.append(room / window.strides[axis] + 1)
        }
        self.sides = sides
        let taps = kernel[2] * kernel[3]
        for (index, numbers, role) in [(2, 2, "offsets"), (4, 1, "a mask")] {
            guard let operand = call.operand(index) else { continue }
            let expected = [batch, offsetGroups * taps * numbers] + sides
            guard operand.shape == expected.map({ Dimension($0) }) else {
                throw .corrupt(nil, "\(role) \(operand.type)", accepted: "[\(expected.list)]")
            }
        }
        if let bias = call.operand(3), bias.shape != [Dimension(results)] {
            throw .corrupt(nil, "a bias \(bias.type)", accepted: "[\(results)]")
        }
    }
}

extension ONNXConversion {
    /// For each output pixel what its taps find, tap by tap: `[N·H'·W', taps·C]`.
    fileprivate mutating func columns(_ shape: DeformableConvolution, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let value = try call.required(0)
        let groups = shape.offsetGroups
        // Of each pixel one row for each group of channels that move together.
        let rows = try reshape(
            computed(try image(value, call)), to: [.inferred, .dimension(Dimension(shape.channels / groups))], call)
        // [N, H', W', groups, taps, 2]
        let offsets = try reshape(
            computed(try image(try call.required(2), call)),
            to: ([shape.batch] + shape.sides + [groups, shape.taps, 2]).map { Dimension($0) }, call)
        var taps: [(taps: [ONNXTap], stride: Int)] = []
        for axis in 0..<2 {
            let moves = try slice(offsets, [5: Slice.Axis(start: Dimension(axis), count: 1)], call)
            let positions = try binary(
                .add, try tapsInGroups(moves, shape, call), try origins(shape, axis: axis, call), call)
            taps.append(
                (
                    try linearTaps(positions, side: shape.inputs[axis], border: .zeros, call),
                    axis == 0 ? shape.inputs[1] * groups : groups
                ))
        }
        // [N, H', W', taps, groups]
        let images = try range(shape.batch, step: shape.inputs[0] * shape.inputs[1] * groups, axis: 0, rank: 5)
        let parts = try range(groups, axis: 4, rank: 5)
        var first: ONNXValue?
        if shape.batch > 1 { first = images }
        if groups > 1 { first = try first.map { first throws(ONNXError) in try binary(.add, first, parts, call) } ?? parts }
        var found = try sampled(rows, taps, first: first, call)
        if let mask = call.operand(4) {
            let apart = try reshape(
                computed(try image(mask, call)),
                to: ([shape.batch] + shape.sides + [groups, shape.taps, 1]).map { Dimension($0) }, call)
            let factors = try tapsInGroups(apart, shape, call)
            found = try binary(.multiply, found, try reshape(factors, to: factors.shape + [1], call), call)
        }
        return try reshape(found, to: [Dimension(shape.outputPixels), Dimension(shape.taps * shape.channels)], call)
    }

    /// `[N, H', W', groups, taps, 1]` as `[N, H', W', taps, groups]`, so that a tap's channels lie together.
    private mutating func tapsInGroups(
        _ value: ONNXValue, _ shape: DeformableConvolution, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let apart = try reshape(value, to: Array(value.shape.dropLast()), call)
        if shape.offsetGroups == 1 {
            return try reshape(apart, to: Array(value.shape[..<3]) + [Dimension(shape.taps), 1], call)
        }
        return try transpose(apart, [0, 1, 2, 4, 3], call)
    }

    /// Where along one axis the taps of each output pixel are without offsets: `[H', 1, taps, 1]` or `[W', taps, 1]`.
    private mutating func origins(
        _ shape: DeformableConvolution, axis: Int, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let window = shape.window
        try reserve(shape.sides[axis] * shape.taps, of: .float32)
        var positions: [Float] = []
        for index in 0..<shape.sides[axis] {
            for tap in 0..<shape.taps {
                let step = axis == 0 ? tap / window.size[1] : tap % window.size[1]
                positions.append(Float(index * window.strides[axis] - shape.before[axis] + step * window.dilations[axis]))
            }
        }
        let sides = axis == 0 ? [shape.sides[0], 1, shape.taps, 1] : [shape.sides[1], shape.taps, 1]
        return .constant(Constant(positions, shape: sides))
    }

    /// The columns times the weights, with the bias: `[N·H'·W', C']`.
    fileprivate mutating func product(
        of columns: ONNXValue, _ shape: DeformableConvolution, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let (groups, taps) = (shape.groups, shape.taps)
        let (inner, outer) = (shape.channels / groups, shape.results / groups)
        func sides(_ numbers: Int...) -> [Dimension] { numbers.map { Dimension($0) } }
        // [groups, C'/groups, C/groups, taps] → [groups, taps·C/groups, C'/groups]
        let apart = try reshape(try call.required(1), to: sides(groups, outer, inner, taps), call)
        var weights = try reshape(try transpose(apart, [0, 3, 2, 1], call), to: sides(groups, taps * inner, outer), call)
        var left = columns
        if groups == 1 {
            weights = try reshape(weights, to: sides(taps * inner, outer), call)
        } else {
            left = try reshape(columns, to: sides(shape.outputPixels, taps, groups, inner), call)
            left = try reshape(
                try transpose(left, [2, 0, 1, 3], call), to: sides(groups, shape.outputPixels, taps * inner), call)
        }
        let bias = call.operand(3)
        var operands = [try value(left, call), try value(weights, call)]
        if groups == 1, let bias { operands.append(try value(bias, call)) }
        let multiplication = MatrixMultiplication(hasBias: operands.count == 3)
        var result = computed(try emit(.matrixMultiplication(multiplication), operands, call))
        if groups > 1 {
            result = try reshape(try transpose(result, [1, 0, 2], call), to: sides(shape.outputPixels, shape.results), call)
            if let bias { result = try binary(.add, result, bias, call) }
        }
        return result
    }
}
