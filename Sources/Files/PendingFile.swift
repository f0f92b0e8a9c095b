import Platform

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
        guard code == 0 else { throw FileError(.write, path, code: code) }
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
        guard code == 0 else { throw FileError(.write, path, code: code) }
        self.path = path
        self.writer = writer
    }

    /// Brings everything to the disk; ``publish()`` can then fail only where renaming does.
    public mutating func finish() throws(FileError) { try check(venule_writer_finish(&writer)) }

    /// Gives a finished file its name, in place of what had it.
    public mutating func publish() throws(FileError) { try check(venule_writer_publish(&writer, path)) }

    private func check(_ code: Int32) throws(FileError) {
        guard code == 0 else { throw FileError(.write, path, code: code) }
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

/// Files that appear whole or not at all.
public enum AtomicFile {
    /// Writes files under other names in their folders, and renames them once all are complete.
    ///
    /// - Throws: where one cannot be written; nothing is left then of those that were not renamed, and older files stay as they
    ///   were.
    public static func write(_ files: [(path: String, bytes: [UInt8])]) throws(FileError) { try write(files[...]) }

    /// The same for one file.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) { try write([(path, bytes)]) }

    /// Each waits for the others behind it to be complete.
    private static func write(_ files: ArraySlice<(path: String, bytes: [UInt8])>) throws(FileError) {
        guard let first = files.first else { return }
        var file = try PendingFile(first.path)
        try file.write(first.bytes)
        try file.finish()
        try write(files.dropFirst())
        try file.publish()
    }
}
