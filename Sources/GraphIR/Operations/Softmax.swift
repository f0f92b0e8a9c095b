/// e^(x − max) / Σ e^(x − max) along one axis, or its logarithm, x − max − log Σ e^(x − max). One operand, one result of the
/// same type.
public struct Softmax: Hashable, Sendable {
    /// From 0; never negative in the IR.
    public var axis: Int
    /// Whether the result is the logarithm (ONNX's LogSoftmax).
    public var logarithm: Bool
    public init(axis: Int, logarithm: Bool = false) {
        self.axis = axis
        self.logarithm = logarithm
    }
}

extension Softmax: SingleResultOperation {
    static let kind = Operation.Kind.softmax
    static let mnemonic = "softmax"
    var operation: Operation { .softmax(self) }

    var attributes: [String] {
        ["axis \(axis)"] + (logarithm ? ["logarithm"] : [])
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Softmax {
        try scanner.expect(word: "axis")
        return Softmax(axis: try scanner.integer(), logarithm: scanner.accept(word: "logarithm"))
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireFloat(operands[0], "the operand")
        try requireAxis(axis, of: operands[0])
        return operands[0]
    }
}
