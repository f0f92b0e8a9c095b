import Files
import Glibc
import Platform

/// The folder that a command's files go to.
enum OutputFolder {
    /// Refuses a folder that could not be written to, so that a long computation does not end in vain. Makes nothing.
    static func check(_ path: String) throws {
        // Joined with a file's name it would be a place in the root folder.
        guard !path.isEmpty else { throw CommandFailure(.usage, "the name of the folder to write to is empty; '.' is the one at hand") }
        var existing = path
        var status = stat()
        // The nearest folder that exists decides; `make` adds the others.
        while stat(existing, &status) != 0 && errno == ENOENT {
            guard let slash = existing.dropLast(existing.hasSuffix("/") ? 1 : 0).lastIndex(of: "/") else {
                existing = "."
                continue
            }
            existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
        }
        guard stat(existing, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure(.usage, "\(path): a folder is expected")
        }
        guard access(existing, W_OK | X_OK) == 0 else {
            throw CommandFailure(.usage, "\(path): cannot be written to: \(String(cString: strerror(errno)))")
        }
    }

    /// Makes the folder, with those above it, unless it exists.
    static func make(_ path: String) throws(FileError) {
        let code = venule_directory_create(path)
        guard code == 0 else { throw FileError(.create, path, code: code) }
    }
}
