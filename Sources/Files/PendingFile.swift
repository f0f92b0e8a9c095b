import Platform

/// Why a file cannot be written or read.
public struct FileError: Error, Hashable, Sendable {
    public let path: String
    /// An `errno` value, or one of Platform's own.
    public let code: Int32

    public init(path: String, code: Int32) {
        self.path = path
        self.code = code
    }

    /// What the system says of it, without the path.
    public var reason: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let text = buffer.baseAddress else { return "" }
            venule_error_text(code, text, buffer.count)
            return String(cString: text)
        }
    }
}

/// A file that appears at its path when it is complete, for good: it is written under a random name in the same folder, brought to
/// the disk, and renamed. What is there and is no regular file, such as a link, is refused. If this value ends before the file is
/// published nothing is left.
public struct PendingFile: ~Copyable {
    public let path: String
    private var writer: venule_writer

    /// Bytes that were written one after the other.
    private var end: UInt64 = 0

    public init(_ path: String) throws(FileError) {
        var writer = venule_writer()
        let code = venule_writer_open(path, &writer)
        guard code == 0 else { throw FileError(path: path, code: code) }
        self.path = path
        self.writer = writer
    }

    /// To read the file before it is published.
    public var descriptor: Int32 { writer.descriptor }

    /// Appends to what this has written so far.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try write(bytes, at: end)
        end += UInt64(bytes.count)
    }

    public mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(FileError) {
        try check(venule_writer_write(&writer, offset, bytes.baseAddress, bytes.count))
    }

    /// A file without a name, which is gone when this value and whoever else has it open are; it cannot be published.
    public init(unnamedIn folder: String) throws(FileError) {
        let path = "\(folder)/unnamed"
        var writer = venule_writer()
        var code = venule_writer_open(path, &writer)
        if code == 0 { code = venule_writer_remove_name(&writer, path) }
        guard code == 0 else { throw FileError(path: path, code: code) }
        self.path = path
        self.writer = writer
    }

    /// Brings everything to the disk; ``publish()`` can then fail only where renaming does.
    public mutating func finish() throws(FileError) { try check(venule_writer_finish(&writer)) }

    /// Gives a finished file its name, in place of what had it.
    public mutating func publish() throws(FileError) { try check(venule_writer_publish(&writer, path)) }

    private func check(_ code: Int32) throws(FileError) {
        guard code == 0 else { throw FileError(path: path, code: code) }
    }

    deinit {
        var writer = writer
        // After `publish` nothing is left under the random name.
        venule_writer_abandon(&writer, path)
    }
}

extension PendingFile {
    /// Appends to what this has written so far.
    public mutating func write(_ bytes: [UInt8]) throws(FileError) {
        try write(bytes[...], at: end)
        end += UInt64(bytes.count)
    }

    public mutating func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) throws(FileError) {
        // The array's own method would lose the type of an error that its body throws.
        try check(bytes.withUnsafeBytes { venule_writer_write(&writer, offset, $0.baseAddress, $0.count) })
    }
}
