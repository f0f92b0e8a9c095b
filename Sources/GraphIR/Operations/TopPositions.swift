/// The positions along an axis, i64, of its largest or smallest elements: the first of them first, and of equal ones the lower position.
/// A NaN is larger than every number, and −0 equals 0. One operand of f32 or integers, in whose shape the axis gets `count` elements.
public struct TopPositions: Hashable, Sendable {
    /// From 0; never negative in the IR.
    public var axis: Int
    /// At most the elements of the axis.
    public var count: Int
    /// Whether the largest elements are meant, or else the smallest.
    public var largest: Bool

    public init(axis: Int, count: Int, largest: Bool) {
        self.axis = axis
        self.count = count
        self.largest = largest
    }
}

extension TopPositions: SingleResultOperation {
    static let kind = Operation.Kind.topPositions
    static let mnemonic = "top-positions"
    var operation: Operation { .topPositions(self) }

    var attributes: [String] { ["axis \(axis)", "count \(count)", largest ? "largest" : "smallest"] }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> TopPositions {
        try scanner.expect(word: "axis")
        let axis = try scanner.integer()
        try scanner.expect(word: "count")
        let count = try scanner.integer()
        let end = try scanner.choice("an end", [true, false]) { $0 ? "largest" : "smallest" }
        return TopPositions(axis: axis, count: count, largest: end)
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireNumbers(operands[0], "the operand")
        try requireAxis(axis, of: operands[0])
        // The length of an axis with symbols is known when these are bound, and the rule is asked again.
        let most = operands[0].shape[axis].constant ?? Int(Int32.max)
        guard (0...most).contains(count) else { throw GraphError("\(count) of the \(operands[0].shape[axis]) elements of axis \(axis)") }
        var shape = operands[0].shape
        shape[axis] = Dimension(count)
        return TensorType(.int64, shape)
    }
}
