/// Windows and OS/2 bitmaps: 1 to 32 bits, palettes, bit fields with and without alpha, run lengths, either order of rows.
///
/// Read here, since Debian has no library for it apart from those of whole desktops.
///
/// Source: Microsoft, "Bitmap Storage" (BITMAPFILEHEADER to BITMAPV5HEADER); OS/2 2.x Presentation Manager for the header of 64 bytes.
final class BMPDecoder: PictureDecoder {
    let header: StoredHeader
    private let contents: FileContents
    private let layout: BMPLayout
    /// Indices of a file of run lengths, the lowest row first.
    private var indices: [UInt8] = []
    private var nextRow = 0

    init(_ contents: FileContents) throws(DecodingFailure) {
        self.contents = contents
        layout = try BMPLayout(contents.bytes)
        header = StoredHeader(
            height: layout.height, width: layout.width,
            pixels: PixelForm(
                colour: .rgb, alpha: layout.fields.count == 4 ? .straight : .none, maximum: layout.fields.isEmpty ? 255 : 65535,
                isReduced: true))
    }

    func start() throws(DecodingFailure) {
        if layout.isRunLengths {
            indices = try BMPRunLengths(contents.bytes, layout).indices()
        } else {
            let expected = layout.height * layout.bytesOfRow
            let found = contents.count - layout.pixels
            guard found >= expected else { throw .damaged("its pixels take \(expected) bytes, and \(found) are there") }
        }
    }

    func readRow(into row: inout [UInt16]) throws(DecodingFailure) {
        let storedRow = layout.isTopDown ? nextRow : layout.height - 1 - nextRow
        nextRow += 1
        let start = layout.pixels + storedRow * layout.bytesOfRow
        if layout.bits > 8 {
            readFields(from: start, into: &row)
            return
        }
        for column in 0..<layout.width {
            let index: Int
            if layout.isRunLengths {
                index = Int(indices[storedRow * layout.width + column])
            } else {
                let bit = column * layout.bits
                index = Int(contents.bytes[start + bit / 8]) >> (8 - layout.bits - bit % 8) & (1 << layout.bits - 1)
            }
            guard index < layout.paletteCount else {
                throw .damaged("index \(index) is found in a palette of \(layout.paletteCount) colours")
            }
            // Blue, green, red in the file.
            let colour = layout.palette + index * layout.bytesOfColour
            for sample in 0..<3 { row[3 * column + sample] = UInt16(contents.bytes[colour + 2 - sample]) }
        }
    }

    private func readFields(from start: Int, into row: inout [UInt16]) {
        let bytes = layout.bits / 8
        let count = layout.fields.isEmpty ? 3 : layout.fields.count
        for column in 0..<layout.width {
            let first = start + column * bytes
            if layout.fields.isEmpty {
                for sample in 0..<3 { row[3 * column + sample] = UInt16(contents.bytes[first + 2 - sample]) }
                continue
            }
            let word = (0..<bytes).reduce(UInt32(0)) { $0 | UInt32(contents.bytes[first + $1]) << UInt32(8 * $1) }
            for (sample, field) in layout.fields.enumerated() { row[count * column + sample] = field.sample(of: word) }
        }
    }
}

/// Some of a word's bits, which are one sample.
struct BMPField {
    private let shift: UInt32
    private let maximum: UInt32

    /// - Returns: nil for a mask whose bits have gaps.
    init?(mask: UInt32) {
        shift = UInt32(mask == 0 ? 0 : mask.trailingZeroBitCount)
        maximum = mask >> shift
        guard maximum & (maximum &+ 1) == 0 else { return nil }
    }

    /// As 16 bits; 0 where the mask has no bits.
    func sample(of word: UInt32) -> UInt16 {
        guard maximum > 0 else { return 0 }
        let stored = UInt64(word >> shift & maximum)
        return UInt16((2 * stored * 65535 + UInt64(maximum)) / (2 * UInt64(maximum)))
    }
}
