import ImageCodecs

/// Rows of a TIFF file's samples: those of `TIFFForm.storedSamples`, pixel after pixel.
protocol TIFFRows: AnyObject {
    /// - Parameter index: one more at each call, from 0 on.
    func readRow(_ index: Int, into row: inout [UInt16], _ floats: inout TIFFFloatRange) throws(DecodingFailure)
}

enum TIFFRowsChoice {
    static func rows(
        of file: TIFFHandle, tags: venule_tiff_header, form: TIFFForm, contents: FileContents, pixelLimit: Int
    ) throws(DecodingFailure) -> any TIFFRows {
        let compression = TIFFCompression(tags.compression)
        if compression.isJPEG2000 { return try TIFFJPEG2000Rows(file, tags, form, contents, pixelLimit: pixelLimit) }
        if form.isConverted { return try TIFFConvertedRows(file, tags, pixelLimit: pixelLimit) }
        if compression.convertsColours(tags) { venule_tiff_convert_jpeg_colours(file.pointer) }
        if tags.is_tiled { return try TIFFTileRows(file, file.tags, form, pixelLimit: pixelLimit) }
        var planes = [file]
        if tags.planar_configuration == 2 {
            // Each plane's strips are decoded row by row by a handle of their own.
            for _ in form.storedSamples.dropFirst() {
                let handle = try TIFFHandle(contents, pixelLimit: pixelLimit)
                _ = try handle.selectPage()
                planes.append(handle)
            }
        }
        return try TIFFStripRows(planes, file.tags, form, pixelLimit: pixelLimit)
    }
}

/// Strips, a row at a time.
final class TIFFStripRows: TIFFRows {
    /// One, or one for each sample of separate planes.
    private let planes: [TIFFHandle]
    private let form: TIFFForm
    private let width: Int
    private let samples: Int
    private let isPlanar: Bool
    private var bytes: [UInt8]

    init(_ planes: [TIFFHandle], _ tags: venule_tiff_header, _ form: TIFFForm, pixelLimit: Int) throws(DecodingFailure) {
        self.planes = planes
        self.form = form
        width = Int(tags.width)
        samples = Int(tags.samples)
        isPlanar = tags.planar_configuration == 2
        // Sixteen samples of 64 bits would be many times what the pixels become.
        guard tags.chunk_row_bytes <= 8 * max(pixelLimit, 1 << 16) else { throw .noMemory }
        bytes = [UInt8](repeating: 0, count: Int(tags.chunk_row_bytes))
    }

    func readRow(_ index: Int, into row: inout [UInt16], _ floats: inout TIFFFloatRange) throws(DecodingFailure) {
        let count = form.storedSamples.count
        for (offset, sample) in form.storedSamples.enumerated() {
            if isPlanar || offset == 0 {
                let file = planes[isPlanar ? offset : 0]
                let plane = UInt16(isPlanar ? sample : 0)
                let isDone = bytes.withUnsafeMutableBufferPointer {
                    venule_tiff_read_row(file.pointer, $0.baseAddress, UInt32(index), plane)
                }
                guard isDone else { throw .damaged("row \(index) cannot be decoded", file.message) }
            }
            bytes.withUnsafeBytes {
                form.encoding.decode(
                    $0, first: isPlanar ? 0 : sample, step: isPlanar ? 1 : samples, count: width, into: &row, at: offset,
                    targetStep: count, &floats)
            }
        }
    }
}

/// Tiles, a row of tiles at a time.
final class TIFFTileRows: TIFFRows {
    private let file: TIFFHandle
    private let form: TIFFForm
    private let tags: venule_tiff_header
    private let tilesAcross: Int
    private let tileBytes: Int
    private let isPlanar: Bool
    /// The tiles from left to right, and so for each plane.
    private var bytes: [UInt8]

    init(_ file: TIFFHandle, _ tags: venule_tiff_header, _ form: TIFFForm, pixelLimit: Int) throws(DecodingFailure) {
        self.file = file
        self.tags = tags
        self.form = form
        isPlanar = tags.planar_configuration == 2
        let width = Int(tags.chunk_width)
        tilesAcross = (Int(tags.width) + width - 1) / width
        let planes = isPlanar ? form.storedSamples.count : 1
        let (tileBytes, overflow) = Int(clamping: tags.chunk_row_bytes).multipliedReportingOverflow(by: Int(tags.chunk_height))
        // A row of tiles is the whole picture at most, or tiles that are larger than it.
        guard !overflow, tileBytes <= 8 * max(pixelLimit, 1 << 16) / (tilesAcross * planes) else { throw .noMemory }
        self.tileBytes = tileBytes
        bytes = [UInt8](repeating: 0, count: tileBytes * tilesAcross * planes)
    }

    func readRow(_ index: Int, into row: inout [UInt16], _ floats: inout TIFFFloatRange) throws(DecodingFailure) {
        let tileWidth = Int(tags.chunk_width)
        let rowInTile = index % Int(tags.chunk_height)
        if rowInTile == 0 { try readTiles(row: index) }
        let count = form.storedSamples.count
        let rowBytes = Int(tags.chunk_row_bytes)
        for (offset, sample) in form.storedSamples.enumerated() {
            for tile in 0..<tilesAcross {
                let start = ((isPlanar ? offset : 0) * tilesAcross + tile) * tileBytes + rowInTile * rowBytes
                let left = tile * tileWidth
                bytes.withUnsafeBytes {
                    form.encoding.decode(
                        UnsafeRawBufferPointer(rebasing: $0[start..<start + rowBytes]), first: isPlanar ? 0 : sample,
                        step: isPlanar ? 1 : Int(tags.samples), count: min(tileWidth, Int(tags.width) - left), into: &row,
                        at: left * count + offset, targetStep: count, &floats)
                }
            }
        }
    }

    private func readTiles(row: Int) throws(DecodingFailure) {
        let planes = isPlanar ? form.storedSamples : [0]
        for (offset, plane) in planes.enumerated() {
            for tile in 0..<tilesAcross {
                let start = (offset * tilesAcross + tile) * tileBytes
                let column = UInt32(tile) * tags.chunk_width
                let isDone = bytes.withUnsafeMutableBufferPointer {
                    venule_tiff_read_tile(file.pointer, $0.baseAddress! + start, column, UInt32(row), UInt16(plane))
                }
                guard isDone else { throw .damaged("the tile at row \(row), column \(column) cannot be decoded", file.message) }
            }
        }
    }
}

/// YCbCr without JPEG, which libtiff converts a strip or a row of tiles at a time.
final class TIFFConvertedRows: TIFFRows {
    private let file: TIFFHandle
    private let tags: venule_tiff_header
    private let chunkHeight: Int
    private let chunksAcross: Int
    /// Chunks from left to right, four bytes a pixel, each from its bottom row upwards.
    private var words: [UInt32]

    init(_ file: TIFFHandle, _ tags: venule_tiff_header, pixelLimit: Int) throws(DecodingFailure) {
        guard venule_tiff_can_convert(file.pointer) else { throw .unsupported("TIFF in YCbCr (\(file.message))") }
        self.file = file
        self.tags = tags
        chunkHeight = Int(tags.is_tiled ? tags.chunk_height : min(tags.chunk_height, tags.height))
        let chunkWidth = Int(tags.chunk_width)
        chunksAcross = (Int(tags.width) + chunkWidth - 1) / chunkWidth
        guard chunkHeight <= 2 * max(pixelLimit, 1 << 16) / (chunksAcross * chunkWidth) else { throw .noMemory }
        words = [UInt32](repeating: 0, count: chunksAcross * chunkWidth * chunkHeight)
    }

    func readRow(_ index: Int, into row: inout [UInt16], _ floats: inout TIFFFloatRange) throws(DecodingFailure) {
        let rowInChunk = index % chunkHeight
        if rowInChunk == 0 { try readChunks(row: index) }
        // The last strip may be lower than the others, and libtiff turns it about its own height.
        let height = tags.is_tiled ? chunkHeight : min(chunkHeight, Int(tags.height) - (index - rowInChunk))
        let chunkWidth = Int(tags.chunk_width)
        for column in 0..<Int(tags.width) {
            let start = column / chunkWidth * chunkWidth * chunkHeight
            let word = words[start + (height - 1 - rowInChunk) * chunkWidth + column % chunkWidth]
            for sample in 0..<3 { row[3 * column + sample] = UInt16(word >> UInt32(8 * sample) & 255) }
        }
    }

    private func readChunks(row: Int) throws(DecodingFailure) {
        for chunk in 0..<chunksAcross {
            let column = UInt32(chunk) * tags.chunk_width
            let start = chunk * Int(tags.chunk_width) * chunkHeight
            let isDone = words.withUnsafeMutableBufferPointer {
                venule_tiff_read_converted(file.pointer, $0.baseAddress! + start, column, UInt32(row))
            }
            guard isDone else { throw .damaged("the pixels from row \(row) on cannot be decoded", file.message) }
        }
    }
}

/// Strips or tiles that are JPEG 2000 codestreams, a row of them at a time.
final class TIFFJPEG2000Rows: TIFFRows {
    private let file: TIFFHandle
    private let tags: venule_tiff_header
    private let form: TIFFForm
    private let contents: FileContents
    private let pixelLimit: Int
    private let chunkHeight: Int
    private var pictures: [JPEG2000Picture] = []

    init(
        _ file: TIFFHandle, _ tags: venule_tiff_header, _ form: TIFFForm, _ contents: FileContents, pixelLimit: Int
    ) throws(DecodingFailure) {
        guard !form.isConverted, tags.planar_configuration != 2, case .unsigned = form.encoding else {
            throw .unsupported("JPEG 2000 in TIFF in YCbCr, of separate planes or of more than 16 bits")
        }
        self.file = file
        self.tags = tags
        self.form = form
        self.contents = contents
        self.pixelLimit = pixelLimit
        chunkHeight = Int(tags.is_tiled ? tags.chunk_height : min(tags.chunk_height, tags.height))
    }

    func readRow(_ index: Int, into row: inout [UInt16], _ floats: inout TIFFFloatRange) throws(DecodingFailure) {
        if index % chunkHeight == 0 { try decodeChunks(row: index) }
        let chunkWidth = Int(tags.chunk_width)
        let count = form.storedSamples.count
        for (offset, sample) in form.storedSamples.enumerated() {
            for column in 0..<Int(tags.width) {
                let component = pictures[column / chunkWidth].components[sample]
                row[column * count + offset] = UInt16(component.sample(row: index % chunkHeight, column: column % chunkWidth))
            }
        }
    }

    private func decodeChunks(row: Int) throws(DecodingFailure) {
        pictures = []
        let height = tags.is_tiled ? chunkHeight : min(chunkHeight, Int(tags.height) - row)
        for column in stride(from: 0, to: Int(tags.width), by: Int(tags.chunk_width)) {
            let place = file.place(ofChunk: venule_tiff_chunk_at(file.pointer, UInt32(column), UInt32(row), 0))
            let bytes = UnsafeBufferPointer(start: contents.start + place.offset, count: place.count)
            let picture = try JPEG2000Picture(bytes, pixelLimit: pixelLimit)
            guard picture.height == height, picture.width == Int(tags.chunk_width) else {
                throw .damaged(
                    "the JPEG 2000 data at row \(row), column \(column) have \(picture.width) x \(picture.height) pixels, \(tags.chunk_width) x \(height) are expected"
                )
            }
            try picture.decode()
            guard picture.components.count == Int(tags.samples), picture.components.allSatisfy({ $0.bits == form.encoding.bits }) else {
                throw .damaged("the JPEG 2000 data at row \(row), column \(column) have other samples than the file announces")
            }
            pictures.append(picture)
        }
    }
}
