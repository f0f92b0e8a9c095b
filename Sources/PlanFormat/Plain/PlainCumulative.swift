/// The sums or products of the entries up to each one along the middle axis of [outer, axis, inner], float32 in double precision and
/// integers modulo 2ⁿ.
public struct PlainCumulative: Hashable, Sendable, PlainParameters {
    public enum Kind: UInt32, Hashable, Sendable, CaseIterable {
        case sum = 0
        case product = 1
    }
    public var kind: Kind
    public var line: PlainLine
    /// Whether an entry takes no part in its own result.
    public var isExclusive: Bool
    /// Whether the axis is gone through from its end.
    public var isReversed: Bool

    public init(_ kind: Kind, _ line: PlainLine, isExclusive: Bool = false, isReversed: Bool = false) {
        self.kind = kind
        self.line = line
        self.isExclusive = isExclusive
        self.isReversed = isReversed
    }

    init(reading words: inout WordReader) throws(PlanError) {
        kind = try words.code("kind")
        line = try PlainLine(reading: &words)
        isExclusive = try words.flag("isExclusive")
        isReversed = try words.flag("isReversed")
    }

    func write(to out: inout WordWriter) {
        out.put(Int(kind.rawValue))
        line.write(to: &out)
        out.put(isExclusive)
        out.put(isReversed)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try require(operands.result.element != .bool, ".result: elements are bool, expected numbers")
        try operands.requireElement(operands.sources[0], operands.result.element, "source")
        try operands.requireSides(operands.sources[0], line.sides, "source")
        try operands.requireSides(operands.result, line.sides, "result")
    }
}
