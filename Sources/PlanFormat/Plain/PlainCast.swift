/// Converts elements to the result's type. To an integer a float is rounded towards zero, then to the nearest number that the type has; NaN
/// becomes 0. To a float a number is rounded once, to the nearest and ties to even. An integer becomes another type of integer modulo
/// 2^bits. To bool, a number becomes whether it is not zero.
public struct PlainCast: Hashable, Sendable, PlainParameters {
    public init() {}

    init(reading words: inout WordReader) throws(PlanError) {}

    func write(to out: inout WordWriter) {}

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try operands.requireCount(operands.sources[0], operands.result.elementCount, "source")
    }
}
