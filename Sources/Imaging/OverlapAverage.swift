/// Averages the predictions of overlapping patches, as the reference's `recompone_overlap` does.
///
/// Patches come row by row. Only as many rows of sums as a patch is high are kept; whatever no later patch can touch is
/// divided by its count and handed over at once.
public struct OverlapAverage: Sendable {
    public let grid: PatchGrid
    /// `patch` rows of `paintedWidth` sums; the first stands for image row `row * stride`.
    private var sums: [Double]
    private var row = 0

    public init(_ grid: PatchGrid) {
        self.grid = grid
        sums = [Double](repeating: 0, count: grid.patch * grid.paintedWidth)
    }

    /// Adds the prediction for the patch in `column` of the current row of patches.
    ///
    /// - Precondition: `values` holds `patch * patch` values.
    public mutating func add(_ values: [Float], column: Int) {
        precondition(values.count == grid.patch * grid.patch, "the prediction is for another patch")
        let left = column * grid.stride
        sums.withUnsafeMutableBufferPointer { sums in
            values.withUnsafeBufferPointer { values in
                for line in 0..<grid.patch {
                    let target = line * grid.paintedWidth + left
                    let source = line * grid.patch
                    for index in 0..<grid.patch { sums[target + index] += Double(values[source + index]) }
                }
            }
        }
    }

    /// Says that every patch of the current row was added; the next row of patches begins.
    ///
    /// - Parameter sink: gets the rows of the averaged map, of the picture's size, that are complete by that.
    public mutating func finishRow(into sink: any MapSink) {
        precondition(row < grid.rows, "there are no more rows of patches")
        let top = row * grid.stride
        row += 1
        let finishedLines = row == grid.rows ? grid.patch : grid.stride
        for line in 0..<finishedLines where top + line < grid.height {
            let vertical = grid.coverage(at: top + line, patches: grid.rows)
            sink.take(
                (0..<grid.width).map { column in
                    let count = vertical * grid.coverage(at: column, patches: grid.columns)
                    return Float(sums[line * grid.paintedWidth + column] / Double(count))
                })
        }
        sums.removeFirst(finishedLines * grid.paintedWidth)
        sums.append(contentsOf: repeatElement(0, count: finishedLines * grid.paintedWidth))
    }
}
