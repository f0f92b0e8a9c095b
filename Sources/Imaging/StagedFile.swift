import Glibc

/// A complete temporary file beside the place where it belongs.
struct StagedFile {
    private let path: String
    private let temporary: String

    /// - Throws: `ImagingError.unwritable`; nothing is left then. What exists at `path` and is no regular file (a folder, a
    ///   device, a symbolic link) is refused, because renaming would replace it.
    init(_ bytes: [UInt8], for path: String) throws(ImagingError) {
        var status = stat()
        guard lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw .unwritable(path: path, reason: "it exists and is no regular file")
        }
        self.path = path
        temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: FileAccess.systemMessage()) }
        var failure = Self.write(bytes, to: descriptor)
        if close(descriptor) != 0 && failure == nil { failure = FileAccess.systemMessage() }
        guard let failure else { return }
        discard()
        throw .unwritable(path: path, reason: failure)
    }

    /// Puts the file in its place.
    func publish() throws(ImagingError) {
        guard rename(temporary, path) == 0 else { throw .unwritable(path: path, reason: FileAccess.systemMessage()) }
    }

    func discard() {
        unlink(temporary)
    }

    /// The system's message where not all bytes could be written.
    private static func write(_ bytes: [UInt8], to descriptor: CInt) -> String? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return FileAccess.systemMessage() }
            rest = rest.dropFirst(count)
        }
        return nil
    }
}
