/// The first source, [axis, inner], with the entries of the third one, [positions, inner], written over its own at the positions in the
/// second one (int64), or combined with them, in the order of the positions. A position outside the axis is passed over.
public struct PlainScatter: Hashable, Sendable, PlainParameters {
    public enum Kind: UInt32, Hashable, Sendable, CaseIterable {
        case replace = 0
        case add = 1
        case multiply = 2
        case minimum = 3
        case maximum = 4
    }
    public var kind: Kind
    public var axis: Int
    public var inner: Int

    public init(_ kind: Kind, axis: Int, inner: Int) {
        self.kind = kind
        self.axis = axis
        self.inner = inner
    }

    init(reading words: inout WordReader) throws(PlanError) {
        kind = try words.code("kind")
        axis = try words.count("axis")
        inner = try words.count("inner")
    }

    func write(to out: inout WordWriter) { out.put(Int(kind.rawValue), axis, inner) }

    var movesElements: Bool { kind == .replace }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(3...3)
        let (data, positions, updates) = (operands.sources[0], operands.sources[1], operands.sources[2])
        let element = operands.result.element
        try require(element != .bool || kind != .add && kind != .multiply, ".result: elements are bool, expected numbers")
        try operands.requireElement(data, element, "data")
        try operands.requireElement(positions, .int64, "positions")
        try operands.requireElement(updates, element, "updates")
        try operands.requireSides(data, [axis, inner], "data")
        try operands.requireSides(operands.result, [axis, inner], "result")
        try operands.requireSides(updates, [positions.elementCount, inner], "updates")
    }

    func work(_ operands: PlainOperands) -> Int64 {
        Int64(clamping: operands.result.elementCount.saturating(plus: operands.sources[2].elementCount))
    }
}
