/// Computes (x − mean) / √(variance + epsilon) in float32, where mean and variance are those of the reduced positions; the
/// variance is that of the population. The elements of the result lie where those of the source do.
public struct PlainNormalization: Hashable, Sendable, PlainParameters {
    public var axes: PlainAxes
    public var epsilon: Float

    public init(_ axes: PlainAxes, epsilon: Float) {
        self.axes = axes
        self.epsilon = epsilon
    }

    init(reading words: inout WordReader) throws(PlanError) {
        axes = try PlainAxes(reading: &words)
        epsilon = try words.float()
    }

    func write(to out: inout WordWriter) {
        axes.write(to: &out)
        out.put(epsilon)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try operands.requireElement(operands.sources[0], .float32, "source")
        try operands.requireElement(operands.result, .float32, "result")
        try operands.requireCount(operands.result, operands.sources[0].elementCount, "result")
        try axes.verify(operands)
        // Several threads normalize lines at the same time, and each writes its own line.
        try require(
            axes.isInjective,
            ": writes an element twice")
        let positions = axes.kept.positions.saturating(times: axes.reduced.positions)
        try operands.requireCount(operands.result, positions, "result")
    }

    func work(_ operands: PlainOperands) -> Int64 { axes.work.saturating(times: 3) }
}
