/// Resizes along the middle axis of [outer, input, inner], in float32: each of the `output` entries is a weighted sum of `taps`
/// entries, plus a number. Constants: the positions of the taps, int32 [output, taps]; their weights, float32 [output, taps];
/// and what is added, float32 [output]. A position outside the axis stands for the nearest one inside.
public struct PlainResampling: Hashable, Sendable, PlainParameters {
    public var outer: Int
    public var input: Int
    public var inner: Int
    public var output: Int
    public var taps: Int

    public init(outer: Int, input: Int, inner: Int, output: Int, taps: Int) {
        self.outer = outer
        self.input = input
        self.inner = inner
        self.output = output
        self.taps = taps
    }

    init(reading words: inout WordReader) throws(PlanError) {
        outer = try words.count("outer")
        input = try words.number("input", through: FileLayout.largestElementCount)
        inner = try words.count("inner")
        output = try words.count("output")
        taps = try words.count("taps")
    }

    func write(to out: inout WordWriter) { out.put(outer, input, inner, output, taps) }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try operands.requireElement(operands.sources[0], .float32, "source")
        try operands.requireElement(operands.result, .float32, "result")
        try operands.requireSides(operands.sources[0], [outer, input, inner], "source")
        try operands.requireSides(operands.result, [outer, output, inner], "result")
        let entries = output.saturating(times: taps)
        try require(entries <= FileLayout.largestElementCount, ": # taps", entries)
    }

    func work(_ operands: PlainOperands) -> Int64 {
        Int64(clamping: operands.result.elementCount.saturating(times: max(taps, 1)))
    }

    /// Positions are integers.
    func weightType(ofConstant position: Int) -> WeightType? { position == 0 ? nil : .float32 }

    func constantByteCounts(_ operands: PlainOperands) -> [Int] {
        let table = output.saturating(times: taps).saturating(times: 4)
        return [table, table, output.saturating(times: 4)]
    }
}
