/// Square patches at a fixed stride over a picture whose right and bottom border is painted with zeros until the last
/// patch fits, as the reference's `paint_border` and `extract_patches` lay them out.
public struct PatchGrid: Equatable, Sendable {
    public let height: Int
    public let width: Int
    /// The side of a patch in pixels.
    public let patch: Int
    /// Pixels from one patch to the next.
    public let stride: Int
    /// Number of patches from top to bottom.
    public let rows: Int
    /// Number of patches from left to right.
    public let columns: Int

    /// - Precondition: all are positive and the stride is no larger than the patch, so that no pixel is left out.
    public init(height: Int, width: Int, patch: Int, stride: Int) {
        precondition(height > 0 && width > 0 && stride > 0 && stride <= patch, "patches must cover the picture")
        self.height = height
        self.width = width
        self.patch = patch
        self.stride = stride
        rows = max(0, height - patch).roundedUp(toMultipleOf: stride) / stride + 1
        columns = max(0, width - patch).roundedUp(toMultipleOf: stride) / stride + 1
    }

    public var count: Int { rows * columns }

    /// The height with its painted border.
    public var paintedHeight: Int { (rows - 1) * stride + patch }
    /// The width with its painted border.
    public var paintedWidth: Int { (columns - 1) * stride + patch }

    /// Makes one patch, channel innermost, with zeros where the painted border is.
    ///
    /// - Precondition: `picture` has the grid's size, `values` holds `patch * patch * channels` values.
    public func extract(row: Int, column: Int, from picture: any PictureRows, into values: inout [Float]) {
        precondition(picture.height == height && picture.width == width, "the grid is for another size")
        let lineCount = patch * picture.channels
        precondition(values.count == patch * lineCount, "the buffer is for another patch")
        let top = row * stride
        let left = column * stride
        let columns = left..<max(left, min(left + patch, width))
        for line in 0..<patch {
            let start = line * lineCount
            let isInside = top + line < height
            if isInside { picture.read(row: top + line, columns: columns, into: &values, at: start) }
            for index in (isInside ? columns.count * picture.channels : 0)..<lineCount { values[start + index] = 0 }
        }
    }

    /// How many patches cover a position along one axis.
    ///
    /// - Parameter patches: the number of patches along that axis.
    func coverage(at position: Int, patches: Int) -> Int {
        let last = min(position / stride, patches - 1)
        let first = position < patch ? 0 : (position - patch) / stride + 1
        return last - first + 1
    }
}
