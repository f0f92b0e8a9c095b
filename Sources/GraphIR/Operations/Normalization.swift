/// (x − mean) / √(variance + epsilon) with the mean and the variance (of the population) of all elements along some axes.
/// One f32 operand, one result of the same type. Scale and bias follow as ``Binary`` operations. Instance, layer and group
/// normalization (Ulyanov et al. 2016, Ba et al. 2016, Wu and He 2018) differ in their axes.
public struct Normalization: Hashable, Sendable {
    /// Ascending, each once, at least one.
    public var axes: [Int]
    @BitwiseFloat public var epsilon: Float

    public init(axes: [Int], epsilon: Float) {
        self.axes = axes
        self.epsilon = epsilon
    }
}

extension Normalization: SingleResultOperation {
    static let kind = Operation.Kind.normalization
    static let mnemonic = "normalization"
    var operation: Operation { .normalization(self) }

    var attributes: [String] {
        [listText("axes", axes), "epsilon \(spelling(epsilon))"]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Normalization {
        let axes = try scanner.integers(word: "axes")
        try scanner.expect(word: "epsilon")
        return Normalization(axes: axes, epsilon: try scanner.float())
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireFloat(operands[0], "the operand")
        try requireAxes(axes, of: operands[0])
        guard !axes.isEmpty else { throw GraphError("it has no axes") }
        guard epsilon >= 0, epsilon.isFinite else { throw GraphError("epsilon is \(epsilon); expected 0 or more") }
        return operands[0]
    }
}
