import GraphIR
import PlanFormat

extension Elementwise: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool { !layouts.isAmongPlain(node) }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        try builder.add(.elementwise(Activation(function)), node, sources: [try builder.source(node.inputs[0])])
    }
}

extension Elementwise: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.dense(node.inputs[0])
        try builder.addPlain(.elementwise(PlainElementwise(Activation(function))), node, sources: [source])
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
        case .round: self.init(.round)
        case .sign: self.init(.sign)
        case .sin: self.init(.sin)
        case .cos: self.init(.cos)
        case .tan: self.init(.tan)
        case .asin: self.init(.asin)
        case .acos: self.init(.acos)
        case .atan: self.init(.atan)
        case .sinh: self.init(.sinh)
        case .cosh: self.init(.cosh)
        case .asinh: self.init(.asinh)
        case .acosh: self.init(.acosh)
        case .atanh: self.init(.atanh)
        }
    }
}
