/// The sums or products of all elements up to each one along an axis. One operand of f32 or integers, which wrap; one result of the
/// same type. Floats are added and multiplied in Double, each result rounded once.
public struct Cumulative: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case sum, product }
    public var kind: Kind
    /// From 0; never negative in the IR.
    public var axis: Int
    /// Whether an element takes no part in its own result, so that the first one is 0, or 1 of a product.
    public var isExclusive: Bool
    /// Whether the axis is gone through from its end.
    public var isReversed: Bool

    public init(_ kind: Kind, axis: Int, isExclusive: Bool = false, isReversed: Bool = false) {
        self.kind = kind
        self.axis = axis
        self.isExclusive = isExclusive
        self.isReversed = isReversed
    }
}

extension Cumulative: SingleResultOperation {
    static let kind = Operation.Kind.cumulative
    static let mnemonic = "cumulative"
    var operation: Operation { .cumulative(self) }

    var attributes: [String] {
        [kind.rawValue, "axis \(axis)"] + (isExclusive ? ["exclusive"] : []) + (isReversed ? ["reversed"] : [])
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Cumulative {
        let kind = try scanner.choice("a kind", Kind.allCases, \.rawValue)
        try scanner.expect(word: "axis")
        return Cumulative(
            kind, axis: try scanner.integer(), isExclusive: scanner.accept(word: "exclusive"),
            isReversed: scanner.accept(word: "reversed"))
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireNumbers(operands[0], "the operand")
        try requireAxis(axis, of: operands[0])
        return operands[0]
    }
}
