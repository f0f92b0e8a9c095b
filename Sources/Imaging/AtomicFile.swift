import Files

/// Files that appear whole or not at all.
public enum AtomicFile {
    /// Writes files under other names in their folders, and renames them once all are complete.
    ///
    /// - Throws: `ImagingError.unwritable`; nothing is left then of those that were not renamed, and older files stay as they were.
    public static func write(_ files: [(path: String, bytes: [UInt8])]) throws(ImagingError) {
        do throws(FileError) { try write(files[...]) } catch { throw .unwritable(path: error.path, reason: error.reason) }
    }

    /// As `write(_:)`, for one file.
    public static func write(_ bytes: [UInt8], to path: String) throws(ImagingError) {
        try write([(path, bytes)])
    }

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
