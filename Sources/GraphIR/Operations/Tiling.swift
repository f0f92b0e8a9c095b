/// A tensor of any element type, several times one after another along each axis.
public struct Tiling: Hashable, Sendable {
    /// One number an axis.
    public var repeats: [Int]
    public init(_ repeats: [Int]) { self.repeats = repeats }
}

extension Tiling: SingleResultOperation {
    static let kind = Operation.Kind.tiling
    static let mnemonic = "tiling"
    var operation: Operation { .tiling(self) }

    var attributes: [String] {
        [listText("repeats", repeats)]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Tiling {
        Tiling(try scanner.integers(word: "repeats"))
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { true }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        let operand = operands[0]
        guard repeats.count == operand.rank else { throw GraphError("\(repeats.count) repeats for \(operand.rank) axes") }
        var shape: [Dimension] = []
        for (axis, factor) in repeats.enumerated() {
            try requireRange(factor, from: 0, "the number of repeats along axis \(axis)")
            shape.append(operand.shape[axis] * factor)
        }
        return TensorType(operand.element, shape)
    }
}
