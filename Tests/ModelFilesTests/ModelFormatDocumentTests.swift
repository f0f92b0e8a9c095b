import Testing

@testable import Files
@testable import GraphIR
@testable import ModelFiles

/// The example at the top of `Documentation/ModelFormat.md` is what the writer writes.
@Test func theDocumentedExampleIsValid() throws {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let document = try ModelFile.map(root + "/Documentation/ModelFormat.md").withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    let lines = document.split(separator: "\n", omittingEmptySubsequences: false).drop { $0 != "    venule 1" }
    let example = lines.prefix { $0.isEmpty || $0.hasPrefix("    ") }.map { $0.dropFirst(4) }.joined(separator: "\n")
    let text = String(example.trimmingSuffix { $0 == "\n" }) + "\n"

    var inserted = ConstantTable()
    let id = inserted.insert(Constant((0..<864).map { Float($0) / 1024 }, shape: [3, 3, 3, 32]))
    let table = inserted
    let stored = StoredConstants(bytes: { $0 == ContentHash(of: table[id]) ? table[id].bytes : nil }, hash: { ContentHash(of: $0) })
    let graph = try GraphText.parse(text, constants: stored)
    try graph.verify()
    #expect(graph.text(companionName: "net.virw", stored: graph.storedConstants) == text)
}

extension String {
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> Substring {
        var result = self[...]
        while let last = result.last, condition(last) { result.removeLast() }
        return result
    }
}
