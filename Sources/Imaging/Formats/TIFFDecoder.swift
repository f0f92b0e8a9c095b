import ImageCodecs

/// TIFF and BigTIFF files by libtiff: strips and tiles, planes together or apart, LZW, Deflate, PackBits, the CCITT groups, JPEG,
/// WebP, Zstandard, LZMA, LERC, and JPEG 2000 by OpenJPEG; 1 to 16, 24, 32 and 64 bits, floats of 16, 24, 32 and 64; grey with either zero, RGB,
/// palettes, CMYK, YCbCr; both kinds of alpha. The `Orientation` tag is applied.
///
/// Of several pages the first is read that is not marked as a reduced picture of another.
///
/// Source: TIFF 6.0 (Adobe, 1992); Adobe's TIFF Technical Notes 1 to 3 for floats and JPEG.
final class TIFFDecoder: PictureDecoder {
    let header: StoredHeader
    private let contents: FileContents
    private let file: TIFFHandle
    private let tags: venule_tiff_header
    private let form: TIFFForm
    private let pixelLimit: Int
    private var rows: (any TIFFRows)?
    private var stored: [UInt16] = []
    private var nextRow = 0
    private var floats = TIFFFloatRange()

    init(_ contents: FileContents, pixelLimit: Int) throws(DecodingFailure) {
        self.contents = contents
        self.pixelLimit = pixelLimit
        file = try TIFFHandle(contents, pixelLimit: pixelLimit)
        tags = try file.selectPage()
        form = try TIFFForm(tags)
        header = StoredHeader(
            height: Int(tags.height), width: Int(tags.width), pixels: form.pixels, orientation: Orientation(tag: Int(tags.orientation)))
    }

    var warnings: [PhotographWarning] {
        guard let range = floats.found, range.lowerBound < 0 || range.upperBound > 1 else { return [] }
        return [.floatsOutOfRange(smallest: range.lowerBound, largest: range.upperBound)]
    }

    func start() throws(DecodingFailure) {
        try checkChunks()
        stored = [UInt16](repeating: 0, count: header.width * form.storedSamples.count)
        rows = try TIFFRowsChoice.rows(of: file, tags: tags, form: form, contents: contents, pixelLimit: pixelLimit)
    }

    func readRow(into row: inout [UInt16]) throws(DecodingFailure) {
        try rows?.readRow(nextRow, into: &stored, &floats)
        nextRow += 1
        guard let palette = form.palette else {
            swap(&row, &stored)
            return
        }
        for column in 0..<header.width {
            let index = Int(stored[column])
            for sample in 0..<3 { row[3 * column + sample] = palette[3 * index + sample] }
        }
    }

    /// Every strip or tile has to lie in the file, whatever the compression: libtiff fills up what some of them lack.
    private func checkChunks() throws(DecodingFailure) {
        let name = tags.is_tiled ? "tile" : "strip"
        let across = (header.width + Int(tags.chunk_width) - 1) / Int(tags.chunk_width)
        let down = (header.height + Int(min(tags.chunk_height, tags.height)) - 1) / Int(min(tags.chunk_height, tags.height))
        let planes = tags.planar_configuration == 2 ? Int(tags.samples) : 1
        guard Int(tags.chunks) >= across * down * planes else {
            throw .damaged("it has \(tags.chunks) \(name)s, \(across * down * planes) are expected")
        }
        for chunk in 0..<tags.chunks {
            let place = file.place(ofChunk: chunk)
            guard place.count > 0, place.offset > 0 else { throw .damaged("\(name) \(chunk) has no bytes") }
            guard place.offset <= contents.count, place.count <= contents.count - place.offset else {
                throw .damaged(
                    "\(name) \(chunk) lies at byte \(place.offset) and has \(place.count), the file has \(contents.count)")
            }
        }
    }
}

/// Owns one of libtiff's handles.
final class TIFFHandle {
    let pointer: OpaquePointer
    private let contents: FileContents

    init(_ contents: FileContents, pixelLimit: Int) throws(DecodingFailure) {
        self.contents = contents
        var report = venule_codec_report()
        // No decoder of libtiff needs more than a strip or a tile of the widest samples.
        guard let pointer = venule_tiff_open(contents.start, contents.count, max(8 * pixelLimit, 1 << 20), &report) else {
            let message = String(cString: venule_codec_text(&report))
            // The samples of a pixel have different numbers of bits.
            if message.contains("different values per sample") || message.contains("different per-sample") {
                throw .unsupported("TIFF whose samples have different numbers of bits")
            }
            throw .damaged("its directory cannot be read", message)
        }
        self.pointer = pointer
    }

    deinit { venule_tiff_close(pointer) }

    var message: String { String(cString: venule_codec_text(venule_tiff_report(pointer))) }

    var tags: venule_tiff_header {
        var tags = venule_tiff_header()
        venule_tiff_read_header(pointer, &tags)
        return tags
    }

    /// Goes to the first page that is no reduced picture or mask of another; to the first where all are.
    func selectPage() throws(DecodingFailure) -> venule_tiff_header {
        let first = tags
        if first.is_camera_raw { throw .unsupported("camera raw file (DNG)") }
        var found = first
        // Bit 0: reduced; bit 2: a mask.
        while found.subfile_type & 5 != 0 {
            guard venule_tiff_has_next_page(pointer) else {
                guard venule_tiff_first_page(pointer) else { throw .damaged("its directory cannot be read", message) }
                return first
            }
            guard venule_tiff_next_page(pointer) else { throw .damaged("its next directory cannot be read", message) }
            found = tags
        }
        return found
    }

    func place(ofChunk chunk: UInt32) -> (offset: Int, count: Int) {
        var offset: UInt64 = 0
        var count: UInt64 = 0
        venule_tiff_chunk_place(pointer, chunk, &offset, &count)
        return (Int(clamping: offset), Int(clamping: count))
    }
}
