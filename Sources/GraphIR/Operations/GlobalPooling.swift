/// Max or average over all positions of each channel. One operand `[N, H, W, C]`, one result `[N, 1, 1, C]`.
public struct GlobalPooling: Hashable, Sendable {
    public var kind: Pooling.Kind
    public init(_ kind: Pooling.Kind) { self.kind = kind }
}

extension GlobalPooling: SingleResultOperation {
    static let kind = Operation.Kind.globalPooling
    static let mnemonic = "global-pooling"
    static let isOfImages = true
    var operation: Operation { .globalPooling(self) }

    var attributes: [String] {
        [kind.rawValue]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> GlobalPooling {
        GlobalPooling(try scanner.choice("a kind", Pooling.Kind.allCases, \.rawValue))
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireImage(operands[0])
        return TensorType([operands[0].shape[0], 1, 1, operands[0].shape[3]])
    }
}
