/// Matrix product over the last two axes with the leading ones broadcast; a dense layer is one with a constant
/// second operand `[Ci, Co]` and a bias.
/// Operands: `[…, M, K]`, `[…, K, N]`, then, with `hasBias`, the bias `[N]`. Result: `[…, M, N]`.
public struct MatrixMultiplication: Hashable, Sendable {
    public var hasBias: Bool
    public var activation: ElementwiseFunction?
    public init(hasBias: Bool = false, activation: ElementwiseFunction? = nil) {
        self.hasBias = hasBias
        self.activation = activation
    }
}

extension MatrixMultiplication: SingleResultOperation {
    static let kind = Operation.Kind.matrixMultiplication
    static let mnemonic = "matrix-multiplication"
    var operation: Operation { .matrixMultiplication(self) }

    var attributes: [String] {
        (hasBias ? ["bias"] : []) + thenText(activation)
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> MatrixMultiplication {
        MatrixMultiplication(hasBias: scanner.accept(word: "bias"), activation: try scanner.activation())
    }

    func multiplyAccumulates(operands: [TensorType], results: [TensorType]) -> Int? {
        guard let left = operands.first, left.rank > 0, let result = results.first else { return nil }
        return saturatingProduct(result.shape + [left.shape[left.rank - 1]], [])
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, hasBias ? 3 : 2)
        let left = operands[0]
        let right = operands[1]
        try requireFloat(left, "the first operand")
        try requireFloat(right, "the second operand")
        guard left.rank >= 2, right.rank >= 2 else { throw GraphError("both operands have to have at least 2 axes") }
        let columns = right.shape[right.rank - 1]
        let inner = (left.shape[left.rank - 1], right.shape[right.rank - 2])
        guard inner.0 == inner.1 else {
            throw GraphError("the first operand has \(inner.0) columns, the second \(inner.1) rows")
        }
        if hasBias { try requireVector(operands[2], columns, "the bias") }
        let leading = try broadcast(left.shape.dropLast(2), right.shape.dropLast(2))
        return TensorType(leading + [left.shape[left.rank - 2], columns])
    }
}
