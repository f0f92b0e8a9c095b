/// Copies parts, one from each source, to their places in the result. Serves transposing, slicing, repeating, joining and,
/// with a filler, padding with a constant.
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

    /// The low bytes of an element that the result is filled with before the parts are copied; nil where the parts have
    /// as many elements as the result.
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
        try require(fills || bits == 0, "\(words.place).filler: \(bits), expected 0 where nothing is filled")
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
            parts.count == operands.sources.count, "\(operands.place): \(parts.count) parts, expected \(operands.sources.count)")
        var copied = 0
        for (part, source) in zip(parts, operands.sources) {
            try operands.requireElement(source, operands.result.element, "source")
            copied = copied.saturating(plus: try operands.requirePositions(part.loop, "loop"))
            try operands.requireInside(part.source, part.loop, source, "source")
            try operands.requireInside(part.result, part.loop, operands.result, "result")
            // Threads share a part.
            try require(part.result.isInjective(over: part.loop), "\(operands.place).result: writes an element twice")
        }
        if filler == nil { try operands.requireCount(operands.result, copied, "result") }
    }

    func work(_ operands: PlainOperands) -> Int64 {
        let filled = filler == nil ? 0 : operands.result.elementCount
        return Int64(clamping: parts.reduce(filled) { $0.saturating(plus: $1.loop.positions) })
    }
}
