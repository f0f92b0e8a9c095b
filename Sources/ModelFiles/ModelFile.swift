import Files
import GraphIR

/// Why a model file cannot be read or written.
public struct ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    /// Where in the text, from 1, if that is where the error is.
    public var line: Int?
    public var column: Int?
    public var message: String

    public init(path: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.path = path
        self.line = line
        self.column = column
        self.message = message
    }

    init(_ error: FileError) { self.init(path: error.path, message: error.message) }

    init(path: String, _ error: TextError) {
        self.init(path: path, line: error.line, column: error.column, message: error.message)
    }

    public var description: String {
        guard let line, let column else { return "\(path): \(message)" }
        return "\(path):\(line):\(column): \(message)"
    }
}

/// The toolchain's model format: a graph's text (`.vir`), and beside it a companion file (`.virw`) with the constants that are too
/// large for the text. `Documentation/ModelFormat.md` describes both.
public enum ModelFile {
    /// The largest text that is read, in bytes.
    public static let textLimit = 256 << 20

    /// Writes a graph and, where it has large constants, its companion: `net.virw` beside `net.vir`. The graph is written
    /// compacted (see ``Graph/compacted()``).
    ///
    /// Both files are written under other names first and then renamed, the companion before the text, so that a
    /// failure leaves the old files or none.
    ///
    /// - Throws: what is wrong with the graph, or with writing.
    public static func write(_ graph: Graph, to path: String) throws(ModelFileError) {
        do throws(VerificationFailure) { try graph.verify() } catch {
            throw ModelFileError(path: path, message: "the graph is not valid: \(error)")
        }
        do throws(FileError) { try write(compacted: graph.compacted(), to: path) } catch { throw ModelFileError(error) }
    }

    private static func write(compacted graph: Graph, to path: String) throws(FileError) {
        let stored = graph.storedConstants
        var text = try PendingFile(path)
        guard !stored.isEmpty else {
            try text.write(Array(graph.text().utf8))
            try text.finish()
            try text.publish()
            return
        }
        let (folder, name) = companion(of: path)
        var companion = try PendingFile(folder + name)
        try text.write(Array(graph.text(companionName: name, stored: stored).utf8))
        try Companion.write(stored, of: graph.constants, to: &companion)
        try text.finish()
        try companion.finish()
        let replaced = ReplacedFile(folder + name)
        try companion.publish()
        do throws(FileError) { try text.publish() } catch {
            replaced.restore()
            throw error
        }
    }

    /// Reads a graph; constants of the companion stay in its mapped file, which must not be changed in place meanwhile.
    ///
    /// The text is parsed, every constant compared with its hash, and the graph verified.
    ///
    /// - Throws: file, line and column, and what is wrong there; or everything that the verifier finds.
    public static func read(_ path: String) throws(ModelFileError) -> Graph {
        let file = try map(path)
        guard file.count <= textLimit else {
            throw ModelFileError(path: path, message: "the text has \(file.count) bytes; at most \(textLimit) are read")
        }
        guard let text = file.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw ModelFileError(path: path, message: "the file is not UTF-8 text, so it is no venule graph")
        }
        let graph: Graph
        do throws(TextError) {
            var index: CompanionIndex?
            if let (name, refused) = try GraphText.companion(of: text) {
                guard isPlainFileName(name) else { throw refused("the companion has to be a file in the same folder") }
                index = try openCompanion(name, beside: path, refused)
            }
            graph = try GraphText.parse(
                text, constants: StoredConstants(bytes: { [index] in index?.bytes(for: $0) }, hash: { ContentHash(of: $0) }))
        } catch {
            throw ModelFileError(path: path, error)
        }
        do throws(VerificationFailure) { try graph.verify() } catch {
            throw ModelFileError(path: path, message: "the graph is not valid: \(error)")
        }
        return graph
    }

    private static func openCompanion(
        _ name: String, beside path: String, _ refused: (String) -> TextError
    ) throws(TextError) -> CompanionIndex {
        do throws(ModelFileError) {
            let companionPath = companion(of: path).folder + name
            return try CompanionIndex(map(companionPath), path: companionPath)
        } catch {
            throw refused("companion \(error)")
        }
    }

    static func map(_ path: String) throws(ModelFileError) -> SharedBytes {
        do throws(FileError) {
            let file = try FileReader(path).mapped()
            return SharedBytes(file.bytes, of: file)
        } catch {
            throw ModelFileError(error)
        }
    }

    /// Whether a name stays in its folder.
    private static func isPlainFileName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
    }

    /// Where the companion of the graph at a path is, if it has one.
    public static func companionPath(of path: String) -> String {
        let (folder, name) = companion(of: path)
        return folder + name
    }

    /// The folder of a path, ending in a slash or empty, and the name of the companion that belongs there.
    static func companion(of path: String) -> (folder: String, name: String) {
        let split = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let name = path[split...]
        return (String(path[..<split]), name.hasSuffix(".vir") ? "\(name)w" : "\(name).virw")
    }
}
