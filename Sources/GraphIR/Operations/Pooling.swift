/// Max or average over a sliding window of each channel. One operand `[N, H, W, C]`, one result `[N, H', W', C]`.
public struct Pooling: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case maximum, average }
    public var kind: Kind
    public var window: Window
    /// Average only: whether padded positions count in the divisor (ONNX `count_include_pad`; Keras: no).
    public var countsPadding: Bool
    public init(_ kind: Kind, window: Window, countsPadding: Bool = false) {
        self.kind = kind
        self.window = window
        self.countsPadding = countsPadding
    }
}

extension Pooling: SingleResultOperation {
    static let kind = Operation.Kind.pooling
    static let mnemonic = "pooling"
    static let isOfImages = true
    var operation: Operation { .pooling(self) }

    var attributes: [String] {
        [kind.rawValue] + window.attributes + (countsPadding ? ["counting-padding"] : [])
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Pooling {
        let kind = try scanner.choice("a kind", Kind.allCases, \.rawValue)
        return Pooling(kind, window: try scanner.window(), countsPadding: scanner.accept(word: "counting-padding"))
    }

    func visits(operands: [TensorType], results: [TensorType]) -> Int? {
        saturatingProduct(results[0].shape, [window.size.height, window.size.width])
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireImage(operands[0])
        try window.check()
        guard kind == .average || !countsPadding else { throw GraphError("only average pooling counts padding") }
        if case .explicit(let top, let left, let bottom, let right) = window.padding {
            let extent = window.extent
            guard max(top, bottom) < extent.height, max(left, right) < extent.width else {
                throw GraphError("padding \(top), \(left), \(bottom), \(right) leaves windows of \(extent.height)x\(extent.width) empty")
            }
        }
        let shape = operands[0].shape
        return TensorType([shape[0]] + (try window.outputSides(shape[1], shape[2])) + [shape[3]])
    }
}
