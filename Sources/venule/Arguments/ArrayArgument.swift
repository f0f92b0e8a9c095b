import Archives
import Files
import Glibc

/// An array as the command line names it: a `.npy` file, or an array of a `.npz` archive, as `x.npz:ARRAY`.
struct ArrayArgument {
    /// Of the file.
    let path: String
    /// The array that is asked for.
    let member: String?

    init(_ text: String) {
        let mark = ".npz:"
        let bytes = Array(text.utf8)
        let place = bytes.indices.first { bytes[$0...].starts(with: mark.utf8) }
        // A file of that very name is what is meant.
        guard let place, !FileStatus.isTaken(text) else {
            path = text
            member = nil
            return
        }
        let end = place + mark.utf8.count - 1
        path = String(decoding: bytes[..<end], as: UTF8.self)
        member = String(decoding: bytes[(end + 1)...], as: UTF8.self)
    }

    /// The archive, where the file is one and no array of it is named.
    var wholeArchive: ArrayArchive? {
        get throws { try member == nil && ArrayArchive.isArchive(path) ? ArrayArchive(path: path) : nil }
    }

    /// Opens the file, or the array of an archive: the one that is named, or that which is called like the input, or the only one.
    func open(for input: String) throws -> FileReader {
        if let member {
            // What is no file at all is no damaged archive.
            _ = try FileReader(path)
            return try ArrayArchive(path: path).open(member)
        }
        guard let archive = try wholeArchive else { return try FileReader(path) }
        let members = try archive.members
        guard let member = members.count == 1 ? members.first : members.first(where: { $0 == input }) else {
            throw CommandFailure(.usage, "\(path): there is no array '\(input)'; \(ArrayArchive.listed(members)): give \(path):ARRAY")
        }
        return try archive.open(member)
    }

    /// Reads all of it into memory, and says where it is not taken as it is.
    func read(for input: String) throws -> NPYArray {
        let file = try ArrayFile(open(for: input))
        if let note = file.note { Console.noteOnInput(note) }
        return try NPYArray(file)
    }
}

/// A `.npz` file: a zip archive of `.npy` files, which `numpy.savez` and `numpy.savez_compressed` write.
struct ArrayArchive {
    let path: String

    private static let suffix = ".npy"
    /// More bytes than any input of a plan has.
    private static let largestMember = 1 << 33

    static func isArchive(_ path: String) throws -> Bool {
        let head = try FileReader(path).head(4)
        return head == [0x50, 0x4B, 3, 4] || head == [0x50, 0x4B, 5, 6]
    }

    /// The names of the arrays.
    var members: [String] {
        get throws {
            try attempt { (archive) throws(ZipArchive.Failure) in
                archive.entries.filter { $0.hasSuffix(Self.suffix) }.map { String($0.dropLast(Self.suffix.count)) }
            }
        }
    }

    /// For messages.
    static func listed(_ members: [String]) -> String {
        members.isEmpty ? "it has no arrays" : "its arrays are \(Format.names(members))"
    }

    /// An array as a file of its own, which has no name and is gone when it is closed.
    func open(_ member: String) throws -> FileReader {
        let members = try members
        guard members.contains(member) else {
            throw CommandFailure(.usage, "\(path): there is no array '\(member)'; \(Self.listed(members))")
        }
        var file = try TemporaryFolder.unnamedFile()
        // Beyond what the array's header promises nothing is unpacked, however much a small archive holds.
        var promised: Int?
        var written = 0
        try attempt { (archive) throws(ZipArchive.Failure) in
            try archive.read(member + Self.suffix, atMost: Self.largestMember) { bytes throws(ZipArchive.Failure) in
                let most = promised ?? Self.promisedBytes(bytes)
                promised = most
                written += bytes.count
                guard written <= most else {
                    throw ZipArchive.Failure(entry: member, found: "more than the \(most) bytes that its header promises")
                }
                do throws(FileError) { try file.write(bytes) } catch {
                    throw ZipArchive.Failure(entry: member, isCorrupt: false, found: "a temporary file cannot be written: \(error.reason)")
                }
            }
        }
        return try FileReader(descriptor: file.descriptor, name: "\(path):\(member)")
    }

    /// The bytes of a `.npy` file that begins so; of what is none, as many as there are: enough for the reader of arrays to say why.
    private static func promisedBytes(_ start: UnsafeRawBufferPointer) -> Int {
        do throws(HeaderProblem) {
            let (count, place) = try NPYHeader.dictionaryBytes(Array(start.prefix(NPYHeader.prefixBytes)))
            guard place + count <= start.count else { return start.count }
            let header = try NPYHeader(dictionary: Array(start[place..<place + count]))
            return header.byteCount.map { place + count + $0 } ?? start.count
        } catch {
            return start.count
        }
    }

    private func attempt<Result>(_ body: (borrowing ZipArchive) throws(ZipArchive.Failure) -> Result) throws -> Result {
        do throws(ZipArchive.Failure) {
            return try body(ZipArchive(path: path))
        } catch {
            let place = error.entry.map { "\(path):\($0)" } ?? path
            let expected = error.expected.map { ", expected \($0)" } ?? ""
            throw CommandFailure(error.isCorrupt ? .corrupt : .usage, "\(place): \(error.found)\(expected)")
        }
    }
}

/// Where files go that are gone when the program ends.
enum TemporaryFolder {
    static func unnamedFile() throws(CommandFailure) -> PendingFile {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        do throws(FileError) {
            return try PendingFile(unnamedIn: folder)
        } catch {
            throw CommandFailure(.usage, "a temporary file in \(folder): cannot be written: \(error.reason)")
        }
    }
}
