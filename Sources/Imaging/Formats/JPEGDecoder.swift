import ImageCodecs

/// JPEG files by libjpeg-turbo: baseline, progressive and arithmetic coding of 8 bits, grey, colour, CMYK and YCCK. The
/// orientation of the Exif block is applied. Of several pictures in a file the first is read.
final class JPEGDecoder: PictureDecoder {
    let header: StoredHeader
    private let contents: FileContents
    private let handle: CodecHandle
    private let channels: Int
    private var bytes: [UInt8] = []

    init(_ contents: FileContents) throws(DecodingFailure) {
        self.contents = contents
        handle = try CodecHandle(venule_jpeg_open(contents.start, contents.count)) { venule_jpeg_close($0) }
        var found = venule_jpeg_header()
        let status = venule_jpeg_read_header(handle.pointer, &found)
        guard status == VENULE_JPEG_OK else { throw Self.failure(handle, status, "its header cannot be read") }
        channels = Int(found.channels)
        let colour: PixelForm.Colour = channels == 1 ? .grey : channels == 3 ? .rgb : .cmyk
        var exifCount = 0
        let exif = venule_jpeg_exif(handle.pointer, &exifCount)
        header = StoredHeader(
            height: Int(found.height), width: Int(found.width), pixels: PixelForm(colour: colour, maximum: 255),
            orientation: exif.map { ExifBlock.orientation(in: UnsafeRawBufferPointer(start: $0, count: exifCount)) } ?? .upright)
    }

    var warnings: [PhotographWarning] { venule_jpeg_has_leftovers(handle.pointer) ? [.leftoverData] : [] }

    func start() throws(DecodingFailure) {
        bytes = [UInt8](repeating: 0, count: header.width * channels)
        try check(venule_jpeg_start(handle.pointer))
    }

    func readRow(into row: inout [UInt16]) throws(DecodingFailure) {
        try check(bytes.withUnsafeMutableBufferPointer { venule_jpeg_read_row(handle.pointer, $0.baseAddress) })
        // Adobe's programs store inks with 255 for none, and so does everything else that writes them into JPEG files.
        if header.pixels.colour == .cmyk { for index in bytes.indices { bytes[index] = 255 - bytes[index] } }
        row.widen(bytes, count: bytes.count)
    }

    func finish() throws(DecodingFailure) {
        try check(venule_jpeg_finish(handle.pointer))
    }

    private func check(_ status: venule_jpeg_status) throws(DecodingFailure) {
        guard status == VENULE_JPEG_OK else { throw Self.failure(handle, status, "its pixels cannot be decoded") }
    }

    private static func failure(_ handle: CodecHandle, _ status: venule_jpeg_status, _ summary: String) -> DecodingFailure {
        let detail = Int(venule_jpeg_detail(handle.pointer))
        return switch status {
        case VENULE_JPEG_OTHER_PRECISION: .unsupported("\(detail)-bit JPEG")
        case VENULE_JPEG_OTHER_PROCESS: .unsupported(process(marker: detail))
        case VENULE_JPEG_OTHER_COLOURS: .unsupported("JPEG in a colour space of its own")
        default: .damaged(summary, String(cString: venule_codec_text(venule_jpeg_report(handle.pointer))))
        }
    }

    /// Source: ITU-T T.81, table B.1; T.87 for JPEG-LS.
    private static func process(marker: Int) -> String {
        switch marker {
        case 0xC3, 0xCB: "lossless JPEG"
        case 0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF: "hierarchical JPEG"
        case 0xF7: "JPEG-LS"
        default: "JPEG of another process"
        }
    }
}
