/// Files that appear whole or not at all.
public enum AtomicFile {
    /// Writes temporary files beside the paths, and renames them once all are complete.
    ///
    /// - Throws: `ImagingError.unwritable`; the temporary files are removed then, and older files stay as they were.
    public static func write(_ files: [(path: String, bytes: [UInt8])]) throws(ImagingError) {
        var staged: [StagedFile] = []
        do throws(ImagingError) {
            for file in files { staged.append(try StagedFile(file.bytes, for: file.path)) }
            for file in staged { try file.publish() }
        } catch {
            // Those that were published already have no temporary file any more.
            for file in staged { file.discard() }
            throw error
        }
    }

    /// As `write(_:)`, for one file.
    public static func write(_ bytes: [UInt8], to path: String) throws(ImagingError) {
        try write([(path, bytes)])
    }
}
