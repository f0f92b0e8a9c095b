/// A function of each element, float32.
public struct PlainElementwise: Hashable, Sendable, PlainParameters {
    public var function: Activation
    public init(_ function: Activation) { self.function = function }

    init(reading words: inout WordReader) throws(PlanError) { function = try words.activation() }

    func write(to out: inout WordWriter) { out.put(function) }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        try operands.requireElement(operands.sources[0], .float32, "source")
        try operands.requireElement(operands.result, .float32, "result")
        try operands.requireCount(operands.sources[0], operands.result.elementCount, "source")
    }
}
