/// Writes entries over others, or combines them with these, at positions that are computed.
/// Operands: data `[n, B…]` of any element type, positions `[m]` of i64, updates `[m, B…]` of the data's type. Result: the data's type.
///
/// The updates are applied in the order of the positions, so that the last one counts where several have the same position. One whose
/// position is outside of 0 ..< n is passed over; there are no positions from the end.
public struct Scatter: Hashable, Sendable {
    /// What becomes of an element and its update. Sums and products of bool are none.
    public enum Kind: String, Hashable, Sendable, CaseIterable { case replace, add, multiply, minimum, maximum }
    public var kind: Kind
    public init(_ kind: Kind) { self.kind = kind }
}

extension Scatter: SingleResultOperation {
    static let kind = Operation.Kind.scatter
    static let mnemonic = "scatter"
    var operation: Operation { .scatter(self) }

    var attributes: [String] { [kind.rawValue] }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Scatter {
        Scatter(try scanner.choice("a kind", Kind.allCases, \.rawValue))
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 3)
        let (data, positions, updates) = (operands[0], operands[1], operands[2])
        try requireAxis(0, of: data)
        if kind == .add || kind == .multiply { try requireNumbers(data, "the data") }
        guard positions.element == .int64, positions.rank == 1 else { throw GraphError("the positions are \(positions); expected i64[m]") }
        let expected = TensorType(data.element, positions.shape + data.shape.dropFirst())
        guard updates == expected else { throw GraphError("the updates are \(updates); expected \(expected)") }
        return data
    }
}
