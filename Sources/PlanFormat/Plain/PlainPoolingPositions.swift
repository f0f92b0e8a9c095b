/// Where in [images, channels, height, width] the largest element of each window lies, the first of equal ones, as int64
/// NHWC; −1 for a window outside the image. The source is NHWC: float32, uint8 or int8.
public struct PlainPoolingPositions: Hashable, Sendable, PlainParameters {
    public var window: PlainWindow
    /// Whether positions count along the columns: [images, channels, width, height].
    public var columnMajor: Bool

    public init(_ window: PlainWindow, columnMajor: Bool = false) {
        self.window = window
        self.columnMajor = columnMajor
    }

    init(reading words: inout WordReader) throws(PlanError) {
        window = try PlainWindow(reading: &words)
        columnMajor = try words.flag("columnMajor")
    }

    func write(to out: inout WordWriter) {
        window.write(to: &out)
        out.put(columnMajor)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(1...1)
        let element = operands.sources[0].element
        try require(
            element == .float32 || element == .uint8 || element == .int8,
            ".source: elements are \(element.name), expected float32, uint8 or int8")
        try operands.requireElement(operands.result, .int64, "result")
        try window.verify(operands, resultChannels: window.channels)
    }

    func work(_ operands: PlainOperands) -> Int64 { window.visits(operands) }
}
