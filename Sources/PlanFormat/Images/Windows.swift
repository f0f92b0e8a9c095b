/// Parameters of a kernel that slides a window over images. The numbers that describe the window follow each other in the record.
public protocol WindowedFamily {
    var kernelHeight: Int { get set }
    var kernelWidth: Int { get set }
    var strideHeight: Int { get set }
    var strideWidth: Int { get set }
    var dilationHeight: Int { get set }
    var dilationWidth: Int { get set }
    var paddingTop: Int { get set }
    var paddingLeft: Int { get set }
}

extension WindowedFamily {
    mutating func readWindow(from words: inout WordReader) throws(PlanError) {
        kernelHeight = try words.number("kernelHeight")
        kernelWidth = try words.number("kernelWidth")
        strideHeight = try words.number("strideHeight")
        strideWidth = try words.number("strideWidth")
        dilationHeight = try words.number("dilationHeight")
        dilationWidth = try words.number("dilationWidth")
        paddingTop = try words.number("paddingTop", from: 0)
        paddingLeft = try words.number("paddingLeft", from: 0)
    }

    func writeWindow(to out: inout WordWriter) {
        out.put(kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, paddingTop, paddingLeft)
    }
}

/// Rows that a sliding window reads for output rows `rows`.
func slidingRows(_ rows: RowRange, _ kernel: Int, _ stride: Int, _ dilation: Int, _ padding: Int) -> RowRange {
    guard rows.count > 0 else { return RowRange(first: rows.first * stride - padding, count: 0) }
    return RowRange(
        first: rows.first * stride - padding, count: (rows.count - 1) * stride + (kernel - 1) * dilation + 1)
}

/// Checks that a window spans no more than any family's window may. Together with the limits on reach and padding, this bounds
/// the tables of row pointers, and keeps the numbers of rows between -2^16 and 2^21, far within the 32 bits that kernels have
/// for them.
func verifyWindow(
    _ kernelHeight: Int, _ kernelWidth: Int, _ dilationHeight: Int, _ dilationWidth: Int
) throws(PlanError) {
    let bound = FileLayout.largestExtent
    for (axis, kernel, dilation) in [("rows", kernelHeight, dilationHeight), ("columns", kernelWidth, dilationWidth)]
        as [(StaticString, Int, Int)]
    {
        let extent = Int64(kernel - 1) * Int64(dilation) + 1
        try require(extent <= Int64(bound), ".\(axis): the window spans \(extent), expected at most \(bound)")
    }
    let positions = Int64(kernelHeight) * Int64(kernelWidth)
    try require(
        positions <= Int64(FileLayout.largestWindow),
        ": the kernel has \(positions) positions, expected at most \(FileLayout.largestWindow)")
}

/// The last window must begin no further below (or right of) the source than a kernel's largest extent.
func verifyReach(
    _ axis: StaticString, _ count: Int, _ stride: Int, _ padding: Int, _ size: Int
) throws(PlanError) {
    let last = Int64(count - 1) * Int64(stride) - Int64(padding)
    try require(
        last <= Int64(size + FileLayout.largestExtent), ".\(axis): the last window begins at \(last), the source ends at \(size)")
}
