import ImageCodecs

/// PNG files by libpng: 1 to 16 bits, grey, colour, palettes, alpha, transparent colours, interlaced or not. An eXIf chunk's
/// orientation is applied. Of an animated file the default picture is read.
///
/// Source: PNG (third edition), W3C; the chunk eXIf in section 11.3.4.5.
final class PNGDecoder: PictureDecoder {
    let header: StoredHeader
    private let contents: FileContents
    private let handle: CodecHandle
    private let channels: Int
    private let isInterlaced: Bool
    /// One row of 8-bit samples, or all of an interlaced file.
    private var bytes: [UInt8] = []
    private var nextRow = 0

    init(_ contents: FileContents) throws(DecodingFailure) {
        self.contents = contents
        handle = try CodecHandle(venule_png_open(contents.start, contents.count)) { venule_png_close($0) }
        var found = venule_png_header()
        guard venule_png_read_header(handle.pointer, &found) else {
            throw .damaged("its header cannot be read", Self.message(handle))
        }
        channels = Int(found.channels)
        isInterlaced = found.is_interlaced
        let form = PixelForm(
            colour: found.channels < 3 ? .grey : .rgb, alpha: found.channels % 2 == 0 ? .straight : .none,
            maximum: found.bits == 16 ? 65535 : 255)
        header = StoredHeader(
            height: Int(found.height), width: Int(found.width), pixels: form,
            orientation: Self.exif(in: contents.bytes).map { ExifBlock.orientation(in: $0) } ?? .upright)
    }

    private var isWide: Bool { header.pixels.maximum > 255 }
    private var samplesOfRow: Int { header.width * channels }
    private var bytesOfRow: Int { samplesOfRow * (isWide ? 2 : 1) }

    func start() throws(DecodingFailure) {
        bytes = [UInt8](repeating: 0, count: bytesOfRow * (isInterlaced ? header.height : 1))
        guard isInterlaced else { return }
        // Adam7 has seven passes, and libpng merges each into what the rows hold.
        for _ in 0..<7 {
            for row in 0..<header.height { try decode(intoBytesFrom: row * bytesOfRow) }
        }
    }

    func readRow(into row: inout [UInt16]) throws(DecodingFailure) {
        if !isInterlaced { try decode(intoBytesFrom: 0) }
        let start = isInterlaced ? nextRow * bytesOfRow : 0
        nextRow += 1
        bytes.withUnsafeBytes { source in
            row.withUnsafeMutableBufferPointer { target in
                for index in 0..<samplesOfRow {
                    target[index] =
                        isWide
                        ? source.loadUnaligned(fromByteOffset: start + 2 * index, as: UInt16.self) : UInt16(source[start + index])
                }
            }
        }
    }

    func finish() throws(DecodingFailure) {
        // An orientation may stand behind the pixels, so the file has to be there to its end.
        guard venule_png_finish(handle.pointer) else { throw .damaged("its last chunks cannot be read", Self.message(handle)) }
    }

    private func decode(intoBytesFrom start: Int) throws(DecodingFailure) {
        let isDone = bytes.withUnsafeMutableBufferPointer { venule_png_read_row(handle.pointer, $0.baseAddress! + start) }
        guard isDone else { throw .damaged("its pixels cannot be decoded", Self.message(handle)) }
        contents.release(before: venule_png_position(handle.pointer))
    }

    private static func message(_ handle: CodecHandle) -> String {
        String(cString: venule_codec_text(venule_png_report(handle.pointer)))
    }

    /// The content of the chunk eXIf, which may stand before or behind the pixels.
    private static func exif(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var position = 8
        // Length, name, content, checksum.
        while position + 12 <= bytes.count {
            let length = (0..<4).reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
            let content = position + 8
            guard length <= bytes.count - content - 4 else { return nil }
            if bytes[position + 4..<content].elementsEqual("eXIf".utf8) {
                return UnsafeRawBufferPointer(rebasing: bytes[content..<content + length])
            }
            position = content + length + 4
        }
        return nil
    }
}
