import Platform

/// An open regular file; what goes wrong names its path.
public final class FileReader {
    public let path: String
    private var reader: venule_reader

    /// - Parameter path: its bytes as the system has them, which need not be UTF-8.
    public convenience init(_ path: [UInt8]) throws(FileError) {
        var opened = venule_reader()
        // A path has no zero in it: what is behind one would be left out.
        let bytes = path.map { CChar(bitPattern: $0) } + [0]
        let code = bytes.withUnsafeBufferPointer { buffer in
            // Never empty, so that there is an address.
            buffer.baseAddress.map { venule_reader_open($0, &opened) } ?? VENULE_NO_REGULAR_FILE
        }
        let text = String(decoding: path, as: UTF8.self)
        // Thrown before all is set: a complete object would close a descriptor that it never had.
        guard code == 0 else { throw FileError(.open, text, code: code) }
        self.init(opened, path: text)
    }

    public convenience init(_ path: String) throws(FileError) { try self.init(Array(path.utf8)) }

    /// The file of a descriptor that stays the caller's, under a name for messages.
    public convenience init(descriptor: Int32, name: String) throws(FileError) {
        var opened = venule_reader()
        let code = venule_reader_duplicate(descriptor, &opened)
        guard code == 0 else { throw FileError(.open, name, code: code) }
        self.init(opened, path: name)
    }

    private init(_ reader: venule_reader, path: String) {
        self.reader = reader
        self.path = path
    }

    deinit { venule_reader_close(&reader) }

    /// When it was opened.
    public var byteCount: UInt64 { reader.byteCount }

    /// Fills the bytes from `offset` on.
    public func read(_ offset: Int, _ bytes: UnsafeMutableRawBufferPointer) throws(FileError) {
        let code = venule_reader_read(&reader, UInt64(offset), bytes.baseAddress, bytes.count)
        guard code == 0 else { throw FileError(.read, path, code: code) }
    }

    /// So many bytes from `offset` on.
    public func bytes(_ offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            code = venule_reader_read(&reader, UInt64(offset), buffer.baseAddress, count)
            filled = code == 0 ? count : 0
        }
        guard code == 0 else { throw FileError(.read, path, code: code) }
        return bytes
    }

    /// The first bytes, at most `count`.
    public func head(_ count: Int) throws(FileError) -> [UInt8] { try bytes(0, count: min(count, Int(clamping: byteCount))) }

    /// All bytes.
    /// - Throws: also where there are more than `limit`.
    public func all(atMost limit: Int) throws(FileError) -> [UInt8] { try bytes(0, count: count(atMost: limit)) }

    /// How many bytes there are.
    /// - Throws: where there are more than `limit`.
    public func count(atMost limit: Int) throws(FileError) -> Int {
        guard byteCount <= UInt64(limit) else { throw FileError(.read, path, code: VENULE_FILE_TOO_LARGE) }
        return Int(byteCount)
    }

    /// All bytes, mapped.
    public func mapped() throws(FileError) -> MappedFile {
        guard byteCount > 0 else { return MappedFile(UnsafeRawBufferPointer(start: nil, count: 0)) }
        var start: UnsafeRawPointer?
        let code = venule_reader_map(&reader, &start)
        guard code == 0, let start else { throw FileError(.open, path, code: code) }
        return MappedFile(UnsafeRawBufferPointer(start: start, count: Int(clamping: byteCount)))
    }
}

/// All bytes of a file, mapped for reading as long as this object lives.
public final class MappedFile: Sendable {
    /// Never changed, and the mapping ends with the object.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    fileprivate init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    deinit {
        if let start = bytes.baseAddress { venule_unmap(start, bytes.count) }
    }
}
