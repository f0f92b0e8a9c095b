/// Converts each element to another type. One operand, one result of the same shape.
///
/// From a float to an integer: towards zero, saturating at the type's limits, NaN becoming 0. Between integers: the low bits.
/// To bool: whether the element differs from 0 (NaN does). From bool: 0 or 1. To a float: rounded once to the nearest, ties to even; what
/// is beyond the type's range becomes infinite.
public struct Cast: Hashable, Sendable {
    public var element: ElementType
    public init(to element: ElementType) { self.element = element }
}

extension Cast: SingleResultOperation {
    static let kind = Operation.Kind.cast
    static let mnemonic = "cast"
    static let takesStorageTypes = true
    var operation: Operation { .cast(self) }

    var attributes: [String] {
        ["to \(element.rawValue)"]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Cast {
        Cast(to: try scanner.resultElement())
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { true }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        return TensorType(element, operands[0].shape)
    }
}
