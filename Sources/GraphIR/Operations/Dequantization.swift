/// (x − zero point) · scale in f32.
///
/// Operands: x of u8, i8, u16, i16 or i32, the scale of f32, and optionally the zero point, of x's element type and the scale's shape,
/// otherwise 0. The difference is exact and is rounded to f32 before the product.
public struct Dequantization: Hashable, Sendable {
    /// As in ``Quantization/axis``.
    public var axis: Int?
    public init(axis: Int? = nil) { self.axis = axis }
}

extension Dequantization: SingleResultOperation {
    static let kind = Operation.Kind.dequantization
    static let mnemonic = "dequantization"
    var operation: Operation { .dequantization(self) }

    var attributes: [String] {
        axisText(axis)
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Dequantization {
        Dequantization(axis: try scanner.optionalAxis())
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        guard (2...3).contains(operands.count) else { throw GraphError("it takes 2 or 3 operands, not \(operands.count)") }
        guard [.uint8, .int8, .uint16, .int16, .int32].contains(operands[0].element) else {
            throw GraphError("the first operand has to be u8, i8, u16, i16 or i32, not \(operands[0].element.rawValue)")
        }
        try requireScale(Array(operands.dropFirst()), of: operands[0], axis: axis, quantized: operands[0].element)
        return TensorType(operands[0].shape)
    }
}
