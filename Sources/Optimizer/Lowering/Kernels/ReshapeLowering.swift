import GraphIR
import PlanFormat

// Other views of the same elements, as far as strides can say it.

extension Reshape: PlainLowering {
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis) {
        layouts.setView(of: node.inputs[0], as: node.outputs[0]) { $0.reshaped(to: $1) }
    }

    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let shape = try builder.tensor(node.outputs[0]).1
        if let view = builder.forms[node.inputs[0]]?.view?.reshaped(to: shape) {
            builder.forms[node.outputs[0]] = TensorForm(view)
            return
        }
        let view = try builder.rowMajor(node.inputs[0])
        builder.forms[node.outputs[0]] = TensorForm(view.reshaped(to: shape))
    }
}

extension Transpose: PlainLowering {
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis) {
        let transposed: ValueLayout? =
            switch layouts.layout(of: node.inputs[0]) {
            case .images(let axes)?: .images(axes: permutation.map { axes[$0] })
            case .view(let view)?: .view(view.transposed(permutation))
            case let other: other
            }
        layouts.set(node.outputs[0], transposed)
    }

    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        builder.forms[node.outputs[0]] = try builder.form(of: node.inputs[0]).transposed(permutation)
    }
}

extension Expansion: PlainLowering {
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis) {
        layouts.setView(of: node.inputs[0], as: node.outputs[0]) { $0.broadcast(to: $1) }
    }

    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let view = try builder.anyView(node.inputs[0])
        builder.forms[node.outputs[0]] = TensorForm(view.broadcast(to: try builder.tensor(node.outputs[0]).1))
    }
}

/// One axis after the other: [outer, repeats, side and inner].
extension Tiling: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        var view = try builder.rowMajor(node.inputs[0])
        for (axis, count) in repeats.enumerated() where count != 1 {
            let outer = view.shape[..<axis].reduce(1, *)
            let block = view.shape[axis...].reduce(1, *)
            var shape = view.shape
            shape[axis] *= count
            let repeated = TensorView(view.base, view.element, [outer, 1, block]).broadcast(to: [outer, count, block])
            let copy = try builder.copied(repeated, name: node.name)
            view = TensorView(copy.base, view.element, shape)
        }
        builder.forms[node.outputs[0]] = TensorForm(view)
    }
}

extension LayoutAnalysis {
    /// Follows an operation that makes another view of its operand, if that is a view, and else of a plain tensor.
    /// - Parameter view: is given the operand's view and the sides of the result; nil where there is no such view.
    mutating func setView(of operand: ValueID, as result: ValueID, _ view: (TensorView, [Int]) -> TensorView?) {
        if case .view(let seen)? = layout(of: operand), let made = view(seen, function.type(of: result).staticShape ?? []) {
            set(result, .view(made))
            return
        }
        readWhole(operand)
        set(result, .plain)
    }
}

extension PlanBuilder {
    /// A view, of an input or a constant that need not be a plain value yet.
    mutating func anyView(_ value: ValueID) throws(Unsupported) -> TensorView {
        if let view = try form(of: value).view { return view }
        return try plainView(value)
    }
}
