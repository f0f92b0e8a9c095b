import GraphIR

/// Rescaling: x·scale + offset, each one number or one a channel.
struct KerasRescaling: KerasLayerKind {
    static let classNames = ["Rescaling"]
    private let scale: [Float]
    private let offset: [Float]

    init(_ arguments: inout KerasArguments) {
        scale = arguments.numbers("scale") ?? [1]
        offset = arguments.numbers("offset") ?? [0]
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        var value = try emitter.inModelOrder(operands[0])
        let factor = emitter.constant(scale, shape: [scale.count], part: "scale")
        value = try emitter.append(.binary(Binary(.multiply)), [value, factor], part: "scaled")
        let addend = emitter.constant(offset, shape: [offset.count], part: "offset")
        return [KerasTensor(value: try emitter.append(.binary(Binary(.add)), [value, addend]))]
    }
}

/// Normalization by a mean and a variance that were measured before training: (x − mean) / max(√variance, 1e-7).
/// They are arguments, or tensors of the layer with a count behind them.
struct KerasNormalization: KerasLayerKind {
    static let classNames = ["Normalization"]
    private let axes: [Int]
    private let mean: [Float]?
    private let variance: [Float]?

    init(_ arguments: inout KerasArguments) {
        axes = arguments.declaration.arguments["axis"] == .null ? [] : arguments.integers("axis") ?? [-1]
        mean = arguments.numbers("mean")
        variance = arguments.numbers("variance")
        arguments.require("invert", is: .bool(false))
    }

    var weights: [KerasWeightRole] {
        mean == nil || variance == nil ? [.fixed("mean"), .fixed("variance"), .fixed("count")] : []
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let tensor = KerasTensor(value: try emitter.inModelOrder(operands[0]))
        let shape = try parameterShape(tensor, emitter)
        let center: ValueID
        let spread: ValueID
        if let mean, let variance {
            guard mean.count == checkedElementCount(shape), variance.count == mean.count else {
                throw GraphError("\(mean.count) means and \(variance.count) variances for \(emitter.type(of: tensor.value))")
            }
            center = emitter.constant(mean, shape: shape, part: "mean")
            spread = emitter.constant(variance, shape: shape, part: "variance")
        } else {
            center = try emitter.weight(0, .init(shape: shape))
            spread = try emitter.weight(1, .init(shape: shape))
        }
        let centered = try emitter.append(.binary(Binary(.subtract)), [tensor.value, center], part: "centered")
        let root = try emitter.append(.elementwise(Elementwise(.sqrt)), [spread], part: "root")
        let least = emitter.constant([1e-7], shape: [1], part: "epsilon")
        let deviation = try emitter.append(.binary(Binary(.maximum)), [root, least], part: "deviation")
        return [KerasTensor(value: try emitter.append(.binary(Binary(.divide)), [centered, deviation]))]
    }

    /// 1 on the axes along which one number serves all.
    private func parameterShape(_ tensor: KerasTensor, _ emitter: KerasEmitter) throws(GraphError) -> [Int] {
        let sides = emitter.type(of: tensor.value).shape
        var shape = Array(repeating: 1, count: sides.count)
        for axis in axes {
            let axis = try emitter.axis(axis, of: tensor)
            guard let side = sides[axis].constant else {
                throw GraphError("axis \(axis) of \(emitter.type(of: tensor.value)) is open")
            }
            shape[axis] = side
        }
        return shape
    }
}

extension KerasArguments {
    /// One number, or a list of them, perhaps nested; nil where there is none.
    mutating func numbers(_ name: String) -> [Float]? {
        guard let value = self[name] else { return nil }
        var numbers: [Float] = []
        var open = [value["value"] ?? value]
        while let next = open.popLast() {
            if let elements = next.array {
                open += elements.reversed()
            } else if let number = next.number, Float(number).isFinite {
                numbers.append(Float(number))
            } else {
                report(name, found: "\(value)", accepted: "finite numbers")
                return nil
            }
        }
        if numbers.isEmpty { report(name, found: "\(value)", accepted: "finite numbers") }
        return numbers.isEmpty ? nil : numbers
    }
}
