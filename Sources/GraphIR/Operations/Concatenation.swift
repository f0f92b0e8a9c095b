/// Joins one or more operands along an axis; the other sides agree.
public struct Concatenation: Hashable, Sendable {
    /// From 0; never negative in the IR.
    public var axis: Int
    public init(axis: Int) { self.axis = axis }
}

extension Concatenation: SingleResultOperation {
    static let kind = Operation.Kind.concatenation
    static let mnemonic = "concatenation"
    var operation: Operation { .concatenation(self) }

    var attributes: [String] {
        ["axis \(axis)"]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Concatenation {
        try scanner.expect(word: "axis")
        return Concatenation(axis: try scanner.integer())
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { operandCount == 1 }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        guard var joined = operands.first else { throw GraphError("it takes at least one operand") }
        try requireAxis(axis, of: joined)
        for operand in operands.dropFirst() {
            guard operand.element == joined.element, operand.rank == joined.rank else {
                throw GraphError("\(operand) and \(operands[0]) differ in element or rank")
            }
            for other in joined.shape.indices where other != axis && operand.shape[other] != joined.shape[other] {
                throw GraphError("\(operand) and \(operands[0]) differ in axis \(other); only axis \(axis) may differ")
            }
            joined.shape[axis] = joined.shape[axis] + operand.shape[axis]
            try joined.checkBounds()
        }
        return joined
    }
}
