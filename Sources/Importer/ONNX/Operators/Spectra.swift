import Glibc
import GraphIR

extension ONNXOperator {
    /// Fourier transforms, which are products with constant matrices here, and what is used with them.
    static let spectra: [ONNXOperator] = [
        ONNXOperator("DFT", ["axis", "inverse", "onesided"], 1...3, fourierTransform),
        ONNXOperator("STFT", ["onesided"], 2...4, shortTimeFourierTransform),
        window("HannWindow") { angle in pow(sin(angle / 2), 2) },
        window("HammingWindow") { angle in 25.0 / 46 - 21.0 / 46 * cos(angle) },
        window("BlackmanWindow") { angle in 0.42 - 0.5 * cos(angle) + 0.08 * cos(2 * angle) },
        ONNXOperator("MelWeightMatrix", ["output_datatype"], 5...5, melWeights),
    ]

    /// - Parameter function: the window at an angle from 0 to 2π.
    private static func window(_ name: String, _ function: @escaping @Sendable (Double) -> Double) -> ONNXOperator {
        ONNXOperator(name, ["output_datatype", "periodic"], 1...1) { conversion, call throws(ONNXError) in
            let periods = try call.flag("periodic", default: true)
            guard let size = try call.integers(0, "size")?.first, size >= (periods ? 1 : 2) else {
                throw .unsupported(nil, attribute: "size", "none, or too small a number", accepted: "1 or more, 2 where it is symmetric")
            }
            try conversion.reserve(size, of: .float32)
            let steps = Double(periods ? size : size - 1)
            let elements = (0..<size).map { Float(function(2 * Double.pi * Double($0) / steps)) }
            let element = try call.element("output_datatype") ?? .float32
            return [try conversion.castPrecisely(.constant(Constant(elements, shape: [size])), to: element, call)]
        }
    }
}

// MARK: Transforms

/// A discrete Fourier transform as a matrix.
private struct FourierMatrix {
    /// Elements of the signal that are transformed; those behind count as zeros up to the transform's length.
    var count: Int
    var length: Int
    var isInverse: Bool
    var isOneSided: Bool
    /// Whether the signal has imaginary parts.
    var isComplex: Bool

    /// The inverse of one side of a spectrum is real.
    var isRealResult: Bool { isInverse && isOneSided }
    /// Elements of the result.
    var results: Int { isOneSided && !isInverse ? length / 2 + 1 : length }
    var rows: Int { count * (isComplex ? 2 : 1) }
    var columns: Int { results * (isRealResult ? 1 : 2) }

    /// `[rows, columns]`: real and imaginary parts beside each other in both.
    ///
    /// - Parameter window: a factor for each element of the signal.
    func constant(window: [Float]? = nil) -> Constant {
        var elements: [Float] = []
        elements.reserveCapacity(rows * columns)
        let circle = (0..<length).map { step in
            let angle = 2 * Double.pi * Double(step) / Double(length)
            return (cosine: cos(angle), sine: isInverse ? sin(angle) : -sin(angle))
        }
        for time in 0..<count {
            let factor = Double(window?[time] ?? 1) * (isInverse ? 1 / Double(length) : 1) * sidedness(time)
            for part in 0..<(isComplex ? 2 : 1) {
                for frequency in 0..<results {
                    let (cosine, sine) = circle[frequency * time % length]
                    elements.append(Float(factor * (part == 0 ? cosine : -sine)))
                    if !isRealResult { elements.append(Float(factor * (part == 0 ? sine : cosine))) }
                }
            }
        }
        return Constant(elements, shape: [rows, columns])
    }

    /// Each element of one side of a spectrum but the first, and of an even length the middle one, stands for its twin as well.
    private func sidedness(_ index: Int) -> Double {
        isRealResult && index != 0 && 2 * index != length ? 2 : 1
    }
}

extension ONNXConversion {
    fileprivate mutating func reserve(_ matrix: FourierMatrix, _ call: ONNXCall) throws(ONNXError) {
        let (count, overflows) = matrix.rows.multipliedReportingOverflow(by: matrix.columns)
        guard !overflows else { throw .unsupported(nil, "a transform of \(matrix.length) elements", accepted: "fewer") }
        try reserve(count, of: .float32)
    }
}

/// Of the axis `axis` of `[…, 1]` or `[…, 2]`. Before version 20 of the operator the axis is an attribute.
private func fourierTransform(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    guard value.rank >= 2, value.type.element == .float32, let parts = value.shape[value.rank - 1].constant, parts == 1 || parts == 2
    else { throw .corrupt(nil, "\(value.type)", accepted: "a signal with a last axis of 1 or 2 parts, f32") }
    let chosen = try call.version < 20 ? call.int("axis", default: 1) : call.integers(2, "axis")?.first ?? -2
    let axis = try call.axis(chosen, rank: value.rank)
    guard axis != value.rank - 1 else {
        throw .corrupt(nil, attribute: "axis", "\(chosen), that of the parts", accepted: "another axis")
    }
    let side = try call.side(axis, of: value)
    let isInverse = try call.flag("inverse", default: false)
    let isOneSided = try call.flag("onesided", default: false)
    let length = try call.integers(1, "dft_length")?.first ?? (isInverse && isOneSided ? 2 * (side - 1) : side)
    guard (1...Limits.attribute).contains(length) else {
        throw .unsupported(nil, attribute: "dft_length", "\(length)", accepted: "1 to \(Limits.attribute)")
    }
    let count = min(side, isInverse && isOneSided ? length / 2 + 1 : length)
    let matrix = FourierMatrix(
        count: count, length: length, isInverse: isInverse, isOneSided: isOneSided, isComplex: parts == 2)
    try conversion.reserve(matrix, call)
    var signal = value
    if count < side { signal = try conversion.slice(signal, [axis: Slice.Axis(count: Dimension(count))], call) }
    let others = Array(0..<value.rank).filter { $0 != axis && $0 != value.rank - 1 }
    let order = others + [axis, value.rank - 1]
    signal = try conversion.reshape(
        try conversion.transpose(signal, order, call), to: [.inferred, .dimension(Dimension(matrix.rows))], call)
    let product = try conversion.emit(
        .matrixMultiplication(MatrixMultiplication()),
        [try conversion.value(signal, call), conversion.constant(matrix.constant(), call)], call)
    let sides = others.map { value.shape[$0] } + [Dimension(matrix.results), matrix.isRealResult ? 1 : 2]
    let result = try conversion.reshape(conversion.computed(product), to: sides, call)
    return [try conversion.transpose(result, value.shape.indices.map { axis in order.firstIndex(of: axis) ?? axis }, call)]
}

/// Transforms of frames of a signal `[N, length, 1]` or `[N, length, 2]`, each multiplied by a window.
private func shortTimeFourierTransform(
    _ conversion: inout ONNXConversion, _ call: ONNXCall
) throws(ONNXError) -> [ONNXValue] {
    let signal = try call.required(0)
    guard signal.rank == 3, signal.type.element == .float32, let parts = signal.shape[2].constant, parts == 1 || parts == 2 else {
        throw .corrupt(nil, "\(signal.type)", accepted: "[N, length, 1] or [N, length, 2], f32")
    }
    let window = call.operand(2)
    let side = try call.side(1, of: signal)
    let length = try call.integers(3, "frame_length")?.first ?? window?.shape.first?.constant ?? side
    guard let step = try call.integers(1, "frame_step")?.first, step >= 1, (1...max(1, side)).contains(length), length <= Limits.attribute
    else {
        throw .corrupt(nil, attribute: "frame_step", "none, or frames that do not fit", accepted: "frames of 1 to \(side) elements")
    }
    if let window, window.shape != [Dimension(length)] {
        throw .corrupt(nil, "a window \(window.type)", accepted: "[\(length)]")
    }
    let frames = (side - length) / step + 1
    let matrix = FourierMatrix(
        count: length, length: length, isInverse: false, isOneSided: try call.flag("onesided", default: true), isComplex: parts == 2)
    try conversion.reserve(matrix, call)
    let starts = try conversion.range(frames, step: step, axis: 0, rank: 2)
    let positions = try conversion.binary(.add, starts, try conversion.range(length, axis: 1, rank: 2), call)
    var framed = try conversion.gather(signal, axis: 1, positions, call)
    let factors = window?.constant?.floats
    if let window, factors == nil {
        framed = try conversion.binary(
            .multiply, framed, try conversion.reshape(window, to: [Dimension(length), 1], call), call)
    }
    framed = try conversion.reshape(framed, to: [.inferred, .dimension(Dimension(matrix.rows))], call)
    let product = try conversion.emit(
        .matrixMultiplication(MatrixMultiplication()),
        [try conversion.value(framed, call), conversion.constant(matrix.constant(window: factors), call)], call)
    let sides = [signal.shape[0], Dimension(frames), Dimension(matrix.results), 2]
    return [try conversion.reshape(conversion.computed(product), to: sides, call)]
}

// MARK: Mel scale

/// Triangles whose corners are equally far from each other on the mel scale: `[dft_length / 2 + 1, num_mel_bins]`.
private func melWeights(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    guard let bins = try call.integers(0, "num_mel_bins")?.first, let length = try call.integers(1, "dft_length")?.first,
        let rate = try call.integers(2, "sample_rate")?.first, let lower = try call.floats(3, "lower_edge_hertz")?.first,
        let upper = try call.floats(4, "upper_edge_hertz")?.first
    else { throw .corrupt(nil, "an operand without an element", accepted: "five numbers") }
    guard (1...Limits.attribute).contains(bins), (1...Limits.attribute).contains(length), rate > 0 else {
        throw .unsupported(nil, "\(bins) bins of \(length) elements at \(rate) Hz", accepted: "positive numbers up to \(Limits.attribute)")
    }
    func mel(_ hertz: Float) -> Double { 2595 * log10(1 + Double(hertz) / 700) }
    let step = (mel(upper) - mel(lower)) / Double(bins + 2)
    let rows = length / 2 + 1
    var corners: [Int] = []
    for index in 0..<(bins + 2) {
        let hertz = 700 * (pow(10, (Double(index) * step + mel(lower)) / 2595) - 1)
        let corner = (Double(length + 1) * hertz / Double(rate)).rounded(.down)
        guard corner >= 0, corner < Double(rows) else {
            throw .unsupported(nil, "an edge at \(hertz) Hz", accepted: "edges from 0 to half the sample rate of \(rate) Hz")
        }
        corners.append(Int(corner))
    }
    try conversion.reserve(rows * bins, of: .float32)
    var weights = [Float](repeating: 0, count: rows * bins)
    for bin in 0..<bins {
        let (left, center, right) = (corners[bin], corners[bin + 1], corners[bin + 2])
        if left == center { weights[center * bins + bin] = 1 }
        for row in left..<(center + 1) where left < center { weights[row * bins + bin] = Float(Double(row - left) / Double(center - left)) }
        for row in center..<right { weights[row * bins + bin] = Float(Double(right - row) / Double(right - center)) }
    }
    let element = try call.element("output_datatype") ?? .float32
    return [try conversion.castPrecisely(.constant(Constant(weights, shape: [rows, bins])), to: element, call)]
}
