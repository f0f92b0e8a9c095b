/// The position of the largest element along the middle axis of [outer, axis, inner], as int64. The result is [outer, inner].
public struct PlainArgumentMaximum: Hashable, Sendable, PlainParameters {
    public var outer: Int
    public var axis: Int
    public var inner: Int
    /// Whether the last of several equal elements is taken, and not the first.
    public var selectsLast: Bool

    public init(outer: Int, axis: Int, inner: Int, selectsLast: Bool = false) {
        self.outer = outer
        self.axis = axis
        self.inner = inner
        self.selectsLast = selectsLast
    }

    init(reading words: inout WordReader) throws(PlanError) {
        outer = try words.count("outer")
        axis = try words.count("axis")
        inner = try words.count("inner")
        selectsLast = try words.flag("selectsLast")
    }

    func write(to out: inout WordWriter) {
        out.put(outer, axis, inner)
        out.put(selectsLast)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try operands.requireElement(operands.result, .int64, "result")
        try operands.requireSides(operands.sources[0], [outer, axis, inner], "source")
        try operands.requireSides(operands.result, [outer, inner], "result")
    }

    func work(_ operands: PlainOperands) -> Int64 {
        Int64(clamping: operands.sources[0].elementCount.saturating(plus: operands.result.elementCount))
    }
}
