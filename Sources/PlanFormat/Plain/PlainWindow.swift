/// A window that slides over images [images, height, width, channels]; of pairs of numbers, the one for rows comes first. The
/// result has `resultHeight` x `resultWidth` positions. Positions of the window outside the image take no part.
public struct PlainWindow: Hashable, Sendable {
    public var images = 1
    public var height = 1, width = 1, channels = 1
    public var resultHeight = 1, resultWidth = 1
    public var kernelHeight = 1, kernelWidth = 1
    public var strideHeight = 1, strideWidth = 1
    public var dilationHeight = 1, dilationWidth = 1
    public var paddingTop = 0, paddingLeft = 0
    public init() {}

    init(reading words: inout WordReader) throws(PlanError) {
        images = try words.count("images")
        height = try words.number("height", through: FileLayout.largestSide)
        width = try words.number("width", through: FileLayout.largestSide)
        channels = try words.count("channels")
        resultHeight = try words.number("resultHeight", through: FileLayout.largestSide)
        resultWidth = try words.number("resultWidth", through: FileLayout.largestSide)
        kernelHeight = try words.number("kernelHeight")
        kernelWidth = try words.number("kernelWidth")
        strideHeight = try words.number("strideHeight")
        strideWidth = try words.number("strideWidth")
        dilationHeight = try words.number("dilationHeight")
        dilationWidth = try words.number("dilationWidth")
        paddingTop = try words.number("paddingTop", from: 0)
        paddingLeft = try words.number("paddingLeft", from: 0)
    }

    func write(to out: inout WordWriter) {
        out.put(images, height, width, channels, resultHeight, resultWidth, kernelHeight, kernelWidth)
        out.put(strideHeight, strideWidth, dilationHeight, dilationWidth, paddingTop, paddingLeft)
    }

    var kernelPositions: Int { kernelHeight.saturating(times: kernelWidth) }

    func verify(_ operands: PlainOperands, resultChannels: Int) throws(PlanError) {
        try operands.requireSides(operands.sources[0], [images, height, width, channels], "source")
        try operands.requireSides(operands.result, [images, resultHeight, resultWidth, resultChannels], "result")
        let most = FileLayout.largestElementCount
        try require(images.saturating(times: resultHeight) <= most, ": more than # rows", most)
    }

    /// How many positions of the kernel all elements of the result have together.
    func visits(_ operands: PlainOperands) -> Int64 {
        Int64(clamping: operands.result.elementCount.saturating(times: kernelPositions))
    }
}

extension PlainWindow: WindowedFamily {}
