/// One number of all the elements along some axes.
///
/// Mean, sum and product take f32 and integers, whose sums and products wrap and whose means are cut towards zero; maximum and minimum
/// take bool as well.
public struct Reduction: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case mean, sum, maximum, minimum, product }
    public var kind: Kind
    /// Ascending, each once; none leaves every element as it is.
    public var axes: [Int]
    /// Whether the axes stay, with one element, or leave the shape.
    public var keepsAxes: Bool

    public init(_ kind: Kind, axes: [Int], keepsAxes: Bool = false) {
        self.kind = kind
        self.axes = axes
        self.keepsAxes = keepsAxes
    }
}

extension Reduction: SingleResultOperation {
    static let kind = Operation.Kind.reduction
    static let mnemonic = "reduction"
    var operation: Operation { .reduction(self) }

    var attributes: [String] {
        [kind.rawValue, listText("axes", axes)] + (keepsAxes ? ["keeping-axes"] : [])
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Reduction {
        let kind = try scanner.choice("a kind", Kind.allCases, \.rawValue)
        return Reduction(kind, axes: try scanner.integers(word: "axes"), keepsAxes: scanner.accept(word: "keeping-axes"))
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        if kind != .maximum, kind != .minimum { try requireNumbers(operands[0], "the operand") }
        try requireAxes(axes, of: operands[0])
        return operands[0].removing(axes, keeping: keepsAxes)
    }
}

extension TensorType {
    /// The type with one element along some axes, or without them.
    func removing(_ axes: [Int], keeping keepsAxes: Bool) -> TensorType {
        let removed = Set(axes)
        let sides = shape.enumerated().filter { keepsAxes || !removed.contains($0.offset) }
        return TensorType(element, sides.map { removed.contains($0.offset) ? 1 : $0.element })
    }
}
