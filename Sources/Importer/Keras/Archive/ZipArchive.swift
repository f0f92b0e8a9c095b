import CZip

/// A zip archive open for reading.
struct ZipArchive: ~Copyable {
    private let archive: OpaquePointer

    struct Failure: Error, Hashable {
        /// The entry, where it is about one.
        var entry: String?
        var isCorrupt = true
        var found: String
        var expected: String?
    }

    /// How many times larger than its stored bytes an entry may be. Deflate reaches a factor of 1032.
    private static let compressionRatio: UInt64 = 1_100

    init(path: String) throws(Failure) {
        var code: Int32 = 0
        guard let archive = zip_open(path, Int32(ZIP_RDONLY), &code) else {
            var error = zip_error_t()
            zip_error_init_with_code(&error, code)
            defer { zip_error_fini(&error) }
            throw Failure(found: "no readable archive: \(String(cString: zip_error_strerror(&error)))")
        }
        self.archive = archive
    }

    deinit { zip_discard(archive) }

    /// Whether there is an entry of that name.
    func has(_ entry: String) -> Bool { zip_name_locate(archive, entry, 0) >= 0 }

    /// An entry's bytes.
    func bytes(of entry: String, atMost limit: Int) throws(Failure) -> [UInt8] {
        var all: [UInt8] = []
        try read(entry, atMost: limit) { bytes throws(Failure) in all += bytes }
        return all
    }

    /// Hands over the bytes of an entry piece by piece.
    ///
    /// - Throws: if there is no such entry, if it is larger than `limit` or encrypted, or if its checksum is wrong.
    func read(
        _ entry: String, atMost limit: Int, each body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var status = zip_stat_t()
        zip_stat_init(&status)
        guard zip_stat(archive, entry, 0, &status) == 0, status.valid & UInt64(ZIP_STAT_SIZE) != 0 else {
            throw Failure(entry: entry, found: "no such entry", expected: "the entry that Keras writes")
        }
        guard status.size <= UInt64(limit) else {
            throw Failure(entry: entry, isCorrupt: false, found: "\(status.size) bytes", expected: "at most \(limit)")
        }
        guard status.size <= status.comp_size.multipliedReportingOverflow(by: Self.compressionRatio).partialValue else {
            throw Failure(entry: entry, found: "\(status.size) bytes in \(status.comp_size) stored ones")
        }
        guard let file = zip_fopen(archive, entry, 0) else {
            throw Failure(entry: entry, found: "no readable entry: \(String(cString: zip_strerror(archive)))")
        }
        defer { zip_fclose(file) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var left = Int(status.size)
        while true {
            // At the end libzip compares the checksum.
            let count = Int(zip_fread(file, buffer.baseAddress, UInt64(buffer.count)))
            guard count >= 0, count <= left else {
                let message = count < 0 ? String(cString: zip_file_strerror(file)) : "more bytes than it claims"
                throw Failure(entry: entry, found: "damaged data: \(message)")
            }
            if count == 0 { break }
            left -= count
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        guard left == 0 else { throw Failure(entry: entry, found: "\(left) bytes less than it claims") }
    }
}
