import GraphIR
import Shapes

extension ONNXOperator {
    static let gridSamples: [ONNXOperator] = [
        ONNXOperator(
            "GridSample", ["align_corners", "mode", "padding_mode"], 2...2,
            examine: { call throws(ONNXError) in _ = try GridSampling(call, rank: 2) }, gridSample),
        ONNXOperator("AffineGrid", ["align_corners"], 2...2, affineGrid),
    ]
}

private struct GridSampling {
    enum Interpolation { case nearest, linear, cubic }
    var interpolation: Interpolation
    var border: ONNXBorder
    /// Whether −1 and 1 are the centers of the first and last elements, or the outer edges of these.
    var alignsCorners: Bool

    init(_ call: ONNXCall, rank: Int) throws(ONNXError) {
        alignsCorners = try call.flag("align_corners", default: false)
        switch try call.string("mode", default: call.version < 20 ? "bilinear" : "linear") {
        case "nearest": interpolation = .nearest
        case "linear", "bilinear": interpolation = .linear
        case "cubic", "bicubic": interpolation = .cubic
        case let other: throw .corrupt(nil, attribute: "mode", "'\(other)'", accepted: "linear, nearest or cubic")
        }
        switch try call.string("padding_mode", default: "zeros") {
        case "zeros": border = .zeros
        case "border": border = .nearest
        case "reflection": border = .mirrored(atCenters: alignsCorners)
        case let other: throw .corrupt(nil, attribute: "padding_mode", "'\(other)'", accepted: "zeros, border or reflection")
        }
    }
}

private func gridSample(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let grid = try call.required(1)
    let axes = value.rank - 2
    guard axes >= 1, grid.rank == value.rank, grid.shape[grid.rank - 1] == Dimension(axes), grid.shape[0] == value.shape[0] else {
        throw .corrupt(
            nil, "a grid \(grid.type) for \(value.type)", accepted: "a position of \(axes) numbers for each sample, and the same batch")
    }
    guard value.type.element == .float32, grid.type.element == .float32 else {
        throw .unsupported(nil, "\(value.type) and \(grid.type)", accepted: "f32")
    }
    let sampling = try GridSampling(call, rank: axes)
    let shape = try call.sides(value)
    let strides = rowMajorStrides(Array(shape[2...]))
    let positions = try conversion.reshape(
        grid, to: [.dimension(grid.shape[0]), .inferred, .dimension(Dimension(axes))], call)
    var taps: [(taps: [ONNXTap], stride: Int)] = []
    for axis in 0..<axes {
        // The numbers of a position are those of x, y and z, against the order of the axes.
        let slice = try conversion.slice(positions, [2: Slice.Axis(start: Dimension(axes - 1 - axis), count: 1)], call)
        let relative = try conversion.reshape(slice, to: Array(positions.shape[..<2]), call)
        taps.append(
            (try conversion.taps(relative, side: shape[2 + axis], sampling, call), strides[axis]))
    }
    let firsts = try conversion.range(shape[0], step: shape[2...].reduce(1, *), axis: 0, rank: 2)
    let rows = try conversion.pixelRows(value, call)
    let pixels = try conversion.sampled(rows, taps, first: shape[0] == 1 ? nil : firsts, call)
    return [
        try conversion.image(
            ofPixels: pixels, batch: grid.shape[0], sides: Array(grid.shape[1..<(grid.rank - 1)]), call)
    ]
}

extension ONNXConversion {
    /// The elements of an axis that make up the samples at positions between −1 and 1.
    fileprivate mutating func taps(
        _ relative: ONNXValue, side: Int, _ sampling: GridSampling, _ call: ONNXCall
    ) throws(ONNXError) -> [ONNXTap] {
        var position = try binary(.add, relative, .constant(1), call)
        if sampling.alignsCorners {
            position = try binary(.multiply, try binary(.multiply, position, .constant(0.5), call), .constant(Float(side - 1)), call)
        } else {
            position = try binary(.multiply, position, .constant(Float(side)), call)
            position = try binary(.multiply, try binary(.subtract, position, .constant(1), call), .constant(0.5), call)
        }
        if sampling.interpolation == .nearest { position = try elementwise(.round, position, call) }
        switch sampling.border {
        case .zeros: break
        // A cubic gets the border's element for each one that there is not, as PyTorch and ONNX Runtime have it.
        case .nearest where sampling.interpolation == .cubic: break
        case .nearest: position = try clamped(position, from: 0, to: Float(side - 1), call)
        case .mirrored(let atCenters): position = try mirrored(position, side: side, atCenters: atCenters, call)
        }
        switch sampling.interpolation {
        case .nearest: return [try tap(at: position, weight: nil, side: side, border: sampling.border, call)]
        case .linear: return try linearTaps(position, side: side, border: sampling.border, call)
        case .cubic: return try cubicTaps(position, side: side, border: sampling.border, call)
        }
    }
}

/// theta · (x, y, 1) or theta · (x, y, z, 1) for the position of each pixel.
private func affineGrid(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let theta = try call.required(0)
    guard let size = try call.integers(1, "size"), (4...5).contains(size.count), size.allSatisfy({ $0 >= 1 }) else {
        throw .corrupt(nil, attribute: "size", "none, or another number of sides", accepted: "4 or 5 positive sides")
    }
    let sides = Array(size[2...])
    let axes = sides.count
    guard theta.rank == 3, theta.shape[0] == Dimension(size[0]), theta.shape[1...] == [Dimension(axes), Dimension(axes + 1)] else {
        throw .corrupt(nil, "theta \(theta.type)", accepted: "[\([size[0], axes, axes + 1].list)]")
    }
    guard let count = checkedElementCount(sides) else {
        throw .unsupported(nil, attribute: "size", "[\(size.list)]", accepted: "at most \(Limits.elementCount) elements")
    }
    try conversion.reserve(count * (axes + 1), of: .float32)
    let alignsCorners = try call.flag("align_corners", default: false)
    func position(_ index: Int, _ side: Int) -> Float {
        if alignsCorners { return side == 1 ? 0 : Float(-1 + 2 * Double(index) / Double(side - 1)) }
        return Float((2 * Double(index) + 1) / Double(side) - 1)
    }
    let strides = rowMajorStrides(sides)
    var positions: [Float] = []
    positions.reserveCapacity(count * (axes + 1))
    for pixel in 0..<count {
        for axis in (0..<axes).reversed() { positions.append(position(pixel / strides[axis] % sides[axis], sides[axis])) }
        positions.append(1)
    }
    let base = conversion.constant(Constant(positions, shape: [count, axes + 1]), call)
    let turned = try conversion.transpose(theta, [0, 2, 1], call)
    let grid = try conversion.emit(
        .matrixMultiplication(MatrixMultiplication()), [base, try conversion.value(turned, call)], call)
    return [try conversion.reshape(conversion.computed(grid), to: ([size[0]] + sides + [axes]).map { Dimension($0) }, call)]
}
