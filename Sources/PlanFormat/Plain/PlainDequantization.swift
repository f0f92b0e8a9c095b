/// Computes (x − zero point) · scale, in float32. Sources: x (uint8, int8 or int32), of the result's size; the scale (float32);
/// and optionally the zero point, of x's type, which is 0 if it is missing. Position after position of the loop is an element
/// of x and of the result.
public struct PlainDequantization: Hashable, Sendable, PlainParameters {
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
        let source = operands.sources[0]
        try require(
            [.uint8, .int8, .uint16, .int16, .int32].contains(source.element),
            ".source: elements are \(source.element.name), expected uint8, int8, uint16, int16 or int32")
        try operands.requireElement(operands.result, .float32, "result")
        try operands.requireElement(operands.sources[1], .float32, "scale")
        try operands.requireCount(source, operands.result.elementCount, "source")
        try operands.requireCount(operands.result, try operands.requirePositions(loop, "loop"), "result")
        try operands.requireInside(scale, loop, operands.sources[1], "scale")
        guard operands.sources.count == 3 else { return }
        try operands.requireElement(operands.sources[2], source.element, "zeroPoint")
        try operands.requireInside(zeroPoint, loop, operands.sources[2], "zeroPoint")
    }
}
