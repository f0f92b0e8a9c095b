/// The positions, as int64, of the largest or smallest entries along the middle axis of [outer, axis, inner], in their order. The result
/// is [outer, count, inner].
public struct PlainTopPositions: Hashable, Sendable, PlainParameters {
    public var line: PlainLine
    public var count: Int
    public var largest: Bool

    public init(_ line: PlainLine, count: Int, largest: Bool) {
        self.line = line
        self.count = count
        self.largest = largest
    }

    init(reading words: inout WordReader) throws(PlanError) {
        line = try PlainLine(reading: &words)
        count = try words.count("count")
        largest = try words.flag("largest")
    }

    func write(to out: inout WordWriter) {
        line.write(to: &out)
        out.put(count)
        out.put(largest)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try require(operands.sources[0].element != .bool, ".source: elements are bool, expected numbers")
        try operands.requireElement(operands.result, .int64, "result")
        try require(count <= line.axis, ".count: # of # entries", count, line.axis)
        try operands.requireSides(operands.sources[0], line.sides, "source")
        try operands.requireSides(operands.result, line.sides(axis: count), "result")
    }

    /// Each entry is compared with the last of those that are kept, and goes among them by a heap.
    func work(_ operands: PlainOperands) -> Int64 {
        let steps = Int.bitWidth - count.leadingZeroBitCount
        return Int64(clamping: operands.sources[0].elementCount.saturating(times: max(steps, 1)))
    }
}
