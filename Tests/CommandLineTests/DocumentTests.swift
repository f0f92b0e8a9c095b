import Foundation
import TestSupport
import Testing

/// What documents list is what there is: each list is read from the code, or from the programs.
@Suite struct DocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    private static func names(in folder: String, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { $0.hasSuffix(ending) }.sorted()
    }

    /// Documents of the top level, and all pages.
    private static func documents() throws -> [String] {
        try names(in: "", ending: ".md") + names(in: "Documentation", ending: ".md").map { "Documentation/\($0)" }
            + ["FuzzTesting/README.md", "models/README.md", "bench/README.md"].filter {
                FileManager.default.fileExists(atPath: root.appendingPathComponent($0).path)
            }
    }

    /// The parts of a text that a pattern's first group matches.
    private static func matches(_ pattern: String, in text: String) throws -> [String] {
        let expression = try NSRegularExpression(pattern: pattern)
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
            Range(match.range(at: 1), in: text).map { String(text[$0]) }
        }
    }

    @Test func linksLeadSomewhere() throws {
        for document in try Self.documents() {
            let folder = Self.root.appendingPathComponent(document).deletingLastPathComponent()
            for link in try Self.matches(#"\]\(([^)#\s]+)(?:#[^)]*)?\)"#, in: Self.text(document)) where !link.contains("://") {
                let target = folder.appendingPathComponent(link).path
                #expect(FileManager.default.fileExists(atPath: target), "\(document) links to \(link)")
            }
        }
    }

    @Test func theIndexHasEveryPage() throws {
        let index = try Self.text("Documentation/README.md")
        for page in try Self.names(in: "Documentation", ending: ".md") where page != "README.md" {
            #expect(index.contains("](\(page))"), "\(page)")
        }
    }

    @Test func everyFuzzTargetIsListed() throws {
        let targets = try Self.matches(#"executableTarget\(name: "(Fuzz\w+)""#, in: Self.text("FuzzTesting/Package.swift"))
        #expect(targets.count >= 9)
        for document in ["README.md", "FuzzTesting/README.md"] {
            let text = try Self.text(document)
            for target in targets { #expect(text.contains(target), "\(document): \(target)") }
        }
    }

    @Test func everyPassIsListed() throws {
        let files = try Self.names(in: "Sources/Optimizer/Passes", ending: ".swift")
        let passes = try files.flatMap { file in
            try Self.matches(#"Pass\(\s*name: "([a-z-]+)""#, in: Self.text("Sources/Optimizer/Passes/\(file)"))
        }
        #expect(passes.count >= 10, "\(passes)")
        let page = try Self.text("Documentation/Passes.md")
        for pass in passes { #expect(page.contains("`\(pass)`"), "\(pass)") }
    }

    @Test func everyOptionIsListed() throws {
        let help = try Venule.succeed("--help").standardOutput
        let commands = try Self.matches(#"(?m)^  ([a-z]+)  "#, in: help)
        #expect(commands.count >= 7, "\(commands)")
        let page = try Self.text("Documentation/CommandLine.md")
        for command in commands where command != "help" {
            let text = try Venule.succeed(command, "--help").standardOutput
            for option in Set(try Self.matches(#"(--[a-z][a-z-]+)"#, in: text)).subtracting(["--version", "--help"]) {
                #expect(page.contains(option), "\(command) \(option)")
            }
        }
        let device = try runProcess(builtProduct("venule-run"), ["--help"]).standardOutput
        let runtime = try Self.text("Documentation/Runtime.md")
        for option in Set(try Self.matches(#"(--[a-z][a-z-]+)"#, in: device)).subtracting(["--version", "--help"]) {
            #expect(runtime.contains(option), "venule-run \(option)")
        }
    }

    @Test func everyKernelFamilyIsListed() throws {
        let header = try Self.text("Sources/Kernels/include/venule_kernels.h")
        let codes = try Self.matches(
            #"VENULE_[A-Z_]+ = (\d+),"#, in: String(header.prefix(upTo: try #require(header.range(of: "venule_family;")).lowerBound)))
        let rows = try Self.matches(#"(?m)^\| (\d+) \| [a-z]"#, in: Self.text("Documentation/PlanFormat.md"))
        for code in codes where code != "37" { #expect(rows.contains(code), "family \(code)") }
    }
}
