/// Takes the element of the second source where the first, a bool tensor, is true, and that of the third where it is false.
public struct PlainSelection: Hashable, Sendable, PlainParameters {
    public var loop: PlainLoop
    public var condition: PlainView
    public var whenTrue: PlainView
    public var whenFalse: PlainView

    public init(loop: PlainLoop, condition: PlainView, whenTrue: PlainView, whenFalse: PlainView) {
        self.loop = loop
        self.condition = condition
        self.whenTrue = whenTrue
        self.whenFalse = whenFalse
    }

    init(reading words: inout WordReader) throws(PlanError) {
        loop = try words.loop("loop")
        condition = try words.view()
        whenTrue = try words.view()
        whenFalse = try words.view()
    }

    func write(to out: inout WordWriter) {
        out.put(loop)
        out.put(condition)
        out.put(whenTrue)
        out.put(whenFalse)
    }

    var movesElements: Bool { true }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(3...3)
        try operands.requireElement(operands.sources[0], .bool, "condition")
        try operands.requireElement(operands.sources[1], operands.result.element, "whenTrue")
        try operands.requireElement(operands.sources[2], operands.result.element, "whenFalse")
        try operands.requireCount(operands.result, try operands.requirePositions(loop, "loop"), "result")
        try operands.requireInside(condition, loop, operands.sources[0], "condition")
        try operands.requireInside(whenTrue, loop, operands.sources[1], "whenTrue")
        try operands.requireInside(whenFalse, loop, operands.sources[2], "whenFalse")
    }
}
