/// Repeats a tensor of any element type along the axes where it has one element, and in front, as NumPy's broadcasting of
/// its shape with another shape asks for (ONNX's Expand). The result has the shape that both broadcast to.
public struct Expansion: Hashable, Sendable {
    public var shape: [Dimension]
    public init(to shape: [Dimension]) { self.shape = shape }
}

extension Expansion: SingleResultOperation {
    static let kind = Operation.Kind.expansion
    static let mnemonic = "expansion"
    var operation: Operation { .expansion(self) }

    var attributes: [String] {
        ["to [\(shape.map(\.description).joined(separator: ", "))]"]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Expansion {
        try scanner.expect(word: "to")
        return Expansion(to: try scanner.list(in: "[", "]") { scanner throws(TextError) in try scanner.dimension() })
    }

    func substituting(_ bindings: [String: Dimension]) -> Expansion {
        Expansion(to: shape.map { $0.substituting(bindings) })
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { true }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try TensorType(operands[0].element, shape).checkBounds()
        return TensorType(operands[0].element, try broadcast(operands[0].shape[...], shape[...]))
    }
}
