#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The only calls of the operating system in this module.
enum SystemFiles {
    /// Maps a file for reading. An empty file gives no bytes.
    static func map(_ path: String) throws(ModelFileError) -> MappedFile {
        // Not blocking: opening a pipe that nobody writes to must not wait.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw systemError(path, "cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError(path, "cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ModelFileError(path: path, message: "is no regular file") }
        guard let count = Int(exactly: status.st_size), count > 0 else {
            return MappedFile(bytes: UnsafeRawBufferPointer(start: nil, count: 0), unmap: { _ in })
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw systemError(path, "cannot be mapped")
        }
        return MappedFile(bytes: UnsafeRawBufferPointer(start: start, count: count)) { bytes in
            munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
        }
    }

    /// A name in the same folder that nothing has. Not only the process id: a container's processes have the same one, and one
    /// may have left its file behind.
    static func temporaryPath(beside path: String) -> String { "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp" }

    static func systemError(_ path: String, _ what: String) -> ModelFileError {
        ModelFileError(path: path, message: "\(what): \(String(cString: strerror(errno)))")
    }
}

/// A file that appears under its name only when it is complete: it is written under another name in the same folder.
struct PendingFile: ~Copyable {
    let path: String
    private let temporaryPath: String
    private let descriptor: Int32

    init(_ path: String) throws(ModelFileError) {
        let temporaryPath = SystemFiles.temporaryPath(beside: path)
        let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemFiles.systemError(path, "cannot be written") }
        self.path = path
        self.temporaryPath = temporaryPath
        self.descriptor = descriptor
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ModelFileError) {
        var position = 0
        while position < bytes.count {
            let written = Self.writeSome(descriptor, UnsafeRawBufferPointer(rebasing: bytes[position...]))
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SystemFiles.systemError(path, "cannot be written") }
            position += written
        }
    }

    mutating func write(_ bytes: [UInt8]) throws(ModelFileError) { try write(ConstantBytes.owned(bytes)) }

    mutating func write(_ bytes: ConstantBytes) throws(ModelFileError) {
        try bytes.withUnsafeBytes { bytes throws(ModelFileError) in try write(bytes) }
    }

    private static func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    /// Brings everything to the disk; `publish` can then fail only where renaming does.
    mutating func finish() throws(ModelFileError) {
        guard fsync(descriptor) == 0 else { throw SystemFiles.systemError(path, "cannot be written") }
    }

    /// Gives the file its name, in place of what had it.
    mutating func publish() throws(ModelFileError) {
        guard rename(temporaryPath, path) == 0 else { throw SystemFiles.systemError(path, "cannot be written") }
    }

    deinit {
        close(descriptor)
        // After `publish` nothing is left under this name.
        unlink(temporaryPath)
    }
}

/// The file that had a name before another is published under it: kept under a second name until this value ends, for the
/// case that a file which belongs to the new one cannot be published.
struct Replaced: ~Copyable {
    private let path: String
    private let keptPath: String
    private let isKept: Bool
    private let wasMissing: Bool

    init(_ path: String) {
        self.path = path
        keptPath = SystemFiles.temporaryPath(beside: path)
        isKept = link(path, keptPath) == 0
        wasMissing = !isKept && errno == ENOENT
    }

    /// Gives the old file its name back, or removes the new one where there was none.
    consuming func restore() {
        if isKept { rename(keptPath, path) }
        if wasMissing { unlink(path) }
    }

    deinit { if isKept { unlink(keptPath) } }
}
