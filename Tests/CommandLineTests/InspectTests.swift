import Foundation
import TestSupport
import Testing

@Suite struct InspectTests {
    private let model = "\(Fixtures.packageRoot)/models/iternet_k8_n3.hdf5"

    private func object(_ arguments: String...) throws -> [String: Any] {
        let result = try Venule.succeed(arguments)
        #expect(result.standardError.isEmpty, "\(result.standardError)")
        return try #require(try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any])
    }

    private func numbers(_ object: [String: Any]?, _ key: String) -> Int? { object?[key] as? Int }

    // MARK: JSON

    @Test func aModelAsJSONSaysWhatIsPrinted() throws {
        let open = try object("inspect", model, "--json")
        #expect(open["kind"] as? String == "model" && open["multiplyAccumulates"] == nil)
        #expect(open["parameterCount"] as? Int == 516_260)
        let architecture = try #require(open["architecture"] as? [String: Any])
        #expect(architecture["name"] as? String == "IterNet")
        let input = try #require((open["inputs"] as? [[String: Any]])?.first)
        #expect(input["name"] as? String == "model2_input_0" && input["element"] as? String == "float32")
        // Sides that are known are numbers, others expressions.
        let shape = try #require(input["shape"] as? [Any])
        #expect(shape.map { "\($0)" } == ["n", "16*h", "16*w", "3"] && shape[3] as? Int == 3)

        let bound = try object("inspect", model, "--json", "--input-shape", "1x48x80x3")
        let text = try Venule.succeed("inspect", model, "--input-shape", "1x48x80x3").standardOutput
        let work = try #require(bound["multiplyAccumulates"] as? Int)
        #expect(
            text.contains("MACs              \(work >= 1_000_000_000 ? "" : String(format: "%.2f M", Double(work) / 1e6))"),
            "\(text) \(work)")
        let functions = try #require(bound["functions"] as? [[String: Any]])
        let main = try #require(functions.first { $0["name"] as? String == bound["mainFunction"] as? String })
        let operations = try #require(main["operations"] as? [[String: Any]])
        #expect(operations.filter { $0["operation"] as? String == "call" && $0["function"] != nil }.count == 6)
        let convolution = try #require(operations.first { $0["operation"] as? String == "convolution" })
        #expect((convolution["attributes"] as? [String])?.first == "window 3x3")
        let weights = try #require(convolution["weights"] as? [[String: Any]])
        #expect(weights.map { $0["bytes"] as? Int } == [4 * 3 * 3 * 3 * 8, 4 * 8])
        // A constant that several operations read counts once, all of them are the parameters.
        let all = functions.flatMap { $0["operations"] as? [[String: Any]] ?? [] }.flatMap { $0["weights"] as? [[String: Any]] ?? [] }
        let bytes = Dictionary(all.map { (numbers($0, "constant"), numbers($0, "bytes")) }, uniquingKeysWith: { first, _ in first })
        #expect(bytes.values.reduce(0) { $0 + ($1 ?? 0) } == 4 * 516_260)
    }

    @Test func aPlanAsJSONHasItsOperationsAndRings() throws {
        let path = try Made.plan.get()
        let plan = try object("inspect", path, "--json")
        #expect(plan["kind"] as? String == "plan")
        let fileBytes = try contents(path).count
        #expect(numbers(plan, "fileBytes") == fileBytes)
        let operations = try #require(plan["operations"] as? [[String: Any]])
        let values = try #require(plan["values"] as? [[String: Any]])
        let constants = try #require(plan["constantBytes"] as? [Int])
        let arena = try #require(numbers(plan, "arenaBytes"))
        let steps = try #require(numbers(plan, "stepCount"))
        #expect(operations.reduce(0) { $0 + (numbers($1, "stepCount") ?? 0) } == steps)
        #expect(operations.reduce(0) { $0 + (numbers($1, "multiplyAccumulates") ?? 0) } == numbers(plan, "multiplyAccumulates"))
        for operation in operations {
            let used = try #require(operation["constants"] as? [Int])
            #expect(numbers(operation, "weightBytes") == used.reduce(0) { $0 + constants[$1] })
            for value in (operation["sources"] as? [Int] ?? [-1]) + (operation["results"] as? [Int] ?? [-1]) {
                #expect(values.indices.contains(value))
            }
        }
        for value in values where value["constant"] == nil {
            let (offset, bytes) = (try #require(numbers(value, "arenaOffset")), try #require(numbers(value, "ringBytes")))
            #expect(offset >= 0 && offset + bytes <= arena)
            let (first, last) = (try #require(numbers(value, "firstStep")), try #require(numbers(value, "lastStep")))
            #expect(0 <= first && first <= last && last < steps)
        }
        // What is printed, and what only --schedule prints.
        let printed = try Venule.succeed("inspect", path, "--schedule").standardOutput
        let convolution = try #require(operations.first { $0["kind"] as? String == "convolution" })
        let row = try #require(printed.split(separator: "\n").first { $0.contains("  \(convolution["name"] ?? "") ") }).split(
            separator: " ")
        #expect(row[1] == convolution["algorithm"] as? String ?? "" && Int(row[2]) == numbers(convolution, "stepRows"))
        #expect(!(try #require(convolution["alternatives"] as? [[String: Any]])).isEmpty)
    }

    // MARK: Graphviz

    /// Whether Graphviz takes it, where that is installed; and its structure in any case.
    private func expectGraph(_ text: String, nodes: Int, clusters: Int, location: SourceLocation = #_sourceLocation) throws {
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(lines.first?.hasPrefix("digraph \"") == true && lines.last == "}", sourceLocation: location)
        let declared = lines.compactMap { $0.firstMatch(of: /^n(\d+) \[label=".*"\];$/).flatMap { Int($0.1) } }
        #expect(declared.sorted() == Array(0..<nodes), sourceLocation: location)
        for edge in lines.compactMap({ $0.firstMatch(of: /^n(\d+) -> n(\d+);$/) }) {
            #expect(Int(edge.1) ?? nodes < nodes && Int(edge.2) ?? nodes < nodes, sourceLocation: location)
        }
        #expect(lines.filter { $0.hasPrefix("subgraph") }.count == clusters, sourceLocation: location)
        #expect(lines.filter { $0.hasSuffix("{") }.count == lines.filter { $0 == "}" }.count, sourceLocation: location)
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/dot") else { return }
        try withTemporaryDirectory { folder in
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/graph.dot"))
            let result = try runProcess("/usr/bin/dot", ["-Tplain", "\(folder)/graph.dot"])
            #expect(result.status == 0 && result.standardError.isEmpty, "\(result.standardError)", sourceLocation: location)
            #expect(result.standardOutput.split(separator: "\n").filter { $0.hasPrefix("node ") }.count == nodes, sourceLocation: location)
        }
    }

    @Test func graphsAreTextForGraphviz() throws {
        let report = try object("inspect", model, "--json")
        let functions = try #require(report["functions"] as? [[String: Any]])
        // Calls are drawn as what they do, so that only they are no nodes.
        let counts = try #require(report["operationCounts"] as? [[String: Any]])
        func count(_ kind: String) -> Int { counts.first { $0["name"] as? String == kind }.flatMap { numbers($0, "count") } ?? 0 }
        let all = counts.reduce(0) { $0 + (numbers($1, "count") ?? 0) }
        let entries = (report["inputs"] as? [Any] ?? []).count + (report["outputs"] as? [Any] ?? []).count
        #expect(functions.count == 3)
        try expectGraph(
            try Venule.succeed("inspect", model, "--dot").standardOutput, nodes: all - count("constant") - count("call") + entries,
            clusters: 6)
        let plan = try Made.plan.get()
        let operations = try #require(try object("inspect", plan, "--json")["operations"] as? [Any])
        try expectGraph(try Venule.succeed("inspect", plan, "--dot").standardOutput, nodes: operations.count, clusters: 2)
    }

    /// As the graph's text quotes it.
    private static let hostile = #"</script><script>alert(1)</script>\"];x [label=\"\\N\n<!--"#
    private static let hostileGraph = """
        venule 1
        metadata "\(hostile)" = "\(hostile)"
        entry @main

        function @"\(hostile)"(%x: f32[1, 8, 8, 2]) {
          %y = relu(%x) : f32[1, 8, 8, 2] named "\(hostile)"
          return %y
        }

        function @main(%"\(hostile)": f32[1, 8, 8, 2]) {
          %z = call @"\(hostile)"(%"\(hostile)") : f32[1, 8, 8, 2] named "\(hostile)"
          return %z as "\(hostile)"
        }

        """

    @Test func hostileNamesStayTexts() throws {
        try withTemporaryDirectory { folder in
            let path = "\(folder)/hostile.vir"
            try Data(Self.hostileGraph.utf8).write(to: URL(fileURLWithPath: path))
            try expectGraph(try Venule.succeed("inspect", path, "--dot").standardOutput, nodes: 3, clusters: 1)

            try Venule.succeed("inspect", path, "--html", "\(folder)/page.html")
            let page = String(decoding: try contents("\(folder)/page.html"), as: UTF8.self)
            // The data and the script of the page, and no more.
            #expect(page.components(separatedBy: "<script").count == 3 && page.components(separatedBy: "</script>").count == 3)
            #expect(!page.contains("<!--"))
            let data = try #require(page.firstMatch(of: /<script type="application\/json" id="data">([^<]*)<\/script>/)?.1)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any])
            let views = try #require(object["views"] as? [[String: Any]])
            #expect(views.map { $0["id"] as? String } == ["read", "optimised", "plan"])
            let name = "</script><script>alert(1)</script>\"];x [label=\"\\N\n<!--"
            for view in views {
                let nodes = try #require(view["nodes"] as? [[String: Any]])
                #expect(nodes.contains { ($0["name"] as? String)?.hasPrefix(name) == true }, "\(nodes)")
            }
        }
    }

    // MARK: Pages

    @Test func aPageIsTheSameEveryTime() throws {
        try withTemporaryDirectory { folder in
            let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
            for page in ["a", "b"] {
                let result = try Venule.succeed("inspect", model, "--input-shape", "1x32x48x3", "--html", "\(folder)/\(page).html")
                #expect(result.standardOutput.contains("written           \(folder)/\(page).html, "), "\(result.standardOutput)")
                #expect(result.standardError.contains("outputs are left out"), "\(result.standardError)")
            }
            #expect(try contents("\(folder)/a.html") == contents("\(folder)/b.html"))
            #expect(try entries(folder) == ["a.html", "b.html"])
            // As JSON too, and quietly.
            let report = try #require(
                try JSONSerialization.jsonObject(
                    with: Data(
                        try Venule.succeed("inspect", try Made.plan.get(), "--html", "\(folder)/c.html", "--json").standardOutput.utf8))
                    as? [String: Any])
            let page = try #require(report["page"] as? [String: Any])
            let byteCount = try contents("\(folder)/c.html").count
            #expect(page["path"] as? String == "\(folder)/c.html" && numbers(page, "bytes") == byteCount)
            let quiet = try Venule.succeed("inspect", model, "--input-shape", "1x32x48x3", "--html", "\(folder)/d.html", "-q")
            #expect(quiet.standardOutput.isEmpty && quiet.standardError.isEmpty)
        }
    }

    @Test func aPlanHasTheGraphOfItsModel() throws {
        try withTemporaryDirectory { folder in
            try Venule.succeed(
                "inspect", try Made.plan.get(), "--model", try Fixtures.path("iternet/k1_n1_gzip.hdf5"), "--html", "\(folder)/page.html")
            let page = String(decoding: try contents("\(folder)/page.html"), as: UTF8.self)
            for view in ["read", "optimised", "plan"] { #expect(page.contains("\"id\":\"\(view)\""), "\(view)") }
        }
    }

    /// What cannot be compiled can be looked at all the same.
    @Test func whatHasNoPlanHasAPage() throws {
        try withTemporaryDirectory { folder in
            // An image that is held whole and has more bytes than a plan may hold of such.
            let text = """
                venule 1
                entry @main

                function @main(%x: f32[1, 30000, 30000, 3]) {
                  %y = softmax(%x) axis 1 : f32[1, 30000, 30000, 3]
                  return %y
                }

                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/large.vir"))
            let result = try Venule.succeed("inspect", "\(folder)/large.vir", "--html", "\(folder)/page.html")
            #expect(result.standardError.contains("There is no plan: "), "\(result.standardError)")
            let page = String(decoding: try contents("\(folder)/page.html"), as: UTF8.self)
            #expect(page.contains("\"id\":\"optimised\"") && !page.contains("\"id\":\"plan\""))
        }
    }

    @Test func measuredTimesAreTaken() throws {
        try withTemporaryDirectory { folder in
            let plan = try Made.plan.get()
            let bench = try Venule.succeed("bench", plan, "--runs", "1", "--per-operation", "--json").standardOutput
            func write(_ text: String, _ name: String) throws -> String {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
                return "\(folder)/\(name)"
            }
            let times = try write(bench, "times.json")
            try Venule.succeed("inspect", plan, "--html", "\(folder)/page.html", "--bench", times)
            let page = String(decoding: try contents("\(folder)/page.html"), as: UTF8.self)
            #expect(page.contains("\"measured\":{"))

            let plain = try Venule.succeed("bench", plan, "--runs", "1", "--json").standardOutput
            let html = "\(folder)/other.html"
            try Venule.fail(1, "--per-operation", "inspect", plan, "--html", html, "--bench", try write(plain, "plain.json"))
            try Venule.fail(3, "no JSON", "inspect", plan, "--html", html, "--bench", try write("{", "broken.json"))
            try Venule.fail(3, "'instructionSet' is missing", "inspect", plan, "--html", html, "--bench", try write("{}", "empty.json"))
            try Venule.fail(1, "No such file", "inspect", plan, "--html", html, "--bench", "\(folder)/absent.json")
            let other = "\(folder)/other.plan"
            try Venule.succeed("compile", try Fixtures.path("iternet/k2_n4.hdf5"), "-o", other, "--input-shape", "1x48x80x3")
            try Venule.fail(1, "the plan has", "inspect", other, "--html", html, "--bench", times)
            // The same operations under another name.
            let renamed = bench.replacingOccurrences(of: "\"name\" : \"model2_conv2d_1\"", with: "\"name\" : \"other\"")
            #expect(renamed != bench)
            try Venule.fail(1, "times of another plan", "inspect", plan, "--html", html, "--bench", try write(renamed, "renamed.json"))
            #expect(!FileManager.default.fileExists(atPath: html))
        }
    }

    @Test func wrongUsesAreUsage() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            let html = "\(folder)/page.html"
            try Venule.fail(1, "--dot prints a graph alone: --json", "inspect", plan, "--dot", "--json")
            try Venule.fail(1, "--dot prints a graph alone: --html", "inspect", plan, "--dot", "--html", html)
            try Venule.fail(1, "--bench is for --html", "inspect", plan, "--bench", "times.json")
            try Venule.fail(1, "--force is for --html", "inspect", plan, "--force")
            try Venule.fail(1, "--model is for --html", "inspect", plan, "--model", model)
            try Venule.fail(1, "--model is for plans", "inspect", model, "--model", model, "--html", html)
            try Venule.fail(
                5, "was not made of", "inspect", plan, "--model",
                "\(Fixtures.packageRoot)/Tests/Fixtures/onnx/networks/pytorch_iternet.onnx", "--html", html)
            try Venule.fail(1, "cannot be opened", "inspect", plan, "--model", html, "--html", html, "--force")
            try Venule.fail(1, "--input-shape", "inspect", plan, "--input-shape", "1x48x80x3", "--html", html)
            try Venule.fail(1, "--bench needs the sides", "inspect", model, "--html", html, "--bench", "times.json")
            try Venule.fail(1, "there is no such folder", "inspect", plan, "--html", "\(folder)/absent/page.html")
            try Venule.fail(1, "is read by this command", "inspect", plan, "--html", plan, "--force")
            try Venule.fail(1, "no regular file", "inspect", plan, "--html", folder, "--force")
            #expect(try entries(folder).isEmpty)
            try Data("mine".utf8).write(to: URL(fileURLWithPath: html))
            try Venule.fail(1, "exists; --force replaces it", "inspect", plan, "--html", html)
            #expect(try contents(html) == Data("mine".utf8))
            try Venule.succeed("inspect", plan, "--html", html, "--force")
            #expect(try contents(html).starts(with: Data("<!doctype html>".utf8)))
            // A damaged plan leaves nothing.
            try Data("no plan".utf8).write(to: URL(fileURLWithPath: "\(folder)/bad.plan"))
            try Venule.fail(3, "bad.plan", "inspect", "\(folder)/bad.plan", "--html", "\(folder)/bad.html")
            #expect(try entries(folder) == ["bad.plan", "page.html"])
        }
    }
}
