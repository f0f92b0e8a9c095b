/// Where the elements of images lie in a tensor: element (image n, row y, column x, channel c) at
/// `offset + n · image + y · row + x · column + c · channel`.
public struct ImageStrides: Hashable, Sendable {
    public var offset = 0
    public var image = 0
    public var row = 0
    public var column = 0
    public var channel = 0

    public init(offset: Int = 0, image: Int = 0, row: Int, column: Int, channel: Int) {
        self.offset = offset
        self.image = image
        self.row = row
        self.column = column
        self.channel = channel
    }
}

extension ImageStrides {
    init(reading words: inout WordReader) throws(PlanError) {
        let bound = FileLayout.largestElementCount
        self.init(
            offset: try words.wide("strides", "offset", from: 0, through: bound),
            image: try words.wide("strides", "image", from: 0, through: bound),
            row: try words.wide("strides", "row", from: 0, through: bound),
            column: try words.wide("strides", "column", from: 0, through: bound),
            channel: try words.wide("strides", "channel", from: 0, through: bound))
    }

    func write(to out: inout WordWriter) {
        out.put(wide: offset)
        out.put(wide: image)
        out.put(wide: row)
        out.put(wide: column)
        out.put(wide: channel)
    }

    package var words: [UInt32] {
        var out = WordWriter()
        write(to: &out)
        return out.words
    }

    /// Throws unless every element of the images lies inside the tensor.
    func verify(of image: PlanValue, images: Int, in value: PlanValue) throws(PlanError) {
        guard let tensor = value.plain else { return }
        try require(tensor.element == .float32, ": elements are \(tensor.element.name), expected float32")
        var last = offset
        for (count, stride) in axes(of: image, images: images) {
            last = last.saturating(plus: (count - 1).saturating(times: stride))
        }
        try require(last < tensor.elementCount, ": reaches element # of #", last, tensor.elementCount)
    }

    /// Throws unless the images fill the tensor: they have as many elements as it has, and no two of them lie at the same
    /// place.
    func verifyCoverage(of image: PlanValue, images: Int, in value: PlanValue) throws(PlanError) {
        let axes = axes(of: image, images: images)
        let count = axes.reduce(1) { $0.saturating(times: $1.0) }
        let expected = value.plain?.elementCount ?? 0
        try require(count == expected, ": # elements, expected #", count, expected)
        var nested = axes.filter { $0.0 > 1 }.map { (count: Int64($0.0), stride: Int64($0.1)) }
        try require(areNested(&nested), ": writes an element twice")
    }

    private func axes(of image: PlanValue, images: Int) -> [(Int, Int)] {
        [(images, self.image), (image.height, row), (image.width, column), (image.channels, channel)]
    }
}
