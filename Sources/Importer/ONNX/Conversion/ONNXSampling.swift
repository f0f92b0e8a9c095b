import GraphIR

/// An element along one axis of an image that a sample is made of. Both values have a number for each sample.
struct ONNXTap {
    /// i64, of an element that there is.
    var index: ONNXValue
    /// How much the element counts, f32. Nil: once.
    var weight: ONNXValue?
}

/// What stands for the elements outside of an image.
enum ONNXBorder {
    case zeros
    /// The nearest element of the border.
    case nearest
    /// The image mirrored at its first and last elements, or at half an element outside of them.
    case mirrored(atCenters: Bool)
}

// Samples of images at positions that are computed when the model runs. Positions are f32, in elements from the first one's center.
extension ONNXConversion {
    /// An image `[N, C, …]` as rows `[N·…, C]` of one pixel each.
    mutating func pixelRows(_ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let last: ONNXValue
        if value.rank == 4 {
            last = computed(try image(value, call))
        } else {
            last = try transpose(value, [0] + Array(2..<value.rank) + [1], call)
        }
        return try reshape(last, to: [.inferred, .dimension(value.shape[1])], call)
    }

    /// Pixels `[…, C]` as an image `[N, C, …]` of the given batch and sides.
    mutating func image(
        ofPixels pixels: ONNXValue, batch: Dimension, sides: [Dimension], _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let channels = pixels.shape[pixels.rank - 1]
        let last = try reshape(pixels, to: [batch] + sides + [channels], call)
        if sides.count == 2 { return imageResult(try value(last, call)) }
        return try transpose(last, [0, sides.count + 1] + Array(1...sides.count), call)
    }

    /// The sums of the elements that the taps of all axes name, each times the product of its taps' weights: `[P…, C]`.
    ///
    /// - Parameters:
    ///   - rows: `[R, C]`, the pixels of all images.
    ///   - axes: for each axis of an image its taps, whose values broadcast to `[P…]`, and how many rows lie between its elements.
    ///   - first: i64, the row of the first pixel of each sample's image.
    ///   - combine: what becomes of two weighted elements; sums by default.
    mutating func sampled(
        _ rows: ONNXValue, _ axes: [(taps: [ONNXTap], stride: Int)], first: ONNXValue?, combine: Binary.Kind = .add, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        // Every way to take one tap of each axis.
        var combinations: [(position: ONNXValue?, weight: ONNXValue?)] = [(first, nil)]
        for (taps, stride) in axes {
            var offsets: [ONNXValue] = []
            for tap in taps {
                offsets.append(
                    stride == 1 ? tap.index : try binary(.multiply, tap.index, .constant(integer: stride, element: .int64), call))
            }
            var next: [(position: ONNXValue?, weight: ONNXValue?)] = []
            for combination in combinations {
                for (tap, offset) in zip(taps, offsets) {
                    next.append(
                        (
                            try product(.add, combination.position, offset, call),
                            try product(.multiply, combination.weight, tap.weight, call)
                        ))
                }
            }
            combinations = next
        }
        var result: ONNXValue?
        for case (let position?, let weight) in combinations {
            var pixels = try gather(rows, axis: 0, position, call)
            if let weight {
                pixels = try binary(.multiply, pixels, try reshape(weight, to: weight.shape + [1], call), call)
            }
            result = try product(combine, result, pixels, call)
        }
        guard let result else { throw .unsupported(nil, "samples of no axes", accepted: "images") }
        return result
    }

    /// The two combined where there are both.
    private mutating func product(
        _ kind: Binary.Kind, _ left: ONNXValue?, _ right: ONNXValue?, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue? {
        guard let left, let right else { return left ?? right }
        return try binary(kind, left, right, call)
    }
}

// MARK: Taps
extension ONNXConversion {
    /// The element at a whole position.
    ///
    /// - Parameter side: the number of elements of the axis.
    mutating func tap(
        at position: ONNXValue, weight: ONNXValue?, side: Int, border: ONNXBorder, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXTap {
        var inside = position
        if case .mirrored(let atCenters) = border { inside = try mirrored(position, side: side, atCenters: atCenters, call) }
        inside = try clamped(inside, from: 0, to: Float(side - 1), call)
        let index = try cast(inside, to: .int64, call)
        guard case .zeros = border else { return ONNXTap(index: index, weight: weight) }
        let isThere = try compare(.equal, inside, position, call)
        guard let weight else { return ONNXTap(index: index, weight: try cast(isThere, to: .float32, call)) }
        return ONNXTap(index: index, weight: try select(isThere, weight, .constant(0), call))
    }

    /// The two elements beside each position, weighted by how near they are.
    mutating func linearTaps(_ position: ONNXValue, side: Int, border: ONNXBorder, _ call: ONNXCall) throws(ONNXError) -> [ONNXTap] {
        let before = try elementwise(.floor, position, call)
        let after = try binary(.add, before, .constant(1), call)
        let fraction = try binary(.subtract, position, before, call)
        let rest = try binary(.subtract, .constant(1), fraction, call)
        return [
            try tap(at: before, weight: rest, side: side, border: border, call),
            try tap(at: after, weight: fraction, side: side, border: border, call),
        ]
    }

    /// The four elements around each position, weighted by the cubic convolution of Keys 1981 with a = −3/4.
    mutating func cubicTaps(_ position: ONNXValue, side: Int, border: ONNXBorder, _ call: ONNXCall) throws(ONNXError) -> [ONNXTap] {
        let before = try elementwise(.floor, position, call)
        let fraction = try binary(.subtract, position, before, call)
        let rest = try binary(.subtract, .constant(1), fraction, call)
        var taps: [ONNXTap] = []
        for (offset, distance, isNear) in [(-1, fraction, false), (0, fraction, true), (1, rest, true), (2, rest, false)] {
            let weight = isNear ? try nearWeight(distance, call) : try farWeight(distance, call)
            let element = try binary(.add, before, .constant(Float(offset)), call)
            taps.append(try tap(at: element, weight: weight, side: side, border: border, call))
        }
        return taps
    }

    /// ((a + 2)·d − (a + 3))·d² + 1 for the distance d up to 1.
    private mutating func nearWeight(_ distance: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let inner = try binary(.subtract, try binary(.multiply, distance, .constant(1.25), call), .constant(2.25), call)
        let square = try binary(.multiply, try binary(.multiply, inner, distance, call), distance, call)
        return try binary(.add, square, .constant(1), call)
    }

    /// ((a·(d + 1) − 5a)·(d + 1) + 8a)·(d + 1) − 4a for the distance d + 1 from 1 to 2.
    private mutating func farWeight(_ distance: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let far = try binary(.add, distance, .constant(1), call)
        var result = try binary(.add, try binary(.multiply, far, .constant(-0.75), call), .constant(3.75), call)
        result = try binary(.subtract, try binary(.multiply, result, far, call), .constant(6), call)
        return try binary(.add, try binary(.multiply, result, far, call), .constant(3), call)
    }

    mutating func clamped(
        _ value: ONNXValue, from minimum: Float, to maximum: Float, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        try mapElements(.elementwise(Elementwise(.clip(minimum: minimum, maximum: maximum))), value, call)
    }

    /// The position that a position outside of the image is a mirror image of; those inside stay.
    mutating func mirrored(
        _ position: ONNXValue, side: Int, atCenters: Bool, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let least: Float = atCenters ? 0 : -0.5
        let span = atCenters ? Float(side - 1) : Float(side)
        // Both mirrors are the same element's center: there is no other position.
        guard span > 0 else { return try binary(.multiply, position, .constant(0), call) }
        let most = least + span
        let fromMirror = try mapElements(
            .elementwise(Elementwise(.abs)), try binary(.subtract, position, .constant(least), call), call)
        let turns = try elementwise(.floor, try binary(.divide, fromMirror, .constant(span), call), call)
        let along = try binary(.subtract, fromMirror, try binary(.multiply, turns, .constant(span), call), call)
        let halves = try elementwise(.floor, try binary(.multiply, turns, .constant(0.5), call), call)
        let isOdd = try broadcast(
            .comparison(Comparison(.less)), [try binary(.add, halves, halves, call), turns], call)
        let forwards = try binary(.add, along, .constant(least), call)
        let backwards = try binary(.subtract, .constant(most), along, call)
        let turned = try select(isOdd, backwards, forwards, call)
        return try select(turned, whereOutside: position, from: least, to: most, call)
    }

    /// `other` where a position lies outside of the bounds, else what is kept: by default the position.
    mutating func select(
        _ other: ONNXValue, whereOutside position: ONNXValue, from least: Float, to most: Float, keeping kept: ONNXValue? = nil,
        _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let isBelow = try compare(.less, position, .constant(least), call)
        let isAbove = try compare(.greater, position, .constant(most), call)
        let isOutside = try broadcast(.logical(Logical(.or)), [isBelow, isAbove], call)
        return try select(isOutside, other, kept ?? position, call)
    }
}
