import Foundation
import GraphIR
import Optimizer
import TestSupport
import Testing

/// `Golden/<pass>/<case>.vir`: a comment, a graph, a line `=>`, and the graph that the pass makes of it, or
/// `=> unchanged`. With `VENULE_WRITE_GOLDEN=1` in the environment the second graph is written anew, to be reviewed as a diff.
@Suite struct GoldenTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pass: String
        let path: String
        var testDescription: String { "\(pass)/\((path as NSString).lastPathComponent)" }
    }

    private static let folder = ((#filePath as NSString).deletingLastPathComponent as NSString).appendingPathComponent("Golden")

    static let cases: [Case] = Pipelines.allPasses.flatMap { pass in
        let folder = (folder as NSString).appendingPathComponent(pass.name)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".vir") }.sorted().map { name in
            Case(pass: pass.name, path: (folder as NSString).appendingPathComponent(name))
        }
    }

    @Test func everyPassHasCasesOfBothKinds() throws {
        for pass in Pipelines.allPasses {
            let cases = Self.cases.filter { $0.pass == pass.name }
            let unchanged = try cases.count { try Golden(path: $0.path).after == nil }
            #expect(unchanged > 0, "\(pass.name) has no case that it must leave alone")
            #expect(cases.count > unchanged, "\(pass.name) has no case that it changes")
        }
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(folders.sorted() == Pipelines.allPasses.map(\.name).sorted(), "a folder for each pass")
    }

    @Test(arguments: cases) func passGivesTheGoldenGraph(_ golden: Case) throws {
        let pass = try #require(Pipelines.pass(named: golden.pass))
        var file = try Golden(path: golden.path)
        let before = try GraphText.parse(file.before)
        try before.verify()
        #expect(before.text() == Golden.withoutComment(file.before), "the graph is written as it is printed")
        let after = try PassCheck.run([pass], on: before)
        if ProcessInfo.processInfo.environment["VENULE_WRITE_GOLDEN"] != nil, file.after != nil {
            file.after = after.text()
            try file.write(to: golden.path)
        }
        #expect(after.text() == file.after ?? before.text())
        var again = after
        #expect(try !pass.run(&again), "a second run changes nothing")
    }
}

/// The two halves of a golden file.
private struct Golden {
    let before: String
    /// Nil where the pass must change nothing.
    var after: String?

    init(path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        if let separator = text.range(of: "=> unchanged\n") {
            before = String(text[..<separator.lowerBound])
        } else {
            let separator = try #require(text.range(of: "=>\n"))
            before = String(text[..<separator.lowerBound])
            after = String(text[separator.upperBound...])
        }
    }

    func write(to path: String) throws {
        try (before + (after.map { "=>\n" + $0 } ?? "=> unchanged\n")).write(toFile: path, atomically: true, encoding: .utf8)
    }

    static func withoutComment(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0.hasPrefix("//") }.joined(separator: "\n")
    }
}
