/// Compares the elements of two tensors of one element type, with NumPy's broadcasting; the result is bool.
/// Comparisons with NaN are false. "Not equal" is ``Logical`` not of `.equal`.
public struct Comparison: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case equal, less, lessOrEqual, greater, greaterOrEqual }
    public var kind: Kind
    public init(_ kind: Kind) { self.kind = kind }
}

extension Comparison: SingleResultOperation {
    static let kind = Operation.Kind.comparison
    static let mnemonic = "comparison"
    var operation: Operation { .comparison(self) }

    var attributes: [String] {
        [kebabCase(kind.rawValue)]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Comparison {
        Comparison(try scanner.choice("a kind", Kind.allCases) { kebabCase($0.rawValue) })
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 2)
        try requireSameElement(operands[0], operands[1])
        return TensorType(.bool, try broadcast(operands[0].shape[...], operands[1].shape[...]))
    }
}
