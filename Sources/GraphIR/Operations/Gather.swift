/// Takes slices of the data along an axis by their indices; negative ones count from the end.
/// Operands: data `[…A, n, B…]` of any element type, indices `[I…]` of i32 or i64. Result: `[…A, I…, B…]`.
public struct Gather: Hashable, Sendable {
    /// From 0; never negative in the IR.
    public var axis: Int
    public init(axis: Int) { self.axis = axis }
}

extension Gather: SingleResultOperation {
    static let kind = Operation.Kind.gather
    static let mnemonic = "gather"
    var operation: Operation { .gather(self) }

    var attributes: [String] {
        ["axis \(axis)"]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Gather {
        try scanner.expect(word: "axis")
        return Gather(axis: try scanner.integer())
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 2)
        try requireAxis(axis, of: operands[0])
        guard [.int32, .int64].contains(operands[1].element) else {
            throw GraphError("the indices have to be i32 or i64, not \(operands[1].element.rawValue)")
        }
        let shape = operands[0].shape
        let result = Array(shape[..<axis]) + operands[1].shape + Array(shape[(axis + 1)...])
        guard shape[axis] != 0 || result.contains(0) else { throw GraphError("there is nothing to take from 0 elements of axis \(axis)") }
        return TensorType(operands[0].element, result)
    }
}
