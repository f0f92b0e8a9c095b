/// Dropout at inference: its operand, unchanged. Kept in the graph so that what was imported can be recognised.
public struct Dropout: Hashable, Sendable {
    /// The share of elements that training dropped.
    @BitwiseFloat public var rate: Float
    public init(rate: Float) { self.rate = rate }
}

extension Dropout {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireFloat(operands[0], "the operand")
        guard rate >= 0, rate <= 1 else { throw GraphError("the rate is \(rate); expected 0...1") }
        return operands[0]
    }
}
