import GraphIR
import PlanFormat

// Operations that compute nothing.

extension ConstantOperation: PlainLowering {
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis) {
        let type = layouts.function.type(of: node.outputs[0])
        layouts.set(node.outputs[0], .view(TensorView(.constant(id), type.element, type.staticShape ?? [])))
    }

    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let (element, shape) = try builder.tensor(node.outputs[0])
        builder.forms[node.outputs[0]] = TensorForm(TensorView(.constant(id), element, shape))
    }
}

extension Identity: SameValueLowering {}

extension Dropout: SameValueLowering {}

/// An operation whose result is its operand.
protocol SameValueLowering: PlainLowering {}

extension SameValueLowering {
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis) {
        layouts.set(node.outputs[0], layouts.layout(of: node.inputs[0]))
    }

    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        builder.forms[node.outputs[0]] = try builder.form(of: node.inputs[0])
    }
}

extension Call: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        throw Unsupported("the call of '\(function)' must be inlined by unroll-iterations first")
    }
}
