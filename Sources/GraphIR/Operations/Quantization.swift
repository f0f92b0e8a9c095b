/// x / scale, rounded to the nearest integer with ties to even, plus the zero point, saturating at the limits of the result's
/// element type. A NaN becomes the zero point.
///
/// Operands: x of f32, the scale of f32, and optionally the zero point, of the result's element type and the scale's shape,
/// otherwise 0. The scale has the shape that ``Quantization/axis`` asks for.
public struct Quantization: Hashable, Sendable {
    /// The axis of x along which the scale is a vector, from 0. Without it there is one scale, or one for each element: its
    /// shape is `[]`, `[1]` or that of x.
    public var axis: Int?
    /// u8, i8, u16 or i16.
    public var element: ElementType

    public init(axis: Int? = nil, to element: ElementType) {
        self.axis = axis
        self.element = element
    }
}

extension Quantization: SingleResultOperation {
    static let kind = Operation.Kind.quantization
    static let mnemonic = "quantization"
    var operation: Operation { .quantization(self) }

    var attributes: [String] {
        ["to \(element.rawValue)"] + axisText(axis)
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Quantization {
        let element = try scanner.resultElement()
        return Quantization(axis: try scanner.optionalAxis(), to: element)
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        guard (2...3).contains(operands.count) else { throw GraphError("it takes 2 or 3 operands, not \(operands.count)") }
        guard [.uint8, .int8, .uint16, .int16].contains(element) else {
            throw GraphError("it gives u8, i8, u16 or i16, not \(element.rawValue)")
        }
        try requireFloat(operands[0], "the first operand")
        try requireScale(Array(operands.dropFirst()), of: operands[0], axis: axis, quantized: element)
        return TensorType(element, operands[0].shape)
    }
}

/// Checks the scale and the zero point, if there is one, of a quantization of `tensor`.
func requireScale(
    _ operands: [TensorType], of tensor: TensorType, axis: Int?, quantized: ElementType
) throws(GraphError) {
    let scale = operands[0]
    try requireFloat(scale, "the scale")
    if let axis {
        try requireAxis(axis, of: tensor)
        try requireVector(scale, tensor.shape[axis], "the scale")
    } else {
        guard scale.shape.isEmpty || scale.shape == [1] || scale.shape == tensor.shape else {
            throw GraphError("the scale is \(scale); expected f32[] or \(TensorType(tensor.shape))")
        }
    }
    let expected = TensorType(quantized, scale.shape)
    if operands.count > 1, operands[1] != expected {
        throw GraphError("the zero point is \(operands[1]); expected \(expected)")
    }
}
