import Files

/// A picture whose rows of floats are made when they are asked for, so that they are never held all at once.
///
/// Rows may be asked for in any order and again and again; from the first to the last costs least.
public protocol PictureRows: AnyObject {
    var height: Int { get }
    var width: Int { get }
    /// Values of a pixel, which follow each other.
    var channels: Int { get }

    /// Makes some columns of a row.
    ///
    /// - Parameters:
    ///   - values: gets `columns.count * channels` values.
    ///   - start: the place of the first of them.
    func read(row: Int, columns: Range<Int>, into values: inout [Float], at start: Int)
}

extension PictureRows {
    /// Makes a whole row, the only content of `values`.
    func read(row: Int, into values: inout [Float]) {
        if values.count != width * channels { values = [Float](repeating: 0, count: width * channels) }
        read(row: row, columns: 0..<width, into: &values, at: 0)
    }

    /// The picture at another size, see ``Raster/resized(height:width:)``; itself where it has that size.
    public func resized(height newHeight: Int, width newWidth: Int) -> any PictureRows {
        newHeight == height && newWidth == width ? self : ResizedRows(self, height: newHeight, width: newWidth)
    }

    /// The picture inside a larger one, with zeros around it; itself where there are none.
    ///
    /// - Precondition: it fits there.
    public func placed(top: Int = 0, left: Int = 0, height newHeight: Int, width newWidth: Int) -> any PictureRows {
        newHeight == height && newWidth == width ? self : PlacedRows(self, top: top, left: left, height: newHeight, width: newWidth)
    }

    /// One channel of luminance of a picture with red, green and blue, see ``Luminance``; itself where it has one channel.
    public func luminance() -> any PictureRows { channels == 1 ? self : LuminanceRows(self) }
}

/// A photograph's samples divided by 255, as the reference's `read_input` does.
public final class PhotographRows: PictureRows {
    public let photograph: Photograph

    public init(_ photograph: Photograph) {
        self.photograph = photograph
    }

    public var height: Int { photograph.height }
    public var width: Int { photograph.width }
    public var channels: Int { 3 }

    public func read(row: Int, columns: Range<Int>, into values: inout [Float], at start: Int) {
        let first = 3 * (row * width + columns.lowerBound)
        let shares = Photograph.shares
        photograph.samples.withUnsafeBufferPointer { samples in
            for index in 0..<3 * columns.count { values[start + index] = shares[Int(samples[first + index])] }
        }
    }
}

/// A picture of floats that is in memory.
public final class RasterRows: PictureRows {
    public var raster: Raster

    public init(_ raster: Raster) {
        self.raster = raster
    }

    public var height: Int { raster.height }
    public var width: Int { raster.width }
    public var channels: Int { raster.channels }

    public func read(row: Int, columns: Range<Int>, into values: inout [Float], at start: Int) {
        let first = channels * (row * width + columns.lowerBound)
        for index in 0..<channels * columns.count { values[start + index] = raster.values[first + index] }
    }
}

/// Zeros with a picture in them.
private final class PlacedRows: PictureRows {
    private let picture: any PictureRows
    private let top: Int
    private let left: Int
    let height: Int
    let width: Int

    init(_ picture: any PictureRows, top: Int, left: Int, height: Int, width: Int) {
        precondition(
            top >= 0 && left >= 0 && top + picture.height <= height && left + picture.width <= width, "no place for the picture")
        self.picture = picture
        self.top = top
        self.left = left
        self.height = height
        self.width = width
    }

    var channels: Int { picture.channels }

    func read(row: Int, columns: Range<Int>, into values: inout [Float], at start: Int) {
        for index in start..<start + channels * columns.count { values[index] = 0 }
        let inside = columns.clamped(to: left..<left + picture.width)
        guard (top..<top + picture.height).contains(row), !inside.isEmpty else { return }
        let skipped = channels * (inside.lowerBound - columns.lowerBound)
        picture.read(
            row: row - top, columns: inside.lowerBound - left..<inside.upperBound - left, into: &values, at: start + skipped)
    }
}

private final class LuminanceRows: PictureRows {
    private let picture: any PictureRows
    private var colours: [Float] = []

    init(_ picture: any PictureRows) {
        precondition(picture.channels == 3, "luminance needs red, green and blue")
        self.picture = picture
    }

    var height: Int { picture.height }
    var width: Int { picture.width }
    var channels: Int { 1 }

    func read(row: Int, columns: Range<Int>, into values: inout [Float], at start: Int) {
        if colours.count < 3 * columns.count { colours = [Float](repeating: 0, count: 3 * columns.count) }
        picture.read(row: row, columns: columns, into: &colours, at: 0)
        for pixel in 0..<columns.count {
            values[start + pixel] = Luminance.of(
                red: colours[3 * pixel], green: colours[3 * pixel + 1], blue: colours[3 * pixel + 2])
        }
    }
}

/// A picture whose last rows are kept, for a reader that comes back to them.
public final class KeptRows: PictureRows {
    private let picture: any PictureRows
    private var rows: [(row: Int, values: [Float])]

    /// - Parameter count: rows that are kept.
    public init(_ picture: any PictureRows, count: Int) {
        self.picture = picture
        rows = Array(repeating: (row: -1, values: []), count: count)
    }

    public var height: Int { picture.height }
    public var width: Int { picture.width }
    public var channels: Int { picture.channels }

    public func read(row: Int, columns: Range<Int>, into values: inout [Float], at start: Int) {
        let slot = row % rows.count
        if rows[slot].row != row {
            picture.read(row: row, into: &rows[slot].values)
            rows[slot].row = row
        }
        let first = channels * columns.lowerBound
        for index in 0..<channels * columns.count { values[start + index] = rows[slot].values[first + index] }
    }
}
