/// Element-wise arithmetic of two operands of one element type with NumPy's broadcasting (right-aligned sides, 1 stretches).
///
/// On integers results wrap, quotients are cut towards zero, and dividing by 0 gives 0, also where a power's exponent is negative
/// (1 / baseⁿ). They take no activation. Only integers have bits: their right shifts copy the sign of signed types, and a shift by a
/// negative number or by the type's width and more gives 0.
public struct Binary: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case add, subtract, multiply, divide, power, minimum, maximum
        /// x ≥ 0 ? x : slope·x, the slope being the second operand (He et al. 2015).
        case prelu
        /// The remainder of a division that is rounded down: it has the divisor's sign (Python's `%`).
        case modulo
        /// The remainder of a division that is cut towards zero: it has the dividend's sign (C's `%` and `fmod`). Exact for floats.
        case remainder
        case bitAnd = "bit-and"
        case bitOr = "bit-or"
        case bitXor = "bit-xor"
        case shiftLeft = "shift-left"
        case shiftRight = "shift-right"

        /// Whether it takes integers only.
        public var isOfBits: Bool {
            switch self {
            case .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight: true
            case .add, .subtract, .multiply, .divide, .power, .minimum, .maximum, .prelu, .modulo, .remainder: false
            }
        }
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
        if kind.isOfBits { try requireIntegers(operands[0], "the first operand") }
        if activation != nil { try requireFloat(operands[0], "the operand of a fused function") }
        return TensorType(operands[0].element, try broadcast(operands[0].shape[...], operands[1].shape[...]))
    }
}
