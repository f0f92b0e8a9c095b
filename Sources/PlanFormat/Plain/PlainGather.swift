/// Takes the entries of the first source, [outer, axis, inner], whose indices along the middle axis are in the second source
/// (int32 or int64). The result is [outer, indices, inner]. A negative index counts from the end; one that is still outside
/// stands for the nearest index inside.
public struct PlainGather: Hashable, Sendable, PlainParameters {
    public var line: PlainLine

    public init(_ line: PlainLine) {
        self.line = line
    }

    init(reading words: inout WordReader) throws(PlanError) {
        line = try PlainLine(reading: &words)
    }

    func write(to out: inout WordWriter) { line.write(to: &out) }

    var movesElements: Bool { true }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(2...2)
        let (data, indices) = (operands.sources[0], operands.sources[1])
        try operands.requireElement(data, operands.result.element, "data")
        try require(
            indices.element == .int32 || indices.element == .int64,
            ".indices: elements are \(indices.element.name), expected int32 or int64")
        try operands.requireSides(data, line.sides, "data")
        try operands.requireSides(operands.result, line.sides(axis: indices.elementCount), "result")
        try require(
            line.axis > 0 || operands.result.elementCount == 0, ".axis: 0 entries, a result of some needs one")
    }
}
