import Glibc
import Testing

@testable import Files
@testable import GraphIR
@testable import ModelFiles

/// A folder of its own for one test, removed at the end.
private final class Folder {
    let path: String
    init() {
        var template = Array("/tmp/venule-graphir-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template)!) + "/"
    }
    func names() -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
    func bytes(_ name: String) throws -> [UInt8] { try ModelFile.map(path + name).withUnsafeBytes { Array($0) } }
    func write(_ name: String, _ bytes: [UInt8]) throws {
        var file = try PendingFile(path + name)
        try file.write(bytes)
        try file.finish()
        try file.publish()
    }
    deinit {
        for name in names() { unlink(path + name) }
        rmdir(path)
    }
}

/// Two constants too large for the text, one small.
private func weightedGraph(scale: Float = 1) throws -> Graph {
    var table = ConstantTable()
    var builder = FunctionBuilder(name: "main")
    let x = builder.input("x", TensorType([1, Dimension(symbol: "h"), Dimension(symbol: "w"), 5]))
    let kernel = builder.constant(Constant((0..<45).map { Float($0) * scale }, shape: [3, 3, 5, 1]), into: &table, name: "kernel")
    let bias = builder.constant(Constant([0.25], shape: [1]), into: &table, name: "bias")
    let offset = builder.constant(Constant((0..<37).map { Float($0) / 3 }, shape: [37]), into: &table, name: "offset")
    let y = try builder.append(
        .convolution(Convolution(window: Window(size: Spatial(3, 3), padding: .same), hasBias: true)), [x, kernel, bias], name: "y")[0]
    builder.output("out", try builder.append(.binary(Binary(.add)), [y, offset], name: "z")[0])
    var graph = Graph(main: builder.finish(), constants: table)
    graph.metadata = [.init(key: "source.sha256", value: "0123")]
    return graph
}

@Suite struct ModelFileTests {
    @Test func graphsAreReadBackAsTheyWereWritten() throws {
        let folder = Folder()
        let graph = try weightedGraph()
        try ModelFile.write(graph, to: folder.path + "net.vir")
        #expect(folder.names() == ["net.vir", "net.virw"])
        let read = try ModelFile.read(folder.path + "net.vir")
        #expect(read == graph)
        for id in graph.constants.ids { #expect(read.constants[id].floats == graph.constants[id].floats) }
        // Written over the files that its own constants are mapped from, byte for byte the same.
        let before = try (folder.bytes("net.vir"), folder.bytes("net.virw"))
        try ModelFile.write(read, to: folder.path + "net.vir")
        #expect(try folder.bytes("net.vir") == before.0)
        #expect(try folder.bytes("net.virw") == before.1)
        #expect(folder.names() == ["net.vir", "net.virw"])
    }

    @Test func smallGraphsNeedNoCompanion() throws {
        let folder = Folder()
        var table = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let x = builder.input("x", TensorType([1, 4, 4, 1]))
        let scale = builder.constant(Constant([0.5], shape: [1, 1, 1, 1]), into: &table, name: "scale")
        builder.output("y", try builder.append(.binary(Binary(.multiply)), [x, scale], name: "scaled")[0])
        let graph = Graph(main: builder.finish(), constants: table)
        try ModelFile.write(graph, to: folder.path + "sample")
        #expect(folder.names() == ["sample"])
        #expect(try ModelFile.read(folder.path + "sample") == graph)
    }

    @Test func companionsThatDoNotFitAreRefused() throws {
        let folder = Folder()
        let path = folder.path + "net.vir"
        try ModelFile.write(try weightedGraph(scale: 2), to: path)
        let other = try folder.bytes("net.virw")
        try ModelFile.write(try weightedGraph(), to: path)
        let companion = try folder.bytes("net.virw")
        func message() -> String? {
            do throws(ModelFileError) { _ = try ModelFile.read(path) } catch { return error.description }
            return nil
        }
        try folder.write("net.virw", other)
        #expect(message()?.hasPrefix("\(path):7:38: the constant sha256:") == true)
        #expect(message()?.hasSuffix(" is missing") == true)
        unlink(folder.path + "net.virw")
        #expect(message() == "\(path):2:11: companion \(folder.path)net.virw: cannot be opened: No such file or directory")
        for count in 0..<companion.count {
            try folder.write("net.virw", Array(companion[..<count]))
            #expect(message()?.hasPrefix("\(path):2:11: companion \(folder.path)net.virw: the file has \(count) bytes") == true)
        }
        try folder.write("net.virw", companion + [0])
        #expect(message()?.contains("the file has \(companion.count + 1) bytes; its header says \(companion.count)") == true)
    }

    /// Each byte changed: refused, unless it is one of those that nothing depends on (the minor version, the gaps).
    @Test func damagedCompanionsAreRefused() throws {
        let folder = Folder()
        let graph = try weightedGraph()
        try ModelFile.write(graph, to: folder.path + "net.vir")
        let companion = try folder.bytes("net.virw")
        let index = CompanionLayout(companion)
        var accepted = 0
        for position in companion.indices {
            var damaged = companion
            damaged[position] ^= 0x21
            try folder.write("net.virw", damaged)
            guard let read = try? ModelFile.read(folder.path + "net.vir") else { continue }
            #expect(read == graph)
            #expect(index.isUnused(position), "byte \(position)")
            accepted += 1
        }
        #expect(accepted == companion.indices.count(where: index.isUnused))
    }

    @Test func companionsStayInTheirFolder() throws {
        let folder = Folder()
        for name in ["../x.virw", "/etc/passwd", "", ".", "..", "a\\u{0}b"] {
            try folder.write("net.vir", Array("venule 1\ncompanion \"\(name)\"\nentry @f".utf8))
            let error = #expect(throws: ModelFileError.self) { try ModelFile.read(folder.path + "net.vir") }
            #expect(error?.message == "the companion has to be a file in the same folder")
            #expect(error?.line == 2)
        }
    }

    @Test func unreadableFilesAreRefused() throws {
        let folder = Folder()
        try folder.write("binary", [0x89, 0x48, 0x44, 0x46, 0xff])
        try folder.write("empty", [])
        try folder.write("invalid", Array("venule 1 entry @f function @f(%x: f32[2]) { return %x, %x }".utf8))
        func message(_ name: String) -> String? {
            #expect(throws: ModelFileError.self) { try ModelFile.read(folder.path + name) }?.message
        }
        #expect(message("binary") == "the file is not UTF-8 text, so it is no venule graph")
        #expect(message("empty") == "this is no venule graph: it does not begin with 'venule'")
        #expect(message("invalid") == "the graph is not valid: function 'f': two outputs are named 'x'")
        #expect(message("missing") == "cannot be opened: No such file or directory")
        #expect(message("") == "cannot be opened: Is a directory")
    }

    @Test func failuresLeaveNothingBehind() throws {
        let folder = Folder()
        #expect(throws: ModelFileError.self) { try ModelFile.write(try weightedGraph(), to: folder.path + "missing/net.vir") }
        var invalid = try weightedGraph()
        invalid.main.outputs = []
        #expect(throws: ModelFileError.self) { try ModelFile.write(invalid, to: folder.path + "net.vir") }
        // A folder has the companion's name: renaming fails, and the text is not written either.
        mkdir(folder.path + "net.virw", 0o755)
        #expect(throws: ModelFileError.self) { try ModelFile.write(try weightedGraph(), to: folder.path + "net.vir") }
        #expect(folder.names() == ["net.virw"])
        rmdir(folder.path + "net.virw")
        // A folder has the text's name: the companion that is renamed first goes again, or what it replaced comes back.
        mkdir(folder.path + "net.vir", 0o755)
        #expect(throws: ModelFileError.self) { try ModelFile.write(try weightedGraph(), to: folder.path + "net.vir") }
        #expect(folder.names() == ["net.vir"])
        try folder.write("net.virw", [1, 2, 3])
        #expect(throws: ModelFileError.self) { try ModelFile.write(try weightedGraph(), to: folder.path + "net.vir") }
        #expect(folder.names() == ["net.vir", "net.virw"])
        #expect(try folder.bytes("net.virw") == [1, 2, 3])
        rmdir(folder.path + "net.vir")
    }
}

/// Which bytes of a companion neither its reader nor any constant depends on.
private struct CompanionLayout {
    private var used: Set<Int>
    init(_ bytes: [UInt8]) {
        used = Set(0..<12).union(16..<64)
        let count = Int(bytes[24])
        used.formUnion(64..<(64 + 48 * count))
        for entry in 0..<count {
            func number(_ at: Int) -> Int { (0..<8).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
            let offset = number(64 + 48 * entry + 32)
            used.formUnion(offset..<(offset + number(64 + 48 * entry + 40)))
        }
    }
    func isUnused(_ position: Int) -> Bool { !used.contains(position) }
}
