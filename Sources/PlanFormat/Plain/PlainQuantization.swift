/// Computes round(x / scale) + zero point, with halves to the even neighbour, and then takes the nearest number that the
/// result's type (uint8 or int8) has. Sources: x, float32, of the result's size; the scale, float32; and optionally the zero
/// point, of the result's type, which is 0 if it is missing. Position after position of the loop is an element of x and of the
/// result.
public struct PlainQuantization: Hashable, Sendable, PlainParameters {
    public var loop: PlainLoop
    public var scale: PlainView
    public var zeroPoint: PlainView

    public init(loop: PlainLoop, scale: PlainView, zeroPoint: PlainView = PlainView()) {
        self.loop = loop
        self.scale = scale
        self.zeroPoint = zeroPoint
    }

    init(reading words: inout WordReader) throws(PlanError) {
        loop = try words.loop("loop")
        scale = try words.view()
        zeroPoint = try words.view()
    }

    func write(to out: inout WordWriter) {
        out.put(loop)
        out.put(scale)
        out.put(zeroPoint)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(2...3)
        let result = operands.result
        try require(
            [.uint8, .int8, .uint16, .int16].contains(result.element),
            ".result: elements are \(result.element.name), expected uint8, int8, uint16 or int16")
        try operands.requireElement(operands.sources[0], .float32, "source")
        try operands.requireElement(operands.sources[1], .float32, "scale")
        try operands.requireCount(operands.sources[0], result.elementCount, "source")
        try operands.requireCount(result, try operands.requirePositions(loop, "loop"), "result")
        try operands.requireInside(scale, loop, operands.sources[1], "scale")
        guard operands.sources.count == 3 else { return }
        try operands.requireElement(operands.sources[2], result.element, "zeroPoint")
        try operands.requireInside(zeroPoint, loop, operands.sources[2], "zeroPoint")
    }
}
