import GraphIR

/// Layers that apply a function to each element.
struct KerasActivationLayer: KerasLayerKind {
    static let classNames = ["Activation", "ReLU", "LeakyReLU", "ELU", "ThresholdedReLU"]

    private let function: ElementwiseFunction?
    private let activation: KerasActivation?

    init(_ arguments: inout KerasArguments) {
        function = Self.function(arguments.declaration.className, &arguments)
        activation = function == nil ? KerasActivation(&arguments) : nil
    }

    /// The function of a class that always has one; nil for others.
    static func function(_ className: String, _ arguments: inout KerasArguments) -> ElementwiseFunction? {
        switch className {
        case "ReLU":
            let slope = arguments.number("negative_slope", default: 0)
            let threshold = arguments.number("threshold", default: 0)
            let maximum = arguments["max_value"] == nil ? .infinity : arguments.number("max_value", default: .infinity)
            if slope == 0, threshold == 0, maximum == .infinity { return .relu }
            return .boundedRelu(slope: slope, maximum: maximum, threshold: threshold)
        case "LeakyReLU":
            let name = arguments["negative_slope"] == nil ? "alpha" : "negative_slope"
            return .leakyRelu(slope: arguments.number(name, default: 0.3))
        case "ELU": return .elu(alpha: arguments.number("alpha", default: 1))
        case "ThresholdedReLU":
            // x > theta ? x : 0, where the IR's function has x ≥ threshold.
            let theta = arguments.number("theta", default: 1)
            return .boundedRelu(slope: 0, maximum: .infinity, threshold: theta.nextUp)
        default: return nil
        }
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        if let activation { return [try activation.apply(to: operands[0], in: &emitter)] }
        return [try emitter.append(function, to: operands[0])]
    }
}

/// PReLU: a slope for each element, or shared along axes on which its tensor has a side of 1.
struct KerasPReLU: KerasLayerKind {
    static let classNames = ["PReLU"]
    init(_ arguments: inout KerasArguments) {}
    var weights: [KerasWeightRole] { [KerasWeightRole(name: "alpha")] }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let isPermuted = operands[0].isPermuted && emitter.weightShape(0).count == 3
        let slope = try emitter.weight(0, .init(permutation: isPermuted ? [1, 2, 0] : nil))
        let tensor = isPermuted ? operands[0] : KerasTensor(value: try emitter.inModelOrder(operands[0]))
        let result = try emitter.append(.binary(Binary(.prelu)), [tensor.value, slope])
        guard emitter.type(of: result) == emitter.type(of: tensor.value) else {
            throw GraphError("slopes of \(shapeText(emitter.weightShape(0))) for \(emitter.type(of: tensor.value))")
        }
        return [KerasTensor(value: result, isPermuted: isPermuted)]
    }
}

/// Softmax along one axis or over several.
struct KerasSoftmax: KerasLayerKind {
    static let classNames = ["Softmax"]
    private let axes: [Int]

    init(_ arguments: inout KerasArguments) {
        axes = arguments.integers("axis") ?? [-1]
        if axes.isEmpty { arguments.report("axis", found: "none", accepted: "one axis or more") }
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        var tensor = operands[0]
        var stored: [Int] = []
        for axis in axes { stored.append(tensor.storedAxis(try emitter.axis(axis, of: tensor))) }
        if stored.count == 1 {
            tensor.value = try emitter.append(.softmax(Softmax(axis: stored[0])), [tensor.value])
            return [tensor]
        }
        stored.sort()
        let largest = try emitter.append(.reduction(Reduction(.maximum, axes: stored, keepsAxes: true)), [tensor.value], part: "largest")
        let shifted = try emitter.append(.binary(Binary(.subtract)), [tensor.value, largest], part: "shifted")
        let powers = try emitter.append(.elementwise(Elementwise(.exp)), [shifted], part: "powers")
        let sum = try emitter.append(.reduction(Reduction(.sum, axes: stored, keepsAxes: true)), [powers], part: "sum")
        tensor.value = try emitter.append(.binary(Binary(.divide)), [powers, sum])
        return [tensor]
    }
}
