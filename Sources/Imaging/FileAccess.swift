import Glibc

/// Whole files in and out.
public enum FileAccess {
    /// Reads all bytes of a file.
    ///
    /// - Throws: `ImagingError.unreadable`, also for what is no regular file (a folder, a pipe that nobody may ever write to) and for more than `byteLimit` bytes.
    public static func read(_ path: String, byteLimit: Int = 1 << 30) throws(ImagingError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemMessage()) }
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: systemMessage()) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .unreadable(path: path, reason: "it is a folder") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "it is no regular file") }

        // The size is only a hint: a file may grow.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(max(Int(status.st_size), 0), byteLimit))
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: systemMessage()) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= byteLimit else {
                throw .unreadable(path: path, reason: "it is larger than \(byteLimit) bytes")
            }
        }
    }

    static func systemMessage() -> String {
        String(cString: strerror(errno))
    }
}
