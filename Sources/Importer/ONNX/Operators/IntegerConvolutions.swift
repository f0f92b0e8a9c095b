import GraphIR

/// A convolution of the integers, to which the bias is added, times the scales of both operands divided by that of the result, rounded.
func quantizedConvolution(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let image = try conversion.wholeNumbers(0, zeroPoint: 2, call)
    let weights = try conversion.wholeNumbers(3, zeroPoint: 5, alongChannels: true, call)
    var sums = try conversion.integerConvolution(image, weights, call)
    let ones = [Dimension](repeating: 1, count: sums.rank - 2)
    if let bias = call.operand(8) {
        sums = try conversion.binary(.add, sums, try conversion.reshape(bias, to: bias.shape + ones, call), call)
    }
    var scale = try call.required(4)
    if scale.rank == 1 { scale = try conversion.reshape(scale, to: scale.shape[0] == 1 ? [] : scale.shape + ones, call) }
    let scales = [
        try conversion.parameter(1, of: image.value, call), scale, try conversion.parameter(6, of: sums, call),
    ]
    return [try conversion.requantized(sums, scales, try conversion.parameter(7, of: sums, call), call)]
}

extension ONNXConversion {
    /// The convolution as i32, which wraps. Parts of the channels and of the kernel's rows whose sums are exact as floats are added as
    /// integers. No part has a kernel of 3x3, which a plan may compute by Winograd's algorithm, with fractions.
    mutating func integerConvolution(
        _ image: WholeNumbers, _ weights: WholeNumbers, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let kernel = try spatialSides(of: weights.value, like: image.value)
        let window = try ONNXWindow(call, kernel: kernel, rank: kernel.count)
        let groups = try call.int("group", default: 1)
        let parts = try ONNXConvolutionParts(
            kernel: kernel, channels: try call.number(weights.value.shape[1], "weights for a number of channels"),
            terms: WholeNumbers.exactTerms(image, weights))
        var padded = image.value
        var inner = window
        if parts.splitsRows { (padded, inner) = try padRows(image.value, window, axis: parts.axis, call) }
        var sum: ONNXValue?
        for part in parts.all {
            var source = padded
            var taps = weights.value
            var partial = inner
            if parts.splitsRows {
                let dilation = window.dilations[parts.axis]
                let rows = padded.shape[2 + parts.axis] - Dimension((kernel[parts.axis] - part.rows.count) * dilation)
                source = try slice(
                    source, [2 + parts.axis: Slice.Axis(start: Dimension(part.rows.lowerBound * dilation), count: rows)], call)
                taps = try slice(taps, [2 + parts.axis: part.rows.slice], call)
                partial.size[parts.axis] = part.rows.count
            }
            if parts.splitsChannels {
                source = try channels(part.channels, ofGroups: groups, source, call)
                taps = try slice(taps, [1: part.channels.slice], call)
            }
            let product = try convolve(source, taps, nil, partial, groups: groups, call)
            sum = try adding(try cast(product, to: .int32, call), to: sum, call)
        }
        guard let sum else { throw .unsupported(nil, "weights without channels", accepted: "1 or more") }
        return sum
    }

    /// The image with its zeros along one spatial axis added, and the window that adds those along the others.
    private mutating func padRows(
        _ image: ONNXValue, _ window: ONNXWindow, axis: Int, _ call: ONNXCall
    ) throws(ONNXError) -> (ONNXValue, ONNXWindow) {
        var before: [Int] = []
        var after: [Int] = []
        for axis in window.size.indices {
            var side = 0
            if window.isSame { side = try call.number(image.shape[2 + axis], "auto_pad of a side of") }
            let amounts = window.amounts(axis, side: side)
            before.append(amounts.before)
            after.append(amounts.after)
        }
        var amounts = [Padding.Amount](repeating: Padding.Amount(0, 0), count: image.rank)
        amounts[2 + axis] = Padding.Amount(before[axis], after[axis])
        before[axis] = 0
        after[axis] = 0
        var inner = window
        inner.padding = .explicit(before: before, after: after)
        if amounts[2 + axis] == Padding.Amount(0, 0) { return (image, inner) }
        let operand = try oriented(image, call)
        let padding = Padding(.constant(0), amounts: operand.axes.map { amounts[$0] })
        return (result(try emit(.padding(padding), [operand.id], call), like: operand), inner)
    }

    /// The same channels of each group.
    private mutating func channels(
        _ range: Range<Int>, ofGroups groups: Int, _ image: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        if groups == 1 { return try slice(image, [1: range.slice], call) }
        guard groups > 0, let size = image.shape[1].exactQuotient(by: groups) else {
            throw .corrupt(nil, attribute: "group", "\(groups)", accepted: "a divisor of \(image.shape[1]) channels")
        }
        let apart = try reshape(image, to: [image.shape[0], Dimension(groups), size] + image.shape[2...], call)
        let part = try slice(apart, [2: range.slice], call)
        return try reshape(part, to: [image.shape[0], Dimension(groups * range.count)] + image.shape[2...], call)
    }
}

extension Range<Int> {
    fileprivate var slice: Slice.Axis { Slice.Axis(start: Dimension(lowerBound), count: Dimension(count)) }
}

/// How a convolution is taken apart so that no sum has more than a number of terms.
private struct ONNXConvolutionParts {
    /// The spatial axis whose rows are split: the last but one, where there are several.
    let axis: Int
    let splitsRows: Bool
    let splitsChannels: Bool
    let all: [(rows: Range<Int>, channels: Range<Int>)]

    init(kernel: [Int], channels: Int, terms: Int) throws(ONNXError) {
        axis = max(0, kernel.count - 2)
        let height = kernel[axis]
        let row = kernel.reduce(1, *) / height
        guard row <= terms else {
            throw .unsupported(nil, "a row of \(row) weights", accepted: "at most \(terms), whose sums are exact")
        }
        let isSquareOfThree = kernel.count > 1 && Array(kernel.suffix(2)) == [3, 3]
        let rows = min(isSquareOfThree ? 2 : height, terms / row)
        let depth = min(channels, terms / (row * rows))
        splitsRows = rows < height
        splitsChannels = depth < channels
        all = stride(from: 0, to: height, by: rows).flatMap { row in
            stride(from: 0, to: channels, by: max(depth, 1)).map { channel in
                (row..<min(row + rows, height), channel..<min(channel + depth, channels))
            }
        }
    }
}
