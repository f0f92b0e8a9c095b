/// Copies a part of each source to its place in the result. This serves transposing, slicing, repeating, joining and, with a
/// filler, padding with a constant.
public struct PlainCopy: Hashable, Sendable, PlainParameters {
    public struct Part: Hashable, Sendable {
        public var loop: PlainLoop
        public var source: PlainView
        public var result: PlainView

        public init(loop: PlainLoop, source: PlainView, result: PlainView) {
            self.loop = loop
            self.source = source
            self.result = result
        }
    }

    /// The bytes of an element with which the result is filled before the parts are copied, in the low bytes of this number.
    /// Nil if the parts cover all of the result.
    public var filler: UInt64?
    public var parts: [Part]

    public init(_ parts: [Part], filler: UInt64? = nil) {
        self.parts = parts
        self.filler = filler
    }

    private static let wordsPerPart = 26

    init(reading words: inout WordReader) throws(PlanError) {
        let fills = try words.flag("fills")
        let low = UInt64(try words.word())
        let bits = low | UInt64(try words.word()) << 32
        filler = fills ? bits : nil
        try require(fills || bits == 0, ".filler: \(bits), expected 0 where nothing is filled")
        parts = []
        while words.remaining >= Self.wordsPerPart {
            parts.append(Part(loop: try words.loop("loop"), source: try words.view(), result: try words.view()))
        }
    }

    func write(to out: inout WordWriter) {
        out.put(filler != nil)
        let bits = filler ?? 0
        out.words += [UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32)]
        for part in parts {
            out.put(part.loop)
            out.put(part.source)
            out.put(part.result)
        }
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(0...FileLayout.largestSourceCount)
        try require(
            parts.count == operands.sources.count, ": # parts, expected #", parts.count, operands.sources.count)
        var copied = 0
        for (part, source) in zip(parts, operands.sources) {
            try operands.requireElement(source, operands.result.element, "source")
            copied = copied.saturating(plus: try operands.requirePositions(part.loop, "loop"))
            try operands.requireInside(part.source, part.loop, source, "source")
            try operands.requireInside(part.result, part.loop, operands.result, "result")
            // Several threads copy a part together, so that no two of its positions may write the same element.
            try require(part.result.isInjective(over: part.loop), ".result: writes an element twice")
        }
        guard filler == nil else { return }
        try operands.requireCount(operands.result, copied, "result")
        try requireApart(operands)
    }

    /// Several parts without a filler must be tensors that are joined along an axis: each part writes equally many runs of
    /// elements, equally far apart, and the first run of each part begins where that of the part before ends. If the parts then
    /// have as many elements as the result, they cover it. If two parts overlapped, other elements of the result would keep
    /// what the arena held before.
    private func requireApart(_ operands: PlainOperands) throws(PlanError) {
        var (count, period, end) = (Int64(1), Int64(0), Int64(0))
        for part in parts where part.loop.positions > 0 && part.loop.positions < operands.result.elementCount {
            guard let runs = PlainRuns(part.result, over: part.loop) else {
                throw PlanError(.corrupt, ".result: a part does not write runs of elements")
            }
            if end == 0 { (count, period) = (runs.count, runs.period) }
            try require(
                runs.count == count && runs.period == period,
                ".result: a part writes # runs, # apart, expected #, # apart", Int(runs.count), Int(runs.period), Int(count), Int(period))
            try require(
                runs.first == end,
                ".result: a part begins at element #, expected #, where the last one ends", Int(runs.first), Int(end))
            end = runs.first + runs.length
        }
        try require(
            count == 1 || period == end,
            ".result: runs are # apart, expected #", Int(period), Int(end))
    }

    var movesElements: Bool { filler == nil }

    func work(_ operands: PlainOperands) -> Int64 {
        let filled = filler == nil ? 0 : operands.result.elementCount
        return Int64(clamping: parts.reduce(filled) { $0.saturating(plus: $1.loop.positions) })
    }
}

/// `count` runs of `length` elements each. The first run begins at the element `first`, and each begins `period` elements
/// behind the one before.
private struct PlainRuns {
    let first: Int64
    var length: Int64 = 1
    var count: Int64 = 1
    var period: Int64 = 0

    /// Nil if the view does not write such runs. The view must lie inside a tensor, so that nothing here overflows.
    init?(_ view: PlainView, over loop: PlainLoop) {
        first = Int64(view.offset)
        var axes: [(count: Int64, stride: Int64)] = []
        for axis in 0..<PlainTensor.largestRank where loop.counts[axis] > 1 {
            axes.append((Int64(loop.counts[axis]), Int64(view.strides[axis])))
        }
        sortByStride(&axes)
        for axis in axes {
            if count == 1, axis.stride == length {
                length *= axis.count
            } else if count == 1, axis.stride > length {
                (count, period) = (axis.count, axis.stride)
            } else if count > 1, axis.stride == count * period {
                count *= axis.count
            } else {
                return nil
            }
        }
    }
}
