/// Compares the elements of two tensors of one element type, with NumPy's broadcasting; the result is bool.
/// Comparisons with NaN are false. "Not equal" is ``Logical`` not of `.equal`.
public struct Comparison: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case equal, less, lessOrEqual, greater, greaterOrEqual }
    public var kind: Kind
    public init(_ kind: Kind) { self.kind = kind }
}

extension Comparison {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 2)
        try requireSameElement(operands[0], operands[1])
        return TensorType(.bool, try broadcast(operands[0].shape[...], operands[1].shape[...]))
    }
}
