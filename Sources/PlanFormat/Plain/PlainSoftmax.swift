/// The softmax e^(x − largest) / Σ along the middle axis of [outer, axis, inner], in float32; with `logarithm`, its logarithm.
public struct PlainSoftmax: Hashable, Sendable, PlainParameters {
    public var outer: Int
    public var axis: Int
    public var inner: Int
    public var logarithm: Bool

    public init(outer: Int, axis: Int, inner: Int, logarithm: Bool = false) {
        self.outer = outer
        self.axis = axis
        self.inner = inner
        self.logarithm = logarithm
    }

    init(reading words: inout WordReader) throws(PlanError) {
        outer = try words.count("outer")
        axis = try words.count("axis")
        inner = try words.count("inner")
        logarithm = try words.flag("logarithm")
    }

    func write(to out: inout WordWriter) {
        out.put(outer, axis, inner)
        out.put(logarithm)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        for tensor in [operands.sources[0], operands.result] {
            try operands.requireElement(tensor, .float32, "operand")
            try operands.requireSides(tensor, [outer, axis, inner], "operand")
        }
        // Kernels number the lines.
        try require(
            axis > 0 || operands.result.elementCount == 0 && outer.saturating(times: inner) <= FileLayout.largestElementCount,
            ": too many lines")
    }
}
