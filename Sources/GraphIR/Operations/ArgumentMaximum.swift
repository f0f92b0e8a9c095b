/// The index of the largest element along an axis, i64; of several equal ones the first or the last. A NaN is never larger.
/// One operand of f32 or integers.
public struct ArgumentMaximum: Hashable, Sendable {
    /// From 0; never negative in the IR.
    public var axis: Int
    /// Whether the axis stays, with one element, or leaves the shape.
    public var keepsAxis: Bool
    /// Which of several equal elements is meant.
    public var selectsLast: Bool

    public init(axis: Int, keepsAxis: Bool = false, selectsLast: Bool = false) {
        self.axis = axis
        self.keepsAxis = keepsAxis
        self.selectsLast = selectsLast
    }
}

extension ArgumentMaximum: SingleResultOperation {
    static let kind = Operation.Kind.argumentMaximum
    static let mnemonic = "argument-maximum"
    var operation: Operation { .argumentMaximum(self) }

    var attributes: [String] {
        ["axis \(axis)"] + (keepsAxis ? ["keeping-axis"] : []) + (selectsLast ? ["selecting-last"] : [])
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> ArgumentMaximum {
        try scanner.expect(word: "axis")
        return ArgumentMaximum(
            axis: try scanner.integer(), keepsAxis: scanner.accept(word: "keeping-axis"),
            selectsLast: scanner.accept(word: "selecting-last"))
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireNumbers(operands[0], "the operand")
        try requireAxis(axis, of: operands[0])
        guard operands[0].shape[axis] != 0 else { throw GraphError("there is no largest of 0 elements of axis \(axis)") }
        return TensorType(.int64, operands[0].removing([axis], keeping: keepsAxis).shape)
    }
}
