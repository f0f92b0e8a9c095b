import FoundationEssentials
import Glibc
import Imaging

/// A photograph that is to be segmented.
struct GivenPhotograph: Hashable {
    let path: String
    /// Its path below the folder that was given; the name of one that was given itself.
    let relativePath: String

    init(path: String, relativePath: String) {
        self.path = path
        self.relativePath = relativePath
    }

    /// One that is named itself.
    init(file path: String) {
        self.init(path: path, relativePath: path.split(separator: "/").last.map(String.init) ?? path)
    }
}

/// The photographs among the files and folders that a command is given.
struct PhotographList {
    private(set) var photographs: [GivenPhotograph] = []
    /// Files of folders that are no photographs.
    private(set) var passedOver: [String] = []
    /// How many of these are of each form that is known and not read.
    private var unread: [String: Int] = [:]
    /// The folder that the results go to: what is in it are no photographs.
    private let output: FileStatus.FileNumber?

    /// A file stands for itself, a folder for all the photographs below it, in the order of their paths.
    ///
    /// - Throws: `CommandFailure` of usage for a folder that cannot be read, has no photographs or is the one for the results.
    init(_ arguments: [String], output: String) throws {
        self.output = FileStatus(output)?.identity
        for argument in arguments {
            guard let status = FileStatus(argument), status.isFolder else {
                // What is not there is told when it is read, like anything else that keeps one photograph from being segmented.
                photographs.append(GivenPhotograph(file: argument))
                continue
            }
            guard status.identity != self.output else {
                throw CommandFailure(.usage, "\(argument): is the folder for the results too; choose another one with -o")
            }
            try addFolder(argument, status)
        }
    }

    private mutating func addFolder(_ argument: String, _ status: FileStatus) throws {
        var folder = Substring(argument)
        while folder.count > 1, folder.hasSuffix("/") { folder = folder.dropLast() }
        let before = photographs.count
        try add(folder: String(folder), below: "", parents: [status.identity])
        guard photographs.count > before else {
            let found = passedOver.isEmpty ? "no files" : note ?? ""
            throw CommandFailure(.usage, "\(argument): no photograph is in this folder or below it; \(found)")
        }
        photographs[before...].sort { $0.relativePath.utf8.lexicographicallyPrecedes($1.relativePath.utf8) }
    }

    /// - Parameter parents: the folder and those that lead to it, into which links do not lead again.
    private mutating func add(folder: String, below prefix: String, parents: Set<FileStatus.FileNumber>) throws {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw CommandFailure(.usage, "\(folder): cannot be read: \(String(cString: strerror(errno)))")
        }
        for name in names {
            let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            guard !name.hasPrefix("."), let status = FileStatus(path) else {
                passedOver.append(path)
                continue
            }
            if status.isFolder {
                guard status.identity != output, !parents.contains(status.identity) else { continue }
                try add(folder: path, below: "\(prefix)\(name)/", parents: parents.union([status.identity]))
            } else {
                add(file: path, "\(prefix)\(name)", status)
            }
        }
    }

    private mutating func add(file path: String, _ relativePath: String, _ status: FileStatus) {
        switch status.isRegular ? ImageAppearance(of: path) : .other {
        case .photograph: photographs.append(GivenPhotograph(path: path, relativePath: relativePath))
        case .unread(let form):
            unread[form, default: 0] += 1
            passedOver.append(path)
        case .other: passedOver.append(path)
        }
    }

    /// What was passed over; nil where nothing was.
    var note: String? {
        guard !passedOver.isEmpty else { return nil }
        let count = passedOver.count
        let forms = unread.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
        let known = forms.isEmpty ? "" : "; of forms that are not read: \(forms.joined(separator: ", "))"
        return "\(Format.grouped(count)) other file\(count == 1 ? " is" : "s are") passed over\(known)"
    }
}
