/// Dropout at inference: its operand, unchanged. Kept in the graph so that what was imported can be recognised.
public struct Dropout: Hashable, Sendable {
    /// The share of elements that training dropped.
    @BitwiseFloat public var rate: Float
    public init(rate: Float) { self.rate = rate }
}

extension Dropout: SingleResultOperation {
    static let kind = Operation.Kind.dropout
    static let mnemonic = "dropout"
    var operation: Operation { .dropout(self) }

    var attributes: [String] {
        ["rate \(spelling(rate))"]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Dropout {
        try scanner.expect(word: "rate")
        return Dropout(rate: try scanner.float())
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { true }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireFloat(operands[0], "the operand")
        guard rate >= 0, rate <= 1 else { throw GraphError("the rate is \(rate); expected 0...1") }
        return operands[0]
    }
}
