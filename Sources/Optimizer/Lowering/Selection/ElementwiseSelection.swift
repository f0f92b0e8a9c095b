import GraphIR
import PlanFormat

extension Selection {
    mutating func lower(_ elementwise: Elementwise, _ node: Node) throws(Unsupported) {
        try add(.elementwise(Activation(elementwise.function)), node, sources: [try source(node.inputs[0])])
    }

    mutating func lower(_ binary: Binary, _ node: Node) throws(Unsupported) {
        let parameters = BinaryParameters(BinaryParameters.Kind(binary.kind), activation: Activation(binary.activation))
        let first = try source(node.inputs[0])
        try add(.binary(parameters), node, sources: [first, try source(node.inputs[1])])
    }

    mutating func lower(_ normalization: BatchNormalization, _ node: Node) throws(Unsupported) {
        let source = try source(node.inputs[0])
        let gamma = try constant(node.inputs[1], "scale")
        let beta = try constant(node.inputs[2], "offset")
        let mean = try constant(node.inputs[3], "mean")
        let variance = try constant(node.inputs[4], "variance")
        let epsilon = normalization.epsilon
        let affine = ChannelAffine(
            scale: gamma.value.floats, offset: beta.value.floats, mean: mean.value.floats, variance: variance.value.floats,
            epsilon: epsilon)
        let scale = network.constants.insert(
            ConstantKey(sources: [gamma.id.index, variance.id.index], packing: .scale(epsilon: epsilon))
        ) { WeightPacking.vector(affine.factors.map { Float($0) }) }
        let sources = [gamma.id.index, beta.id.index, mean.id.index, variance.id.index]
        let shift = network.constants.insert(ConstantKey(sources: sources, packing: .shift(epsilon: epsilon))) {
            WeightPacking.vector(affine.shifts.map { Float($0) })
        }
        try add(.scaleShift(Activation(normalization.activation)), node, sources: [source], constants: [scale, shift])
    }

    mutating func lower(_ softmax: Softmax, _ node: Node) throws(Unsupported) {
        try add(.softmax, node, sources: [try source(node.inputs[0])])
    }
}

extension BinaryParameters.Kind {
    init(_ kind: Binary.Kind) {
        switch kind {
        case .add: self = .add
        case .subtract: self = .subtract
        case .multiply: self = .multiply
        case .divide: self = .divide
        case .power: self = .power
        case .minimum: self = .minimum
        case .maximum: self = .maximum
        case .prelu: self = .prelu
        }
    }
}

extension Activation {
    init(_ function: ElementwiseFunction?) {
        guard let function else {
            self = .identity
            return
        }
        switch function {
        case .relu: self.init(.relu)
        case .boundedRelu(let slope, let maximum, let threshold): self.init(.boundedRelu, slope, maximum, threshold)
        case .leakyRelu(let slope): self.init(.leakyRelu, slope)
        case .elu(let alpha): self.init(.elu, alpha)
        case .selu(let alpha, let scale): self.init(.selu, alpha, scale)
        case .celu(let alpha): self.init(.celu, alpha)
        case .sigmoid: self.init(.sigmoid)
        case .hardSigmoid(let slope, let offset): self.init(.hardSigmoid, slope, offset)
        case .swish: self.init(.swish)
        case .hardSwish: self.init(.hardSwish)
        case .tanh: self.init(.tanh)
        case .softplus: self.init(.softplus)
        case .softsign: self.init(.softsign)
        case .mish: self.init(.mish)
        case .gelu: self.init(.gelu)
        case .geluTanh: self.init(.geluTanh)
        case .clip(let minimum, let maximum): self.init(.clip, minimum, maximum)
        case .exp: self.init(.exp)
        case .log: self.init(.log)
        case .sqrt: self.init(.sqrt)
        case .abs: self.init(.abs)
        case .negate: self.init(.negate)
        case .reciprocal: self.init(.reciprocal)
        case .floor: self.init(.floor)
        case .ceil: self.init(.ceil)
        case .erf: self.init(.erf)
        }
    }
}
