import Glibc

/// Whole files in and out.
enum FileAccess {
    /// Reads all bytes of a file.
    ///
    /// - Throws: `ImagingError.unreadable`, also for a folder and for more than `byteLimit` bytes.
    static func read(_ path: String, byteLimit: Int = 1 << 30) throws(ImagingError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemMessage()) }
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: systemMessage()) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .unreadable(path: path, reason: "it is a folder") }

        // The size is only a hint: a pipe has none, and a file may grow.
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

    /// Writes a temporary file beside `path` and renames it, so that `path` holds either its old content or all of
    /// the new one.
    ///
    /// - Throws: `ImagingError.unwritable`; the temporary file is removed. What exists and is no regular file (a folder,
    ///   a device) is refused, because renaming would replace it.
    static func writeAtomically(_ bytes: UnsafeRawBufferPointer, to path: String) throws(ImagingError) {
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw .unwritable(path: path, reason: "it exists and is no regular file")
        }
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemMessage()) }
        var failure = write(bytes, to: descriptor)
        if close(descriptor) != 0 && failure == nil { failure = systemMessage() }
        if failure == nil && rename(temporary, path) != 0 { failure = systemMessage() }
        if let failure {
            unlink(temporary)
            throw .unwritable(path: path, reason: failure)
        }
    }

    /// The system's message where not all bytes could be written.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> String? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return systemMessage() }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    private static func systemMessage() -> String {
        String(cString: strerror(errno))
    }
}
