import GraphIR
import PlanFormat

extension Binary: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool {
        BinaryParameters.Kind(kind).isOfImages && !layouts.isAmongPlain(node)
    }

    func imageOperands(of node: Node) -> ArraySlice<ValueID> { node.inputs.prefix(2) }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let parameters = BinaryParameters(BinaryParameters.Kind(kind), activation: Activation(activation))
        let first = try builder.source(node.inputs[0])
        try builder.add(.binary(parameters), node, sources: [first, try builder.source(node.inputs[1])])
    }
}

extension Binary: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let operands = try builder.broadcastOperands(node)
        let kernel = PlainArithmetic(
            BinaryParameters.Kind(kind), loop: operands.loop, left: operands.views[0], right: operands.views[1],
            activation: Activation(activation))
        try builder.addPlain(.arithmetic(kernel), node, sources: operands.bases)
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
        case .modulo: self = .modulo
        case .remainder: self = .remainder
        case .bitAnd: self = .bitAnd
        case .bitOr: self = .bitOr
        case .bitXor: self = .bitXor
        case .shiftLeft: self = .shiftLeft
        case .shiftRight: self = .shiftRight
        }
    }
}
