import GraphIR
import PlanFormat

extension Padding: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool {
        let fixed = [amounts[0], amounts[3]]
        return mode != .wrap && fixed.allSatisfy { $0.before == 0 && $0.after == 0 } && !layouts.isAmongPlain(node)
    }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.source(node.inputs[0])
        let (top, left) = (amounts[1].before, amounts[2].before)
        let parameters =
            switch mode {
            case .constant(let value): PaddingParameters(.constant, value: value, top: top, left: left)
            case .edge: PaddingParameters(.edge, top: top, left: left)
            case .reflect: PaddingParameters(.reflect, top: top, left: left)
            case .wrap: throw Unsupported("it repeats the image, which no kernel on images does")
            }
        try builder.add(.padding(parameters), node, sources: [source])
    }
}

extension Padding: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let operand = try builder.plainView(node.inputs[0])
        // Both ends are cut before anything is added.
        let cut = operand.sliced(
            starts: amounts.map { max(0, -$0.before) }, steps: amounts.map { _ in 1 },
            counts: operand.shape.indices.map {
                operand.shape[$0] + min(0, amounts[$0].before) + min(0, amounts[$0].after)
            })
        let added = amounts.map { (before: max(0, $0.before), after: max(0, $0.after)) }
        if case .constant(let value) = mode {
            let (element, shape) = try builder.tensor(node.outputs[0])
            let strides = TensorView.rowMajor(shape)
            let offset = zip(added, strides).reduce(0) { $0 + $1.0.before * $1.1 }
            let (part, source) = try builder.part(cut, resultStrides: strides, resultOffset: offset)
            return try builder.addPlain(.copy(PlainCopy([part], filler: element.bits(converting: Double(value)))), node, sources: [source])
        }
        var view = cut
        for axis in cut.shape.indices where added[axis] != (0, 0) {
            let side = cut.shape[axis]
            let positions = (-added[axis].before..<(side + added[axis].after)).map { mode.position($0, side) }
            view = try builder.gathered(view, axis: axis, positions, name: node.name)
        }
        builder.forms[node.outputs[0]] = TensorForm(view)
    }
}

extension Padding.Mode {
    /// The position inside 0 ..< side that a position around it shows.
    fileprivate func position(_ position: Int, _ side: Int) -> Int {
        switch self {
        case .constant, .edge: return min(max(position, 0), side - 1)
        case .wrap: return ((position % side) + side) % side
        case .reflect:
            let mirrored = abs(position)
            return mirrored < side ? mirrored : 2 * (side - 1) - mirrored
        }
    }
}

extension Padding {
    func checkBounds(of node: Node, _ place: String, in bounds: inout GraphBounds) {
        if case .constant = mode { return }
        let result = bounds.function.type(of: node.outputs[0]).staticShape ?? []
        for (amount, side) in zip(amounts, result) where amount.before > 0 || amount.after > 0 {
            bounds.tables = bounds.tables.saturating(plus: side)
        }
    }
}
