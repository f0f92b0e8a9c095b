/// Element-wise arithmetic of two operands of one element type with NumPy's broadcasting (right-aligned sides, 1 stretches).
///
/// On integers results wrap, quotients are cut towards zero, and dividing by 0 gives 0, also where a power's exponent is negative
/// (1 / baseⁿ). They take no activation.
public struct Binary: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case add, subtract, multiply, divide, power, minimum, maximum
        /// x ≥ 0 ? x : slope·x, the slope being the second operand (He et al. 2015).
        case prelu
    }
    public var kind: Kind
    /// Fused behind the arithmetic.
    public var activation: ElementwiseFunction?
    public init(_ kind: Kind, activation: ElementwiseFunction? = nil) {
        self.kind = kind
        self.activation = activation
    }
}

extension Binary: SingleResultOperation {
    static let kind = Operation.Kind.binary
    static let mnemonic = "binary"
    static let keywords = Kind.allCases.map(\.rawValue)
    var keyword: String { kind.rawValue }
    var operation: Operation { .binary(self) }

    var attributes: [String] {
        thenText(activation)
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Binary {
        guard let kind = Kind(rawValue: keyword) else { throw scanner.error("'\(keyword)' is no arithmetic") }
        return Binary(kind, activation: try scanner.activation())
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 2)
        try requireNumbers(operands[0], "the first operand")
        try requireSameElement(operands[0], operands[1])
        if activation != nil { try requireFloat(operands[0], "the operand of a fused function") }
        return TensorType(operands[0].element, try broadcast(operands[0].shape[...], operands[1].shape[...]))
    }
}
