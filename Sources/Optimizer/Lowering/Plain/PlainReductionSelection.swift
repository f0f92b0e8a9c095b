import GraphIR
import PlanFormat

// Along some axes of a tensor.
extension Selection {
    mutating func lower(_ reduction: Reduction, _ node: Node) throws(Unsupported) {
        let view = try plainView(node.inputs[0])
        guard case .value(let source) = view.base else { throw Unsupported("it has no plain form") }
        let kind: PlainReduction.Kind =
            switch reduction.kind {
            case .mean: .mean
            case .sum: .sum
            case .maximum: .maximum
            case .minimum: .minimum
            }
        try addPlain(.reduction(PlainReduction(kind, PlainAxes(view, reducing: reduction.axes))), node, sources: [source])
    }

    mutating func lower(_ normalization: Normalization, _ node: Node) throws(Unsupported) {
        let view = try rowMajor(node.inputs[0])
        guard case .value(let source) = view.base else { throw Unsupported("it has no plain form") }
        let axes = PlainAxes(view, reducing: normalization.axes)
        try addPlain(.normalization(PlainNormalization(axes, epsilon: normalization.epsilon)), node, sources: [source])
    }

    mutating func lower(_ argument: ArgumentMaximum, _ node: Node) throws(Unsupported) {
        let source = try dense(node.inputs[0])
        let (outer, axis, inner) = try tensor(node.inputs[0]).1.split(at: argument.axis)
        let kernel = PlainArgumentMaximum(outer: outer, axis: axis, inner: inner, selectsLast: argument.selectsLast)
        try addPlain(.argumentMaximum(kernel), node, sources: [source])
    }

    mutating func lowerPlain(_ softmax: Softmax, _ node: Node) throws(Unsupported) {
        let source = try dense(node.inputs[0])
        let (outer, axis, inner) = try tensor(node.inputs[0]).1.split(at: softmax.axis)
        let kernel = PlainSoftmax(outer: outer, axis: axis, inner: inner, logarithm: softmax.logarithm)
        try addPlain(.softmax(kernel), node, sources: [source])
    }
}

extension [Int] {
    /// Elements in front of an axis, along it, and behind it.
    func split(at axis: Int) -> (outer: Int, axis: Int, inner: Int) {
        (self[..<axis].reduce(1, *), self[axis], self[(axis + 1)...].reduce(1, *))
    }
}

extension PlainAxes {
    fileprivate init(_ view: TensorView, reducing axes: [Int]) {
        let kept = view.shape.indices.filter { !axes.contains($0) }
        let outer = LoopNest(kept.map { view.shape[$0] }, [kept.map { view.strides[$0] }])
        let inner = LoopNest(axes.map { view.shape[$0] }, [axes.map { view.strides[$0] }])
        self.init(kept: outer.loop, outer.view(0, offset: view.offset), reduced: inner.loop, inner.view(0))
    }
}
