/// Reduces a tensor. Each position of the loop `kept` makes an element of the result, in order, from all positions of the loop
/// `reduced`. Sums are formed one after the other, in double precision or with 64 bits.
public struct PlainReduction: Hashable, Sendable, PlainParameters {
    public enum Kind: UInt32, Hashable, Sendable, CaseIterable {
        case mean = 0
        case sum = 1
        case maximum = 2
        case minimum = 3
        case product = 4
    }
    public var kind: Kind
    public var axes: PlainAxes

    public init(_ kind: Kind, _ axes: PlainAxes) {
        self.kind = kind
        self.axes = axes
    }

    init(reading words: inout WordReader) throws(PlanError) {
        kind = try words.code("kind")
        axes = try PlainAxes(reading: &words)
    }

    func write(to out: inout WordWriter) {
        out.put(Int(kind.rawValue))
        axes.write(to: &out)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try operands.requireElement(operands.sources[0], operands.result.element, "source")
        try require(
            operands.result.element != .bool || kind == .maximum || kind == .minimum,
            ".result: elements are bool, expected numbers")
        try operands.requireCount(operands.result, try operands.requirePositions(axes.kept, "kept"), "result")
        try axes.verify(operands)
    }

    func work(_ operands: PlainOperands) -> Int64 { axes.work }
}

/// The axes of a tensor, split into those that are kept and those that are reduced. An element of the tensor lies at the sum of
/// what both views give.
public struct PlainAxes: Hashable, Sendable {
    public var kept: PlainLoop
    public var keptView: PlainView
    public var reduced: PlainLoop
    public var reducedView: PlainView

    public init(kept: PlainLoop, _ keptView: PlainView, reduced: PlainLoop, _ reducedView: PlainView) {
        self.kept = kept
        self.keptView = keptView
        self.reduced = reduced
        self.reducedView = reducedView
    }

    init(reading words: inout WordReader) throws(PlanError) {
        kept = try words.loop("kept")
        keptView = try words.view()
        reduced = try words.loop("reduced")
        reducedView = try words.view()
    }

    func write(to out: inout WordWriter) {
        out.put(kept)
        out.put(keptView)
        out.put(reduced)
        out.put(reducedView)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        let kept = try operands.requirePositions(kept, "kept")
        let reduced = try operands.requirePositions(reduced, "reduced")
        if kept == 0 || reduced == 0 { return }
        guard let reach = keptView.reach(over: self.kept) else {
            throw PlanError(.corrupt, ".kept: its strides overflow")
        }
        try operands.requireInside(reducedView.reach(over: self.reduced, from: reach), operands.sources[0], "source")
    }

    /// Whether no two positions are the same element, with the same limits as ``PlainView/isInjective(over:)``.
    var isInjective: Bool {
        if kept.positions == 0 || reduced.positions == 0 { return true }
        var axes: [(count: Int64, stride: Int64)] = []
        for axis in 0..<PlainTensor.largestRank {
            if kept.counts[axis] > 1 { axes.append((Int64(kept.counts[axis]), abs(Int64(keptView.strides[axis])))) }
            if reduced.counts[axis] > 1 { axes.append((Int64(reduced.counts[axis]), abs(Int64(reducedView.strides[axis])))) }
        }
        return areNested(&axes)
    }

    var work: Int64 { Int64(clamping: kept.positions.saturating(times: max(reduced.positions, 1))) }
}
