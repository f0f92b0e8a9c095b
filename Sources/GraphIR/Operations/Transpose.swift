/// Reorders the axes: axis i of the result is axis `permutation[i]` of the operand.
public struct Transpose: Hashable, Sendable {
    public var permutation: [Int]
    public init(_ permutation: [Int]) { self.permutation = permutation }
}

extension Transpose {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        guard permutation.sorted() == Array(operands[0].shape.indices) else {
            throw GraphError("\(permutation) is no permutation of \(operands[0].rank) axes")
        }
        return TensorType(operands[0].element, permutation.map { operands[0].shape[$0] })
    }
}
