/// Connects two bool tensors, walked along a loop. Position after position of the loop makes the elements of the result.
public struct PlainLogic: Hashable, Sendable, PlainParameters {
    public enum Kind: UInt32, Hashable, Sendable, CaseIterable {
        case and = 0
        case or = 1
        case xor = 2
    }
    public var kind: Kind
    public var loop: PlainLoop
    public var left: PlainView
    public var right: PlainView

    public init(_ kind: Kind, loop: PlainLoop, left: PlainView, right: PlainView) {
        self.kind = kind
        self.loop = loop
        self.left = left
        self.right = right
    }

    init(reading words: inout WordReader) throws(PlanError) {
        kind = try words.code("kind")
        loop = try words.loop("loop")
        left = try words.view()
        right = try words.view()
    }

    func write(to out: inout WordWriter) {
        out.put(Int(kind.rawValue))
        out.put(loop)
        out.put(left)
        out.put(right)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(2...2)
        try operands.requireElement(operands.result, .bool, "result")
        for source in operands.sources { try operands.requireElement(source, .bool, "source") }
        try operands.requireCount(operands.result, try operands.requirePositions(loop, "loop"), "result")
        try operands.requireInside(left, loop, operands.sources[0], "left")
        try operands.requireInside(right, loop, operands.sources[1], "right")
    }
}
