/// The softmax e^(x − largest) / Σ along the middle axis of [outer, axis, inner], in float32; with `logarithm`, its logarithm.
public struct PlainSoftmax: Hashable, Sendable, PlainParameters {
    public var line: PlainLine
    public var logarithm: Bool

    public init(_ line: PlainLine, logarithm: Bool = false) {
        self.line = line
        self.logarithm = logarithm
    }

    init(reading words: inout WordReader) throws(PlanError) {
        line = try PlainLine(reading: &words)
        logarithm = try words.flag("logarithm")
    }

    func write(to out: inout WordWriter) {
        line.write(to: &out)
        out.put(logarithm)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        for tensor in [operands.sources[0], operands.result] {
            try operands.requireElement(tensor, .float32, "operand")
            try operands.requireSides(tensor, line.sides, "operand")
        }
        // Kernels number the lines.
        try require(
            line.axis > 0
                || operands.result.elementCount == 0 && line.outer.saturating(times: line.inner) <= FileLayout.largestElementCount,
            ": too many lines")
    }
}
