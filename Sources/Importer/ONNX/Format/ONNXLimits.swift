/// Limits on what an ONNX file may contain. They are far beyond any real network. With them, a small hostile file can exhaust
/// neither the memory nor the stack, on which protobuf-c and the conversion recurse.
enum ONNXLimits {
    /// Protocol buffers themselves end at 2 GiB; larger models keep their weights in other files.
    static let fileBytes = Int(Int32.max)
    /// Messages inside each other. A graph in a node's attribute takes three levels.
    static let depth = 60
    /// Fields of all messages together. protobuf-c takes up to 200 bytes for one that takes two in the file.
    static let fields = 1 << 23
    /// Numbers in packed lists; one byte in the file becomes eight in memory.
    static let packedNumbers = 1 << 28
    /// Functions calling each other, and graphs inside each other, while they are converted.
    static let conversionDepth = 32
    /// Nodes converted, with functions and loops expanded.
    static let convertedNodes = 1 << 16
    /// Bytes of all the constants that are one element repeated; what is beyond is repeated when the model runs. The
    /// weights of ResNet-50 fit, which ONNX's own test cases have in this form.
    static let filledBytes = 128 << 20
    /// Elements of a tensor whose values the importer computes with, such as a shape.
    static let knownElements = 1 << 12
    /// Elements of all results that the importer computes, and steps of those that it evaluates; nodes beyond are computed when the
    /// model runs.
    static let foldedElements = 1 << 22
}
