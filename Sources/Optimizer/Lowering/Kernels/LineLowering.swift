import GraphIR
import PlanFormat

// Along one axis of a tensor.

extension ArgumentMaximum: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let (source, line) = try builder.line(node.inputs[0], along: axis)
        try builder.addPlain(.argumentMaximum(PlainArgumentMaximum(line, selectsLast: selectsLast)), node, sources: [source])
    }
}

extension Cumulative: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let (source, line) = try builder.line(node.inputs[0], along: axis)
        let kernel = PlainCumulative(kind == .sum ? .sum : .product, line, isExclusive: isExclusive, isReversed: isReversed)
        try builder.addPlain(.cumulative(kernel), node, sources: [source])
    }
}

extension TopPositions: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let (source, line) = try builder.line(node.inputs[0], along: axis)
        try builder.addPlain(.topPositions(PlainTopPositions(line, count: count, largest: largest)), node, sources: [source])
    }
}

extension PlanBuilder {
    /// A tensor with its elements one after another, taken along one of its axes.
    mutating func line(_ value: ValueID, along axis: Int) throws(Unsupported) -> (source: PlanValueID, line: PlainLine) {
        let source = try dense(value)
        return (source, try tensor(value).1.line(along: axis))
    }
}

extension [Int] {
    func line(along axis: Int) -> PlainLine {
        PlainLine(outer: self[..<axis].reduce(1, *), axis: self[axis], inner: self[(axis + 1)...].reduce(1, *))
    }
}
