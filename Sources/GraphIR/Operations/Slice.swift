/// Takes along each axis every `step`-th element from a first one on. One operand of any element type; the result's sides
/// are the counts.
public struct Slice: Hashable, Sendable {
    /// What is taken along one axis.
    public struct Axis: Hashable, Sendable {
        /// Index of the first element taken, from 0; of the last one of an axis where `step` is negative and all are taken.
        public var start: Dimension
        /// From one element taken to the next; negative backwards, never 0.
        public var step: Int
        /// How many elements are taken.
        public var count: Dimension

        public init(start: Dimension = 0, step: Int = 1, count: Dimension) {
            self.start = start
            self.step = step
            self.count = count
        }
    }
    /// One range an axis.
    public var axes: [Axis]
    public init(_ axes: [Axis]) { self.axes = axes }
}

extension Slice: SingleResultOperation {
    static let kind = Operation.Kind.slice
    static let mnemonic = "slice"
    var operation: Operation { .slice(self) }

    var attributes: [String] {
        ["ranges [\(axes.map(\.text).joined(separator: ", "))]"]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Slice {
        try scanner.expect(word: "ranges")
        return Slice(try scanner.list(in: "[", "]") { scanner throws(TextError) in try Axis(&scanner) })
    }

    func substituting(_ bindings: [String: Dimension]) -> Slice {
        Slice(
            axes.map {
                Axis(start: $0.start.substituting(bindings), step: $0.step, count: $0.count.substituting(bindings))
            })
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { axes.allSatisfy { $0.start == 0 && $0.step == 1 } }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        let operand = operands[0]
        guard axes.count == operand.rank else { throw GraphError("\(axes.count) ranges for \(operand.rank) axes") }
        for (axis, range) in axes.enumerated() { try range.check(axis, side: operand.shape[axis]) }
        return TensorType(operand.element, axes.map(\.count))
    }
}

extension Slice.Axis {
    /// Throws where the first or the last element lies outside. What depends on symbols is checked when they are numbers.
    fileprivate func check(_ axis: Int, side: Dimension) throws(GraphError) {
        guard step != 0, step.magnitude <= UInt(Limits.side) else {
            throw GraphError("the step along axis \(axis) is \(step), 0 or beyond \(Limits.side)")
        }
        if start.constant == nil { try TensorType([start]).checkBounds() }
        let last = count == 0 ? start : start + (count - 1) * step
        // Where nothing is taken, the first element may be the one behind the last.
        let side = count == 0 ? side + 1 : side
        for index in [start, last] {
            let isBefore = index.constant.map { $0 < 0 } ?? false
            let isBehind = (side - 1 - index).constant.map { $0 < 0 } ?? false
            guard !isBefore, !isBehind else {
                throw GraphError("elements \(start) to \(last) of axis \(axis), which has \(side)")
            }
        }
    }
}

extension Slice.Axis {
    /// `2 count 3 step -1`
    fileprivate var text: String { "\(start) count \(count)" + (step == 1 ? "" : " step \(step)") }

    fileprivate init(_ scanner: inout TextScanner) throws(TextError) {
        let start = try scanner.dimension()
        try scanner.expect(word: "count")
        let count = try scanner.dimension()
        self.init(start: start, step: scanner.accept(word: "step") ? try scanner.integer() : 1, count: count)
    }
}
