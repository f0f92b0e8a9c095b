/// Reorders the axes: axis i of the result is axis `permutation[i]` of the operand.
public struct Transpose: Hashable, Sendable {
    public var permutation: [Int]
    public init(_ permutation: [Int]) { self.permutation = permutation }
}

extension Transpose: SingleResultOperation {
    static let kind = Operation.Kind.transpose
    static let mnemonic = "transpose"
    var operation: Operation { .transpose(self) }

    var attributes: [String] {
        [listText("permutation", permutation)]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Transpose {
        Transpose(try scanner.integers(word: "permutation"))
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { permutation == Array(permutation.indices) }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        guard permutation.sorted() == Array(operands[0].shape.indices) else {
            throw GraphError("\(permutation) is no permutation of \(operands[0].rank) axes")
        }
        return TensorType(operands[0].element, permutation.map { operands[0].shape[$0] })
    }
}
