/// Where max pooling finds each maximum: the second result of ONNX's MaxPool.
///
/// One operand `[N, H, W, C]` of f32, u8 or i8, one result `[N, H', W', C]` of i64. A position is that of the first maximum,
/// row by row, in the tensor `[N, C, H, W]` as ONNX has it: ((n·C + c)·H + h)·W + w. It is −1 where a window lies in the padding
/// altogether.
public struct PoolingPositions: Hashable, Sendable {
    public var window: Window
    /// Whether the columns of each image come one after another: ((n·C + c)·W + w)·H + h (ONNX `storage_order` 1).
    public var columnMajor: Bool

    public init(window: Window, columnMajor: Bool = false) {
        self.window = window
        self.columnMajor = columnMajor
    }
}

extension PoolingPositions: SingleResultOperation {
    static let kind = Operation.Kind.poolingPositions
    static let mnemonic = "pooling-positions"
    static let isOfImages = true
    var operation: Operation { .poolingPositions(self) }

    var attributes: [String] {
        window.attributes + (columnMajor ? ["column-major"] : [])
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> PoolingPositions {
        PoolingPositions(window: try scanner.window(), columnMajor: scanner.accept(word: "column-major"))
    }

    func visits(operands: [TensorType], results: [TensorType]) -> Int? {
        saturatingProduct(results[0].shape, [window.size.height, window.size.width])
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        guard [.float32, .uint8, .int8].contains(operands[0].element) else {
            throw GraphError("the image has to be f32, u8 or i8, not \(operands[0].element.rawValue)")
        }
        let pooled = try Pooling(.maximum, window: window).resultType([TensorType(operands[0].shape)])
        return TensorType(.int64, pooled.shape)
    }
}
