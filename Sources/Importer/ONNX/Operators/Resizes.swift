import GraphIR

extension ONNXOperator {
    static let resizes: [ONNXOperator] = [
        ONNXOperator(
            "Resize",
            [
                "antialias", "axes", "coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside", "extrapolation_value",
                "keep_aspect_ratio_policy", "mode", "nearest_mode",
            ], 1...4, examine: { call throws(ONNXError) in try ONNXResize.examine(call) }
        ) { conversion, call throws(ONNXError) in
            try resize(&conversion, call, try ONNXResize(call))
        },
        ONNXOperator("Upsample", ["mode", "scales"], 1...2) { conversion, call throws(ONNXError) in
            try resize(&conversion, call, try ONNXResize(upsample: call))
        },
    ]
}

/// What a Resize or Upsample asks for, in the IR's words.
private struct ONNXResize {
    /// What becomes of one axis: its elements and the scale by which positions are computed.
    struct Target {
        var axis: Int
        var size: Dimension
        /// Nil where it is the ratio of the sizes.
        var scale: Float?
    }
    var interpolation: Resize.Interpolation
    /// Before version 11 the nearest element is the one at or after the position where an axis shrinks, else at or before it.
    var roundsByDirection = false
    var coordinates: Resize.Coordinates
    var excludesOutside = false
    var antialiases = false
    var extrapolation: Float = 0
    var targets: [Target]
    /// For each target the part of the input that is taken, where the coordinates are `cropAndResize`.
    var regions: [(start: Float, end: Float)] = []

    init(upsample call: ONNXCall) throws(ONNXError) {
        let shape = try call.required(0).shape
        guard let scales = try call.has("scales") ? call.floats("scales") : call.floats(1, "scales") else {
            throw .corrupt(nil, attribute: "scales", "none", accepted: "one for each axis")
        }
        interpolation = try Self.interpolation(call, rounding: .floor)
        roundsByDirection = true
        coordinates = .asymmetric
        targets = try Self.targets(shape, Array(shape.indices), scales)
    }

    init(_ call: ONNXCall) throws(ONNXError) {
        let shape = try call.required(0).shape
        if call.version < 11 {
            guard let scales = try call.floats(1, "scales") else { throw .corrupt(nil, attribute: "scales", "none", accepted: "scales") }
            interpolation = try Self.interpolation(call, rounding: .floor)
            roundsByDirection = true
            coordinates = .asymmetric
            targets = try Self.targets(shape, Array(shape.indices), scales)
            return
        }
        coordinates = try Self.coordinates(call)
        interpolation = try Self.interpolation(call, rounding: try Self.rounding(call))
        excludesOutside = try call.flag("exclude_outside", default: false)
        antialiases = try call.flag("antialias", default: false)
        extrapolation = try call.float("extrapolation_value", default: 0)
        var axes = Array(shape.indices)
        if let listed = try call.ints("axes") {
            axes = try listed.map { axis throws(ONNXError) in try call.axis(axis, rank: shape.count, "axes") }
        }
        let scales = try call.floats(2, "scales") ?? []
        if !scales.isEmpty {
            targets = try Self.targets(shape, axes, scales)
        } else {
            targets = try Self.targets(call, shape, axes, sizes: try call.dimensions(3, "sizes") ?? [])
        }
        guard case .cropAndResize = coordinates else { return }
        guard let roi = try call.floats(1, "roi"), roi.count == 2 * axes.count else {
            throw .corrupt(nil, attribute: "roi", "none, or another number", accepted: "a start and an end for each axis")
        }
        regions = axes.indices.map { (start: roi[$0], end: roi[axes.count + $0]) }
    }
}

// MARK: Attributes
extension ONNXResize {
    /// Throws for modes that there are not.
    static func examine(_ call: ONNXCall) throws(ONNXError) {
        guard call.version >= 11 else {
            _ = try interpolation(call, rounding: .floor)
            return
        }
        _ = try coordinates(call)
        _ = try interpolation(call, rounding: try rounding(call))
    }

    private static func interpolation(
        _ call: ONNXCall, rounding: Resize.Rounding
    ) throws(ONNXError) -> Resize.Interpolation {
        switch try call.string("mode", default: "nearest") {
        case "nearest": return .nearest(rounding)
        case "linear", "bilinear": return .linear
        case "cubic": return .cubic(coefficient: try call.float("cubic_coeff_a", default: -0.75))
        case let other: throw .corrupt(nil, attribute: "mode", "'\(other)'", accepted: "nearest, linear or cubic")
        }
    }

    private static func rounding(_ call: ONNXCall) throws(ONNXError) -> Resize.Rounding {
        switch try call.string("nearest_mode", default: "round_prefer_floor") {
        case "round_prefer_floor": return .roundPreferFloor
        case "round_prefer_ceil": return .roundPreferCeil
        case "floor": return .floor
        case "ceil": return .ceil
        case let other:
            throw .corrupt(
                nil, attribute: "nearest_mode", "'\(other)'", accepted: "round_prefer_floor, round_prefer_ceil, floor or ceil")
        }
    }

    private static func coordinates(_ call: ONNXCall) throws(ONNXError) -> Resize.Coordinates {
        let attribute = "coordinate_transformation_mode"
        switch try call.string(attribute, default: "half_pixel") {
        case "half_pixel": return .halfPixel
        case "half_pixel_symmetric": return .halfPixelSymmetric
        case "pytorch_half_pixel": return .pytorchHalfPixel
        case "align_corners": return .alignCorners
        case "asymmetric": return .asymmetric
        case "tf_crop_and_resize": return .cropAndResize(start: 0, end: 1)
        case "tf_half_pixel_for_nn": return .halfPixelForNearest
        case let other:
            let accepted =
                "half_pixel, half_pixel_symmetric, tf_half_pixel_for_nn, pytorch_half_pixel, align_corners, asymmetric or "
                + "tf_crop_and_resize"
            throw .unsupported(nil, attribute: attribute, "'\(other)'", accepted: accepted)
        }
    }
}

// MARK: Sizes
extension ONNXResize {
    private static func targets(_ shape: [Dimension], _ axes: [Int], _ scales: [Float]) throws(ONNXError) -> [Target] {
        guard scales.count == axes.count, scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw .corrupt(nil, attribute: "scales", "\(scales)", accepted: "\(axes.count) numbers above 0")
        }
        var targets: [Target] = []
        for (axis, scale) in zip(axes, scales) {
            if let whole = KnownElement.real(Double(scale)).whole {
                targets.append(Target(axis: axis, size: shape[axis] * whole, scale: scale))
                continue
            }
            guard let side = shape[axis].constant else {
                guard case .ratio? = KnownArithmetic.multiply(.dimension(shape[axis]), .real(Double(scale))) else {
                    guard case .dimension(let size)? = KnownArithmetic.multiply(.dimension(shape[axis]), .real(Double(scale))) else {
                        throw .unsupported(nil, "\(shape[axis]) elements times \(scale)", accepted: "numbers; give the input's shape")
                    }
                    targets.append(Target(axis: axis, size: size, scale: scale))
                    continue
                }
                throw .unsupported(nil, "\(shape[axis]) elements times \(scale)", accepted: "numbers; give the input's shape")
            }
            // In float arithmetic, as the specification's own implementation.
            let size = (Float(side) * scale).rounded(.down)
            guard size >= 1, size <= Float(Limits.side) else {
                throw .unsupported(
                    nil, attribute: "scales", "\(side) elements times \(scale)", accepted: "1 to \(Limits.side) elements of the result")
            }
            targets.append(Target(axis: axis, size: Dimension(Int(size)), scale: scale))
        }
        return targets
    }

    private static func targets(
        _ call: ONNXCall, _ shape: [Dimension], _ axes: [Int], sizes: [Dimension]
    ) throws(ONNXError) -> [Target] {
        guard sizes.count == axes.count else {
            throw .corrupt(nil, attribute: "sizes", "\(sizes.count) sizes", accepted: "\(axes.count), or scales")
        }
        let policy = try call.string("keep_aspect_ratio_policy", default: "stretch")
        if policy == "stretch" {
            return zip(axes, sizes).map { Target(axis: $0, size: $1, scale: nil) }
        }
        guard policy == "not_larger" || policy == "not_smaller" else {
            throw .corrupt(
                nil, attribute: "keep_aspect_ratio_policy", "'\(policy)'", accepted: "stretch, not_larger or not_smaller")
        }
        var ratios: [Double] = []
        for (axis, size) in zip(axes, sizes) {
            guard let side = shape[axis].constant, side > 0, let wanted = size.constant, wanted > 0 else {
                throw .unsupported(
                    nil, attribute: "keep_aspect_ratio_policy", "\(shape[axis]) elements resized to \(size)",
                    accepted: "numbers above 0; give the input's shape")
            }
            ratios.append(Double(wanted) / Double(side))
        }
        let ratio = (policy == "not_larger" ? ratios.min() : ratios.max()) ?? 1
        return axes.map { axis in
            let size = (ratio * Double(shape[axis].constant ?? 1) + 0.5).rounded(.down)
            return Target(axis: axis, size: Dimension(Int(min(max(size, 1), Double(Limits.side)))), scale: Float(ratio))
        }
    }
}

// MARK: Operations
private func resize(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ resize: ONNXResize
) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    if resize.keepsSides(of: value) { return [value] }
    var axes = try resize.axes(of: value)
    // A region of the whole input for every axis.
    if axes.isEmpty { return [value] }
    if value.rank == 4, value.type.element == .float32, axes.allSatisfy({ $0.axis >= 2 }) {
        for index in axes.indices { axes[index].axis -= 1 }
        let operation = Operation.resize(Resize(axes, extrapolation: resize.extrapolation))
        return [conversion.imageResult(try conversion.emit(operation, [try conversion.image(value, call)], call))]
    }
    let operand = try conversion.oriented(value, call)
    for index in axes.indices { axes[index].axis = operand.places[axes[index].axis] }
    axes.sort { $0.axis < $1.axis }
    let operation = Operation.resize(Resize(axes, extrapolation: resize.extrapolation))
    return [conversion.result(try conversion.emit(operation, [operand.id], call), like: operand)]
}

extension ONNXResize {
    /// Where no side changes ONNX Runtime and PyTorch copy, also where a scale such as 1.05 moves the positions.
    func keepsSides(of value: ONNXValue) -> Bool {
        if case .cropAndResize = coordinates { return false }
        return targets.allSatisfy { $0.size == value.shape[$0.axis] }
    }

    /// The axes that change, as the operator counts them, ascending.
    func axes(of value: ONNXValue) throws(ONNXError) -> [Resize.Axis] {
        var axes: [Resize.Axis] = []
        for (index, target) in targets.enumerated() {
            let side = value.shape[target.axis]
            var coordinates = coordinates
            if case .cropAndResize = coordinates {
                coordinates = .cropAndResize(start: regions[index].start, end: regions[index].end)
                if target.size == side, regions[index] == (start: 0, end: 1) { continue }
            } else if target.size == side, antialiases || target.scale ?? 1 == 1 {
                // As ONNX Runtime and PyTorch have it, an antialiased axis that keeps its length is not filtered.
                continue
            }
            var interpolation = interpolation
            if roundsByDirection, case .nearest = interpolation { interpolation = .nearest(target.scale ?? 1 < 1 ? .ceil : .floor) }
            let isNearest = if case .nearest = interpolation { true } else { false }
            axes.append(
                Resize.Axis(
                    target.axis, try length(target, of: side), interpolation: interpolation, coordinates: coordinates,
                    excludesOutside: excludesOutside && !isNearest, antialiases: antialiases && !isNearest,
                    positions: target.scale == nil ? .floatLengths : .floatScale))
        }
        return axes.sorted { $0.axis < $1.axis }
    }

    private func length(_ target: Target, of side: Dimension) throws(ONNXError) -> Resize.Length {
        if let factor = factor(target.size, of: side), target.scale ?? Float(factor) == Float(factor) { return .factor(factor) }
        guard let size = target.size.constant, target.scale == nil || side.constant != nil else {
            throw .unsupported(
                nil, "axis \(target.axis) of \(side) elements resized to \(target.size)", accepted: "numbers; give the input's shape")
        }
        return .size(size, scale: target.scale)
    }

    /// size / side where that is a whole number.
    private func factor(_ size: Dimension, of side: Dimension) -> Int? {
        if let size = size.constant, let side = side.constant { return side > 0 && size % side == 0 && size > 0 ? size / side : nil }
        guard let first = size.terms.first, let other = side.terms.first, other.coefficient > 0,
            first.coefficient % other.coefficient == 0
        else { return nil }
        let factor = first.coefficient / other.coefficient
        return factor > 0 && side * factor == size ? factor : nil
    }
}
