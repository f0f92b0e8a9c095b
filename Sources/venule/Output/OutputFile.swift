import Files
import Glibc
import GraphIR
import Imaging
import ModelFiles
import Platform

/// A single file that a command writes.
enum OutputFile {
    /// Refuses a place where the file cannot or must not go, so that a long computation does not end in vain: an empty name, a
    /// file that the command reads, and what exists and is no regular file, such as a symbolic link, which renaming would replace.
    ///
    /// - Parameters:
    ///   - inputs: the paths of the files that the command reads.
    ///   - takesDevices: whether a character device such as `/dev/null` is written to.
    ///   - makesFolder: whether the command makes the folder, which `OutputFolder` checks then.
    static func check(_ path: String, inputs: [String], takesDevices: Bool = false, makesFolder: Bool = false) throws {
        try check(path, inputs: ReadFiles(inputs), takesDevices: takesDevices, makesFolder: makesFolder)
    }

    /// The same for many files, where the ones that are read have been looked up once.
    static func check(_ path: String, inputs: ReadFiles, takesDevices: Bool = false, makesFolder: Bool = false) throws {
        guard !path.isEmpty else { throw CommandFailure(.usage, "the name of the file to write is empty") }
        let isLink = FileStatus.isSymbolicLink(path)
        guard let status = FileStatus(path) else {
            guard !isLink else { throw CommandFailure(.usage, "\(path): cannot be written: it is a symbolic link that leads nowhere") }
            return makesFolder ? () : try checkFolder(of: path)
        }
        if let input = inputs.path(of: status) {
            let other = input == path ? "" : " (\(input))"
            throw CommandFailure(.usage, "\(path): is read by this command\(other) and would be replaced; choose another name")
        }
        if takesDevices && status.isCharacterDevice { return }
        guard status.isRegular else { throw CommandFailure(.usage, "\(path): cannot be written: it exists and is no regular file") }
        guard !isLink else { throw CommandFailure(.usage, "\(path): cannot be written: it is a symbolic link, which would be replaced") }
        if !makesFolder { try checkFolder(of: path) }
    }

    /// The folder has to exist and to take new files, since every file is written under another name first.
    private static func checkFolder(of path: String) throws {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard !name.isEmpty else { throw CommandFailure(.usage, "\(path): cannot be written: the name of a file is missing") }
        let folder = path.count == name.count ? "." : path.count == name.count + 1 ? "/" : String(path.dropLast(name.count + 1))
        var status = stat()
        guard stat(folder, &status) == 0 else {
            let reason = errno == ENOENT ? "there is no such folder" : String(cString: strerror(errno))
            throw CommandFailure(.usage, "\(path): cannot be written: \(folder): \(reason)")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure(.usage, "\(path): cannot be written: \(folder) is no folder")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw CommandFailure(.usage, "\(path): cannot be written: \(folder): \(String(cString: strerror(errno)))")
        }
    }

    /// Writes a file that appears when it is complete, or to a character device, which stays what it is.
    static func write(_ bytes: [UInt8], to path: String) throws {
        guard FileStatus(path)?.isCharacterDevice == true else { return try AtomicFile.write(bytes, to: path) }
        let device = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
        var code = device < 0 ? errno : 0
        if code == 0 {
            code = bytes.withUnsafeBytes { venule_descriptor_write(device, $0.baseAddress, $0.count) }
            close(device)
        }
        guard code == 0 else {
            throw CommandFailure(.usage, "\(path): cannot be written: \(FileError(.write, path, code: code).reason)")
        }
    }
}

/// The files that a command reads and must not replace.
struct ReadFiles {
    private let paths: [FileStatus.FileNumber: String]

    /// - Parameter paths: those that do not exist are left out.
    init(_ paths: [String]) {
        self.paths = Dictionary(
            paths.compactMap { path in FileStatus(path).map { ($0.identity, path) } }, uniquingKeysWith: { first, _ in first })
    }

    /// The first path under which the command reads a file; nil where it does not.
    func path(of file: FileStatus) -> String? { paths[file.identity] }
}

/// What exists under a path, behind symbolic links.
struct FileStatus {
    /// The same for every path to one file.
    struct FileNumber: Hashable {
        let device: UInt64
        let number: UInt64
    }

    private let status: stat

    /// Nil where nothing is, or where it cannot be told.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.status = status
    }

    var identity: FileNumber { FileNumber(device: UInt64(status.st_dev), number: UInt64(status.st_ino)) }
    var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    var isCharacterDevice: Bool { status.st_mode & S_IFMT == S_IFCHR }

    static func isSymbolicLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Whether the name is taken, be it by a symbolic link that leads nowhere.
    static func isTaken(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}

/// The files that a graph is stored in: its text and the companion with its large constants.
func graphFiles(_ path: String) -> [String] { [path, ModelFile.companionPath(of: path)] }
