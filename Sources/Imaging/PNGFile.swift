import Files

/// A PNG file of 8 bits, grey or RGB, that is written row by row, so that it is never in memory. It appears at its path when it
/// is published; if this object ends before, nothing is left.
public final class PNGFile {
    public enum Failure: Error {
        case file(FileError)
        /// There is not even memory for a few rows.
        case noMemory(path: String)
    }

    private let encoder: PNGEncoder
    private var file: PendingFile

    /// - Parameter channels: 1 grey, 3 RGB.
    public init(_ path: String, height: Int, width: Int, channels: Int) throws(Failure) {
        do { encoder = try PNGEncoder(height: height, width: width, channels: channels) } catch { throw .noMemory(path: path) }
        do { file = try PendingFile(path) } catch { throw .file(error) }
    }

    public var path: String { file.path }

    /// The next row, from the first to the last: `channels` samples a pixel.
    public func write(_ row: [UInt8]) throws(Failure) {
        do { try encoder.add(row) } catch { throw .noMemory(path: path) }
        try writeEncoded()
    }

    /// Brings everything to the disk, after the last row; ``publish()`` can then fail only where renaming does.
    public func finish() throws(Failure) {
        do { try encoder.finish() } catch { throw .noMemory(path: path) }
        try writeEncoded()
        do { try file.finish() } catch { throw .file(error) }
    }

    /// Gives a finished file its name, in place of what had it.
    public func publish() throws(FileError) { try file.publish() }

    private func writeEncoded() throws(Failure) {
        let bytes = encoder.take()
        // libpng makes 8 KiB at a time.
        guard bytes.count > 0 else { return }
        do { try file.write(bytes) } catch { throw .file(error) }
    }
}
