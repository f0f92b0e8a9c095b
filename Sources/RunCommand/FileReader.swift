import Platform

/// An open file; what goes wrong names its path.
final class FileReader {
    let path: String
    private var reader: venule_reader

    init(_ path: CArgument) throws(CommandFailure) {
        var opened = venule_reader()
        let code = venule_reader_open(path.start, &opened)
        // Thrown before all is set: a complete object would close a descriptor that it never had.
        guard code == 0 else { throw .file(path.text, "opened", code: code) }
        self.path = path.text
        reader = opened
    }

    deinit { venule_reader_close(&reader) }

    /// When it was opened.
    var byteCount: UInt64 { reader.byteCount }

    /// Fills the bytes from `offset` on.
    func read(_ offset: Int, _ bytes: UnsafeMutableRawBufferPointer) throws(CommandFailure) {
        let code = code(offset, bytes)
        guard code == 0 else { throw .file(path, "read", code: code) }
    }

    /// - Returns: 0, or the code of what went wrong.
    func code(_ offset: Int, _ bytes: UnsafeMutableRawBufferPointer) -> Int32 {
        venule_reader_read(&reader, UInt64(offset), bytes.baseAddress, bytes.count)
    }

    /// The first bytes, at most `count`.
    func head(_ count: Int) throws(CommandFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(count, Int(clamping: byteCount)))
        let code = bytes.withUnsafeMutableBytes { self.code(0, $0) }
        guard code == 0 else { throw .file(path, "read", code: code) }
        return bytes
    }
}
