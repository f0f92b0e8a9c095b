/// Converts elements to the result's type. From float32 towards zero, to the nearest that the type has, 0 for NaN; from
/// integer to integer modulo 2^bits; to bool whether it is not zero.
public struct PlainCast: Hashable, Sendable, PlainParameters {
    public init() {}

    init(reading words: inout WordReader) throws(PlanError) {}

    func write(to out: inout WordWriter) {}

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try operands.requireCount(operands.sources[0], operands.result.elementCount, "source")
    }
}
