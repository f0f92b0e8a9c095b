/// The position of the largest element along the middle axis of [outer, axis, inner], as int64. The result is [outer, inner].
public struct PlainArgumentMaximum: Hashable, Sendable, PlainParameters {
    public var line: PlainLine
    /// Whether the last of several equal elements is taken, and not the first.
    public var selectsLast: Bool

    public init(_ line: PlainLine, selectsLast: Bool = false) {
        self.line = line
        self.selectsLast = selectsLast
    }

    init(reading words: inout WordReader) throws(PlanError) {
        line = try PlainLine(reading: &words)
        selectsLast = try words.flag("selectsLast")
    }

    func write(to out: inout WordWriter) {
        line.write(to: &out)
        out.put(selectsLast)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try operands.requireElement(operands.result, .int64, "result")
        try operands.requireSides(operands.sources[0], line.sides, "source")
        try operands.requireSides(operands.result, line.sides(axis: 1), "result")
    }

    func work(_ operands: PlainOperands) -> Int64 {
        Int64(clamping: operands.sources[0].elementCount.saturating(plus: operands.result.elementCount))
    }
}
