import GraphIR
import PlanFormat

// Element by element: operands are views, which the loops of the kernels broadcast.
extension Selection {
    mutating func lowerPlain(_ elementwise: Elementwise, _ node: Node) throws(Unsupported) {
        let source = try dense(node.inputs[0])
        try addPlain(.elementwise(PlainElementwise(Activation(elementwise.function))), node, sources: [source])
    }

    mutating func lowerPlain(_ binary: Binary, _ node: Node) throws(Unsupported) {
        let operands = try broadcastOperands(node)
        let kernel = PlainArithmetic(
            BinaryParameters.Kind(binary.kind), loop: operands.loop, left: operands.views[0], right: operands.views[1],
            activation: Activation(binary.activation))
        try addPlain(.arithmetic(kernel), node, sources: operands.bases)
    }

    mutating func lower(_ comparison: Comparison, _ node: Node) throws(Unsupported) {
        let operands = try broadcastOperands(node)
        let kernel = PlainComparison(
            PlainComparison.Kind(comparison.kind), loop: operands.loop, left: operands.views[0], right: operands.views[1])
        try addPlain(.comparison(kernel), node, sources: operands.bases)
    }

    mutating func lower(_ logical: Logical, _ node: Node) throws(Unsupported) {
        let kind: PlainLogic.Kind
        switch logical.kind {
        case .and: kind = .and
        case .or: kind = .or
        case .xor: kind = .xor
        case .not:
            // The exclusive or with true.
            let truth = try constantTensor(.bool, [], ConstantKey(sources: [], packing: .bytes([1]))) { [1] }
            let source = try dense(node.inputs[0])
            let count = try tensor(node.outputs[0]).1.reduce(1, *)
            let kernel = PlainLogic(
                .xor, loop: PlainLoop([count]), left: PlainView(strides: [1]), right: PlainView())
            return try addPlain(.logic(kernel), node, sources: [source, truth])
        }
        let operands = try broadcastOperands(node)
        let kernel = PlainLogic(kind, loop: operands.loop, left: operands.views[0], right: operands.views[1])
        try addPlain(.logic(kernel), node, sources: operands.bases)
    }

    /// ONNX's Where.
    mutating func lowerSelection(_ node: Node) throws(Unsupported) {
        let operands = try broadcastOperands(node)
        let kernel = PlainSelection(
            loop: operands.loop, condition: operands.views[0], whenTrue: operands.views[1], whenFalse: operands.views[2])
        try addPlain(.selection(kernel), node, sources: operands.bases)
    }

    mutating func lowerPlain(_ cast: Cast, _ node: Node) throws(Unsupported) {
        if function.type(of: node.inputs[0]).element == cast.element {
            forms[node.outputs[0]] = try form(of: node.inputs[0])
            return
        }
        let source = try dense(node.inputs[0])
        try addPlain(.cast(PlainCast()), node, sources: [source])
    }

    /// The operands of a node along loops that number its result.
    private mutating func broadcastOperands(
        _ node: Node
    ) throws(Unsupported) -> (loop: PlainLoop, views: [PlainView], bases: [PlanValueID]) {
        let shape = try tensor(node.outputs[0]).1
        var views: [TensorView] = []
        for input in node.inputs { views.append(try plainView(input).broadcast(to: shape)) }
        return try nested(shape, views)
    }

    /// Views of one shape as operands of a kernel.
    func nested(
        _ shape: [Int], _ views: [TensorView]
    ) throws(Unsupported) -> (loop: PlainLoop, views: [PlainView], bases: [PlanValueID]) {
        let nest = LoopNest(shape, views.map(\.strides))
        var bases: [PlanValueID] = []
        for view in views {
            guard case .value(let id) = view.base else { throw Unsupported("an operand has no plain form") }
            bases.append(id)
        }
        return (nest.loop, views.indices.map { nest.view($0, offset: views[$0].offset) }, bases)
    }
}

extension PlainComparison.Kind {
    fileprivate init(_ kind: Comparison.Kind) {
        switch kind {
        case .equal: self = .equal
        case .less: self = .less
        case .lessOrEqual: self = .lessOrEqual
        case .greater: self = .greater
        case .greaterOrEqual: self = .greaterOrEqual
        }
    }
}
