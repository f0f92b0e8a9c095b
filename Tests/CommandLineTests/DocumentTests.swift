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

    /// The names of a page's sections in links: of a heading letters, digits, hyphens and underscores stay, small, and blanks become hyphens.
    private static func sections(of text: String) throws -> Set<String> {
        Set(
            try matches(#"(?m)^#+ (.*)$"#, in: text).map { heading in
                let shown = heading.replacingOccurrences(of: #"\[([^\]]*)\]\([^)]*\)"#, with: "$1", options: .regularExpression)
                return String(
                    shown.lowercased().compactMap { character -> Character? in
                        if character == " " { return "-" }
                        return character.isLetter || character.isNumber || "-_".contains(character) ? character : nil
                    })
            })
    }

    @Test func linksLeadSomewhere() throws {
        for document in try Self.documents() {
            let page = Self.root.appendingPathComponent(document)
            for link in try Self.matches(#"\]\(([^)\s]+)\)"#, in: Self.text(document)) where !link.contains("://") {
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                let target = parts[0].isEmpty ? page : page.deletingLastPathComponent().appendingPathComponent(parts[0])
                #expect(FileManager.default.fileExists(atPath: target.path), "\(document) links to \(link)")
                if parts.count == 2 {
                    let sections = try Self.sections(of: String(contentsOf: target, encoding: .utf8))
                    #expect(sections.contains(parts[1]), "\(document) links to \(link)")
                }
            }
        }
    }

    /// The README's first screen repeats three figures of the comparison, which `make bench` writes anew.
    @Test func firstScreenHasTheFiguresOfTheComparison() throws {
        let readme = try Self.text("README.md")
        let table = try #require(
            try Self.matches(#"(?s)## 592x592, 1 thread\n(.*?)\n## "#, in: Self.text("bench/RESULTS.md")).first)
        let rows = table.split(separator: "\n").map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        func figure(_ program: String, column: Int) throws -> Int {
            let row = try #require(rows.first { $0.first == program })
            return Int(try #require(Double(row[column])).rounded())
        }
        let (median, peak) = (3, 5)
        let peers = ["onnxruntime", "openvino", "mnn", "ncnn", "litert", "tract"]
        let fastest = try #require(try peers.map { (try figure($0, column: median), $0) }.min { $0.0 < $1.0 })
        let leanest = try #require(try peers.map { (try figure($0, column: peak), $0) }.min { $0.0 < $1.0 })
        func grouped(_ value: Int) -> String { value < 1000 ? "\(value)" : "\(value / 1000),\(String(value % 1000 + 1000).dropFirst())" }
        let (standard, small) = ("Venule", "Venule, 64 MiB, f16")
        let time = "\(grouped(try figure(standard, column: median))) ms | \(grouped(fastest.0)) ms (\(fastest.1)) |"
        #expect(readme.contains("| time of a run | \(time)"))
        let memory =
            "\(try figure(standard, column: peak)) MB; or \(try figure(small, column: peak)) MB, in \(grouped(try figure(small, column: median))) ms"
        #expect(readme.contains("| memory of the process | \(memory) and with weights of 16 bits | \(leanest.0) MB (\(leanest.1)) |"))
    }

    /// Files below some folders, or in the root itself, with their paths from the root on. What is hidden is left out.
    private static func files(below folders: [String]) throws -> [String] {
        try folders.flatMap { folder in
            let place = root.appendingPathComponent(folder)
            let isFile = try place.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile ?? false
            guard !isFile, let names = FileManager.default.enumerator(atPath: place.path) else { return [folder] }
            return names.compactMap { name in
                names.fileAttributes?[.type] as? FileAttributeType == .typeRegular ? name as? String : nil
            }.filter { !$0.hasPrefix(".") && !$0.contains("/.") }.map { "\(folder)/\($0)" }
        }
    }

    /// Names of files and folders of the project, between backticks: paths, whole or without the first folders, and names of source files.
    @Test func filesAndFoldersThatAreNamedExist() throws {
        let paths = try Self.files(below: [
            "Documentation", "Examples", "FuzzTesting", "Sources", "Tests", "bench", "models", "scripts", "toolsets",
        ])
        #expect(paths.count > 1000)
        // The folders that a path may begin with.
        let beginnings = Set(
            paths.compactMap { $0.split(separator: "/").first }
                + paths.filter { $0.hasPrefix("Sources/") }.flatMap {
                    $0.split(separator: "/").dropFirst().dropLast()
                })
        let rooted = paths.map { "/\($0)/" }
        for document in try Self.documents() {
            for name in try Self.matches("`([A-Za-z0-9_+-][A-Za-z0-9_.+/-]*)`", in: Self.text(document)) {
                let parts = name.split(separator: "/")
                let isPath = name.contains("/") && beginnings.contains(parts[0]) && !parts.contains { $0.hasPrefix(".") }
                guard isPath || name.hasSuffix(".swift") || name.hasSuffix(".sh") || name.hasSuffix(".c") else { continue }
                let ending = "/\(parts.joined(separator: "/"))/"
                #expect(rooted.contains { $0.contains(ending) }, "\(document) names \(name)")
            }
        }
    }

    @Test func everyTargetOfMakeThatIsNamedExists() throws {
        let targets = Set(try Self.matches("(?m)^([a-z-]+):", in: Self.text("Makefile")))
        #expect(targets.contains("test"))
        for document in try Self.documents() {
            for target in try Self.matches(#"(?m)(?:`|^ *\$ )make ([a-z-]+)"#, in: Self.text(document)) {
                #expect(targets.contains(target), "\(document): make \(target)")
            }
        }
    }

    private struct Listing: Decodable {
        struct Operator: Decodable {
            var name: String
            var domain: String?
        }
        struct ONNX: Decodable {
            var firstVersion: Int
            var lastVersion: Int
            var operators: [Operator]
        }
        struct Keras: Decodable {
            var layers: [String]
        }
        var onnx: ONNX
        var keras: Keras
    }

    /// What `operators` prints as JSON.
    private static func listing() throws -> Listing {
        try JSONDecoder().decode(Listing.self, from: Data(Venule.succeed("operators", "--json").standardOutput.utf8))
    }

    /// The operators of ONNX in the list of Importing.md are those that `operators` prints, no fewer and no more.
    @Test func theOperatorsOfONNXAreListed() throws {
        let page = try Self.text("Documentation/Importing.md")
        let list = try #require(try Self.matches(#"Operators of the standard domain[^\n]*\n\n((?:- [^\n]*\n)+)"#, in: page).first)
        // `Indices` is an output of MaxPool.
        let listed = Set(try Self.matches("`([A-Z][A-Za-z0-9]*)`", in: list)).subtracting(["Indices"])
        let onnx = try Self.listing().onnx
        let standard = onnx.operators.filter { $0.domain == nil }.map(\.name)
        #expect(listed.symmetricDifference(standard).sorted() == [])
        #expect(page.contains("operator sets \(onnx.firstVersion) to \(onnx.lastVersion)"))
        let text = try Venule.succeed("operators").standardOutput
        for name in standard { #expect(text.contains("\n  \(name) "), "\(name)") }
    }

    /// The layers of Keras in the table of Importing.md are those that `operators` prints, no fewer and no more.
    @Test func theLayersOfKerasAreListed() throws {
        let page = try Self.text("Documentation/Importing.md")
        let table = try #require(try Self.matches(#"\| layers \| \|\n\|---\|---\|\n((?:\|[^\n]*\n)+)"#, in: page).first)
        let cells = try Self.matches(#"(?m)^\|[^|]*\|([^|]*)\|$"#, in: table).joined(separator: " ")
        let listed = Set(try Self.matches(#"\b([A-Z][A-Za-z0-9]+)\b"#, in: cells)).subtracting(["Keras", "TensorFlow"])
        #expect(listed.symmetricDifference(try Self.listing().keras.layers).sorted() == [])
    }

    /// The environment variables in the tables of the pages are those that anything reads, no fewer and no more.
    @Test func everyEnvironmentVariableIsListed() throws {
        var read: Set<String> = []
        for file in try Self.files(below: ["Sources", "Tests", "FuzzTesting", "scripts", "bench", "Package.swift", "Makefile"]) {
            let reading =
                switch (file as NSString).pathExtension {
                case "swift", "c", "h": #"(?:getenv|environment)(?:\(|\[)"(\w+)""#
                case "py": #"environ(?:\.get\(|\[)"(VENULE_\w+)""#
                case "sh", "": #"\$\{?(VENULE_[A-Z_]+)"#
                default: ""
                }
            if !reading.isEmpty { read.formUnion(try Self.matches(reading, in: Self.text(file))) }
        }
        #expect(read.isSuperset(of: ["VENULE_ISA", "VENULE_EMBEDDED", "TMPDIR"]), "\(read)")
        // fuzz.sh gives these to the targets that it runs.
        read.subtract(["PLANS", "SEEDS"])
        let listed = try ["Documentation/CommandLine.md", "CONTRIBUTING.md"].flatMap { document in
            let tables = try Self.matches(#"\| variable \|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)"#, in: Self.text(document))
            return try Self.matches(#"(?m)^\| `([A-Z_]+)(?:=[^`]*)?` \|"#, in: tables.joined())
        }
        #expect(read.symmetricDifference(listed).sorted() == [])
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
        // What all commands have in common, and most commands, stand on one page; some have a page of their own.
        let common = try Self.text("Documentation/CommandLine.md")
        let ownPages: [String: String] = [
            "segment": "Segmentation", "evaluate": "Evaluation", "verify": "Comparing", "compare": "Comparing", "inspect": "Inspecting",
        ]
        for command in commands where command != "help" {
            let page = try common + (ownPages[command].map { try Self.text("Documentation/\($0).md") } ?? "")
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
        // Flushing subnormal numbers is a kernel, and no family that a plan can name.
        let codes = try Self.matches(
            #"VENULE_(?!FLUSH\b)[A-Z_]+ = (\d+),"#,
            in: String(header.prefix(upTo: try #require(header.range(of: "venule_family;")).lowerBound)))
        let rows = try Self.matches(#"(?m)^\| (\d+) \| [a-z]"#, in: Self.text("Documentation/PlanFormat.md"))
        for code in codes { #expect(rows.contains(code), "family \(code)") }
    }
}
