/// For each window, where its largest element lies, of several equal ones the first. The position is the number of the element
/// in [images, channels, height, width], as int64; for a window that lies outside the image it is −1. The source is NHWC, of
/// float32, uint8 or int8, and so is the result.
public struct PlainPoolingPositions: Hashable, Sendable, PlainParameters {
    public var window: PlainWindow
    /// Whether positions are counted along the columns, in [images, channels, width, height].
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
