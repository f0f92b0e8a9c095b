/// Row y of the result shows row y − top of the source, and likewise for columns. Negative amounts crop the image.
public struct PaddingParameters: Hashable, Sendable {
    public enum Mode: UInt32, Hashable, Sendable, CaseIterable {
        case constant = 0
        case edge = 1
        case reflect = 2
    }
    public var mode: Mode
    public var value: Float
    public var top: Int
    public var left: Int
    public init(_ mode: Mode, value: Float = 0, top: Int, left: Int) {
        self.mode = mode
        self.value = value
        self.top = top
        self.left = left
    }
}

extension PaddingParameters: CodedFamily {
    static var code: UInt32 { 10 }
    var name: StaticString { "padding" }

    init(reading words: inout WordReader) throws(PlanError) {
        let bound = FileLayout.largestSide
        mode = try words.code("mode")
        value = try words.float()
        top = try words.number("top", from: -bound, through: bound)
        left = try words.number("left", from: -bound, through: bound)
    }

    func write(to out: inout WordWriter) {
        out.words.append(mode.rawValue)
        out.put(value)
        out.put(top, left)
    }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let source = plan.values[operation.sources[0].index]
        let result = plan.values[operation.results[0].index]
        try result.requireChannels(source.channels)
        guard mode == .reflect else { return }
        try verifyReflection("top", result.height, top, source.height)
        try verifyReflection("left", result.width, left, source.width)
    }

    /// A mirror image can have only as many rows (or columns) as there are on the other side of the border's row.
    private func verifyReflection(_ side: StaticString, _ count: Int, _ before: Int, _ size: Int) throws(PlanError) {
        let after = count - before - size
        try require(
            before < size && after < size,
            ".\(side): \(before) before and \(after) after \(size), a reflection has fewer than \(size) on either side")
    }

    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        shownRows(rows, height: values[operation.sources[0].index].height)
    }

    /// Rows of the source that result rows `rows` show. With `.constant` some may lie outside the image.
    func shownRows(_ rows: RowRange, height: Int) -> RowRange {
        let plain = RowRange(first: rows.first - top, count: rows.count)
        guard mode != .constant, rows.count > 0 else { return plain }
        var low = height - 1
        var high = 0
        // The source row that is shown rises or falls steadily between these rows, at which the direction turns. So the lowest
        // and the highest are among them.
        for turn in [plain.first, plain.end - 1, -(height - 1), 0, height - 1] {
            let shown = sourceRow(min(max(turn, plain.first), plain.end - 1), height: height)
            low = min(low, shown)
            high = max(high, shown)
        }
        return RowRange(first: low, count: high - low + 1)
    }

    /// The row inside the image that is shown in place of row `row`: the nearest one (`.edge`), or its mirror image
    /// (`.reflect`).
    public func sourceRow(_ row: Int, height: Int) -> Int {
        var row = row
        if mode == .reflect {
            if row < 0 { row = -row }
            if row > height - 1 { row = 2 * (height - 1) - row }
        }
        return min(max(row, 0), height - 1)
    }
}
