/// What a JPEG 2000 codestream announces, read before OpenJPEG allocates memory for each of its tiles and components.
///
/// Source: ITU-T T.800, annex A.5.1 (the marker SIZ) and annex I.4 (boxes).
struct JPEG2000Size {
    /// More are no photograph.
    private static let mostComponents = 5
    /// OpenJPEG takes some 10 kB for each.
    private static let mostTiles = 16384

    let width: Int
    let height: Int
    let components: Int
    let tiles: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, isCodestream: Bool) throws(DecodingFailure) {
        func number(_ offset: Int, _ count: Int) -> Int { (0..<count).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) } }
        let start = isCodestream ? 0 : try Self.codestream(in: bytes)
        guard start + 42 <= bytes.count else { throw .damaged("its header is cut short") }
        guard number(start, 4) == 0xFF4F_FF51 else { throw .damaged("its codestream does not begin with its size") }
        let field = { number(start + 8 + 4 * $0, 4) }
        // Width and height to their ends, where they begin, and the same of tiles.
        let (right, bottom, left, top) = (field(0), field(1), field(2), field(3))
        let (tileWidth, tileHeight, tileLeft, tileTop) = (field(4), field(5), field(6), field(7))
        components = number(start + 40, 2)
        guard left < right, top < bottom, tileLeft <= left, tileTop <= top, tileWidth > 0, tileHeight > 0 else {
            throw .damaged("its size and that of its tiles contradict each other")
        }
        width = right - left
        height = bottom - top
        tiles = ((right - tileLeft + tileWidth - 1) / tileWidth) * ((bottom - tileTop + tileHeight - 1) / tileHeight)
    }

    func check(pixelLimit: Int) throws(DecodingFailure) {
        guard height <= pixelLimit / width else { throw .tooManyPixels(width: width, height: height) }
        guard (1...Self.mostComponents).contains(components) else { throw .unsupported("JPEG 2000 of \(components) components") }
        guard tiles <= Self.mostTiles else { throw .unsupported("JPEG 2000 of \(tiles) tiles") }
    }

    /// Where the first box jp2c has its content.
    private static func codestream(in bytes: UnsafeBufferPointer<UInt8>) throws(DecodingFailure) -> Int {
        func number(_ offset: Int, _ count: Int) -> Int { (0..<count).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) } }
        var position = 0
        while position + 8 <= bytes.count {
            var length = number(position, 4)
            var header = 8
            if length == 1, position + 16 <= bytes.count, bytes[position + 8] == 0 {
                length = number(position + 8, 8)
                header = 16
            }
            if bytes[position + 4..<position + 8].elementsEqual("jp2c".utf8) { return position + header }
            guard length >= header, length <= bytes.count - position else { break }
            position += length
        }
        throw .damaged("its boxes end before its pixels")
    }
}
