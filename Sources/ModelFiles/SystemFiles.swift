import GraphIR
import Glibc

/// Mapping files, and names for them.
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
