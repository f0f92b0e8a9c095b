import ImageCodecs

/// An 8-bit PNG file by libpng that is made row by row.
final class PNGEncoder {
    /// There is no memory for what libpng needs: a few rows.
    struct NoMemory: Error {}

    private let writer: OpaquePointer
    private let samplesOfRow: Int

    /// - Parameter channels: 1 grey, 3 RGB.
    /// - Throws: where there is no memory, or for more pixels on a side than the format has.
    init(height: Int, width: Int, channels: Int) throws(NoMemory) {
        precondition(channels == 1 || channels == 3, "a picture is grey or has red, green and blue")
        guard let rows = UInt32(exactly: height), let columns = UInt32(exactly: width),
            let writer = venule_png_writer_open(columns, rows, CInt(channels))
        else { throw NoMemory() }
        self.writer = writer
        samplesOfRow = width * channels
    }

    deinit { venule_png_writer_close(writer) }

    /// The next row, from the first to the last.
    func add(_ row: [UInt8]) throws(NoMemory) {
        precondition(row.count == samplesOfRow, "the samples do not fill the row")
        guard venule_png_writer_add_row(writer, row) else { throw NoMemory() }
    }

    /// Called once, after the last row.
    func finish() throws(NoMemory) {
        guard venule_png_writer_finish(writer) else { throw NoMemory() }
    }

    /// The file's bytes that were made since the last call; they are valid until the next call of any function.
    func take() -> UnsafeRawBufferPointer {
        var count = 0
        let bytes = venule_png_writer_take(writer, &count)
        return UnsafeRawBufferPointer(start: bytes, count: count)
    }

    /// The bytes of a whole file.
    ///
    /// - Parameter row: makes the row of a number.
    static func encode(height: Int, width: Int, channels: Int, row: (Int) -> [UInt8]) throws(NoMemory) -> [UInt8] {
        let encoder = try PNGEncoder(height: height, width: width, channels: channels)
        var bytes: [UInt8] = []
        for index in 0..<height {
            try encoder.add(row(index))
            bytes += encoder.take()
        }
        try encoder.finish()
        bytes += encoder.take()
        return bytes
    }
}
