import GraphIR
import PlanFormat

extension Comparison: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let operands = try builder.broadcastOperands(node)
        let kernel = PlainComparison(
            PlainComparison.Kind(kind), loop: operands.loop, left: operands.views[0], right: operands.views[1])
        try builder.addPlain(.comparison(kernel), node, sources: operands.bases)
    }
}

extension Logical: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let logic: PlainLogic.Kind
        switch kind {
        case .and: logic = .and
        case .or: logic = .or
        case .xor: logic = .xor
        case .not:
            // The exclusive or with true.
            let truth = try builder.constantTensor(.bool, [], ConstantKey(sources: [], packing: .bytes([1]))) { [1] }
            let source = try builder.dense(node.inputs[0])
            let count = try builder.tensor(node.outputs[0]).1.reduce(1, *)
            let kernel = PlainLogic(
                .xor, loop: PlainLoop([count]), left: PlainView(strides: [1]), right: PlainView())
            return try builder.addPlain(.logic(kernel), node, sources: [source, truth])
        }
        let operands = try builder.broadcastOperands(node)
        let kernel = PlainLogic(logic, loop: operands.loop, left: operands.views[0], right: operands.views[1])
        try builder.addPlain(.logic(kernel), node, sources: operands.bases)
    }
}

/// ONNX's Where.
extension Selection: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let operands = try builder.broadcastOperands(node)
        let kernel = PlainSelection(
            loop: operands.loop, condition: operands.views[0], whenTrue: operands.views[1], whenFalse: operands.views[2])
        try builder.addPlain(.selection(kernel), node, sources: operands.bases)
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
