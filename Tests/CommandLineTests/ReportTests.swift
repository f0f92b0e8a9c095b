import Foundation
import Imaging
import TestSupport
import Testing

/// What commands report with `--json`, `--quiet` and `--verbose`: Documentation/JSON.md.
@Suite struct ReportTests {
    private let model: String
    private let input: String

    init() throws {
        // Its file says nothing of its layers' arguments, and it has two exits.
        model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        input = try Fixtures.path("iternet/input/48x80x3.npy")
    }

    // MARK: Fields

    /// Commands that together show every field of their section of the page, but for those of which machines differ.
    private struct Section {
        var name: String
        var calls: [[String]]
        var isOptional: Set<String> = []

        var program: String { name.hasPrefix("venule-run") ? "venule-run" : "venule" }
    }

    private func sections(in folder: String) throws -> [Section] {
        let plan = try Made.plan.get()
        let shape = ["--input-shape", "1x48x80x3"]
        let small = "\(folder)/small.vir"
        try smallGraph.write(toFile: small, atomically: true, encoding: .utf8)
        try Venule.succeed("compile", small, "-o", "\(folder)/small.plan")
        try Venule.succeed("compile", model, "-o", "\(folder)/other.plan", "--input-shape", "1x16x16x3")
        try FileManager.default.copyItem(atPath: "\(folder)/other.plan", toPath: "\(folder)/device.plan")
        try Fixtures.photograph(height: 48, width: 80).write(to: "\(folder)/eye.png")
        try Fixtures.photograph(height: 4, width: 4).write(to: "\(folder)/eye-of-4.png")
        let drawn = "\(folder)/drawn"
        try FileManager.default.createDirectory(atPath: drawn, withIntermediateDirectories: true)
        for name in ["a.png", "b.png"] {
            let samples = (0..<48).map { $0 / 3 % 4 == 0 ? 255 : 0 } as [UInt8]
            try Photograph(height: 4, width: 4, samples: samples).write(to: "\(drawn)/\(name)")
        }
        let run = ["--input", input, "--output-dir", "\(folder)/out"]
        let passes = ["--changes", "9", "--print-ir-after", "3", "--print-ir-to", "\(folder)/printed"]
        return [
            Section(name: "venule import", calls: [["import", model, "-o", "\(folder)/net.vir"] + shape, ["import", model]]),
            Section(
                name: "venule compile",
                calls: [
                    ["compile", model, "-o", "\(folder)/a.plan", "--print-lowered"] + shape + passes,
                    ["compile", model, "-o", "\(folder)/a.plan", "--outputs", "all"] + shape,
                ]),
            Section(
                name: "venule compile --stop-after",
                calls: [["compile", model, "--stop-after", "schedule"] + shape + passes, ["compile", model, "--stop-after", "3"] + shape]),
            Section(
                name: "venule run", calls: [["run", plan, "--until", "1", "--repeat", "2"] + run, ["run", model] + shape + run]),
            Section(
                name: "venule bench",
                calls: [
                    ["bench", plan, "--runs", "2", "--per-operation"], ["bench", plan, "--runs", "1"],
                    ["bench", model, "--runs", "1"] + shape,
                ]),
            // Takes long, and is done once for all suites.
            Section(name: "venule bench --calibrate", calls: []),
            Section(
                name: "venule inspect",
                calls: [["inspect", plan, "--html", "\(folder)/page.html", "--force"], ["inspect", model] + shape, ["inspect", model]],
                // Of plans with constants that are read as images or tensors.
                isOptional: ["values[].constant"]),
            Section(
                name: "venule verify", calls: [["verify", plan, model], ["verify", "\(folder)/other.plan", model]],
                isOptional: Set(Self.optionalFields(ofValue: "outputs[]") + ["onlyA[]", "otherSource"])),
            Section(
                name: "venule compare", calls: try comparisons(in: folder),
                isOptional: Set(
                    ["outputs[]", "operations[].value", "photographs[].value"].flatMap(Self.optionalFields(ofValue:)) + [
                        "onlyA[]", "onlyB[]", "otherSource", "photographs[].auc",
                    ])),
            Section(name: "venule operators", calls: [["operators"]]),
            Section(
                name: "venule segment", calls: [["segment", plan, "\(folder)/eye.png", "-o", "\(folder)/maps", "--force"]],
                isOptional: ["assumptions[]", "photographs[].warnings[]", "photographs[].error", "photographs[].exitStatus"]),
            Section(
                name: "venule evaluate",
                calls: [
                    ["evaluate", "--pred", drawn, "--truth", drawn, "--resamples", "9"],
                    [
                        "evaluate", "--pred", "\(drawn)/a.png", "--truth", "\(drawn)/b.png", "--fov", "auto", "--images",
                        "\(folder)/eye-of-4.png",
                    ],
                ],
                isOptional: ["warnings[]"]),
            Section(name: "venule-run run", calls: [["run", plan, "--until", "1", "--repeat", "2"] + run]),
            Section(
                name: "venule-run bench", calls: [["bench", plan, "--runs", "2", "--per-operation"], ["bench", plan, "--runs", "1"]]),
            Section(name: "venule-run describe", calls: [["describe", plan]]),
            Section(
                name: "venule-run doctor", calls: [["doctor", plan], ["doctor", "\(folder)/small.plan"]],
                isOptional: ["memoryBytes", "availableBytes", "controlGroupLimitBytes", "addressSpaceLimitBytes"]),
            Section(
                name: "venule-run install",
                calls: [["install", plan, "\(folder)/device.plan"], ["install", plan, "\(folder)/device.plan"]]),
        ]
    }

    /// Values inside, photographs, and values that one side lacks.
    private func comparisons(in folder: String) throws -> [[String]] {
        try Fixtures.photograph(height: 16, width: 16).write(to: "\(folder)/eye.png")
        let onnx = try Fixtures.path("onnx/networks/pytorch_iternet.onnx")
        let layers = try Fixtures.path("layers/pytorch_iternet.npz")
        return [
            ["compare", "\(folder)/other.plan", model, "--dump", "model2_re_lu_38", "--output-dir", "\(folder)/inside"],
            ["compare", onnx, layers, "--input", layers, "--input-shape", "1x3x16x16", "--per-operation"],
            ["compare", "\(folder)/other.plan", "\(folder)/device.plan", "\(folder)/eye.png"],
        ]
    }

    /// What a compared value has only where its sides differ in more than their numbers.
    private static func optionalFields(ofValue path: String) -> [String] {
        let others = ["otherName", "otherElement", "otherShape[]"]
        let notFinite = ["notFinite", "otherNotFinite"].flatMap { side in
            ["notNumbers", "infinities", "firstPosition[]"].map { "\(side).\($0)" }
        }
        return (others + notFinite + ["difference.position[]"]).map { "\(path).\($0)" }
    }

    /// With subnormal weights, of which the device's program warns.
    private let smallGraph = """
        venule 1
        entry @main

        function @main(%image: f32[1, 4, 4, 1]) {
          %kernel = constant f32[1, 1, 1, 3] {0.5, -1e-40, 3e-39}
          %small = convolution(%image, %kernel) window 1x1 : f32[1, 4, 4, 3]
          return %small
        }
        """

    /// The page has every field of every report, and no other; each command's standard output is one JSON object.
    @Test func everyFieldIsOnThePage() throws {
        let listed = try listedFields()
        try withTemporaryDirectory { folder in
            let sections = try sections(in: folder)
            #expect(Set(sections.map(\.name)) == Set(listed.keys), "sections of the page, and of this test")
            for section in sections {
                let fields = try #require(listed[section.name], "\(section.name)")
                var found: Set<String> = []
                if section.calls.isEmpty { found = Self.fields(of: try object(Made.calibration.get().report, section.name)) }
                for call in section.calls {
                    let result = try runProcess(builtProduct(section.program), call + ["--json"])
                    #expect(result.status == 0, "\(call): \(result.standardError)")
                    found.formUnion(Self.fields(of: try object(result.standardOutput, "\(call)")))
                }
                #expect(found.subtracting(fields).sorted() == [], "\(section.name): not on the page")
                #expect(fields.subtracting(found).subtracting(section.isOptional).sorted() == [], "\(section.name): in no report")
            }
        }
    }

    /// A command that takes `--json` has its fields on the page.
    @Test func everyReportHasASection() throws {
        let listed = try listedFields()
        let help = try Venule.succeed("--help").standardOutput
        for line in help.split(separator: "\n") where line.hasPrefix("  ") && !line.hasPrefix("   ") {
            guard let command = line.split(separator: " ").first.map(String.init), command.allSatisfy(\.isLetter) else { continue }
            let options = try Venule.run(command, "--help")
            guard options.status == 0, options.standardOutput.contains("--json") else { continue }
            #expect(listed["venule \(command)"] != nil, "\(command)")
        }
    }

    /// The fields in the page's tables, by section. A field stands in the first column, of several each in quotes of its own.
    private func listedFields() throws -> [String: Set<String>] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Documentation/JSON.md")
        var fields: [String: Set<String>] = [:]
        var section: String?
        for line in try String(contentsOf: page, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("## ") { section = String(line.dropFirst(3)) }
            guard let section, line.hasPrefix("| `") else { continue }
            let cell = line.dropFirst(2).prefix { $0 != "|" }
            let names = cell.split(separator: "`").filter { !$0.allSatisfy { ", ".contains($0) } }.map(String.init)
            fields[section, default: []].formUnion(names)
        }
        return fields
    }

    /// The paths of all values: `memory.arenaBytes`, `outputs[].name`.
    private static func fields(of value: Any, at path: String = "") -> Set<String> {
        if let object = value as? [String: Any] {
            return object.reduce(into: []) { $0.formUnion(fields(of: $1.value, at: path.isEmpty ? $1.key : "\(path).\($1.key)")) }
        }
        if let array = value as? [Any] {
            return array.reduce(into: []) { $0.formUnion(fields(of: $1, at: "\(path)[]")) }
        }
        return [path]
    }

    /// - Throws: for a text that is more or less than one JSON object.
    private func object(_ text: String, _ call: String) throws -> [String: Any] {
        try #require(try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(call): \(text)")
    }

    private func report(_ program: String, _ arguments: [String]) throws -> [String: Any] {
        try object(runProcess(builtProduct(program), arguments + ["--json"]).standardOutput, "\(program) \(arguments)")
    }

    // MARK: Values

    /// One schema for both programs, and the same values where the time is not in them.
    @Test func bothProgramsReportAlike() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            let run = ["run", plan, "--input", input, "--output", "\(folder)/map.npy", "--until", "1", "--threads", "1", "--repeat", "3"]
            let bench = ["bench", plan, "--runs", "3", "--threads", "1", "--per-operation"]
            for call in [run, bench] {
                let (developers, devices) = (try report("venule", call), try report("venule-run", call))
                #expect(Self.fields(of: developers) == Self.fields(of: devices), "\(call)")
                for key in ["plan", "version", "instructionSet", "threads", "outputs", "leftOut", "newestOutput", "deadlinePassed", "runs"]
                {
                    #expect(developers[key] as? NSObject == devices[key] as? NSObject, "\(call) \(key)")
                }
                for report in [developers, devices] {
                    let times = try #require(report["runSeconds"] as? [Double])
                    #expect(times.count == 3 && times.allSatisfy { $0 > 0 && $0 < 100 })
                    guard let operations = report["operations"] as? [[String: Any]] else { continue }
                    #expect(abs(operations.reduce(0.0) { $0 + ($1["share"] as? Double ?? 0) } - 1) < 1e-4)
                    #expect(times == times.sorted() && report["minimumSeconds"] as? Double == times[0])
                }
                let algorithms = [developers, devices].map { ($0["operations"] as? [[String: Any]])?.map { "\($0["algorithm"] ?? "")" } }
                #expect(algorithms[0] == algorithms[1])
            }
        }
    }

    @Test func compileSaysWhatItPrintsAndMore() throws {
        try withTemporaryDirectory { folder in
            let call = ["compile", model, "-o", "\(folder)/a.plan", "--input-shape", "1x48x80x3", "--threads", "2"]
            let text = try Venule.succeed(call + ["--verbose"]).standardOutput
            for word in ["\nscheduling ", "\npasses that changed something:\n  01-", "\nmemory of a run:\n  plan file "] {
                #expect(text.contains(word), "\(text)")
            }
            let compiled = try report("venule", call)
            let size = try #require(FileManager.default.attributesOfItem(atPath: "\(folder)/a.plan")[.size] as? Int)
            #expect(compiled["fileBytes"] as? Int == size)
            #expect(compiled["leftOut"] as? [String] == ["out11"])
            #expect((compiled["assumptions"] as? [String])?.first?.hasPrefix("the file has weights only") == true)
            let memory = try #require(compiled["memory"] as? [String: Any])
            func bytes(_ part: String) -> Int { memory["\(part)Bytes"] as? Int ?? -1 }
            #expect(bytes("total") == ["plan", "arena", "scratch", "entry", "code"].reduce(0) { $0 + bytes($1) })
            let passes = try #require(compiled["passes"] as? [[String: Any]])
            #expect(passes.first?["pass"] as? String == "01-unroll-iterations")
            #expect(passes.contains { ($0["changes"] as? [String])?.contains { $0.contains("fused into") } == true })
            let described = try report("venule-run", ["describe", "\(folder)/a.plan"])
            #expect(described["fileBytes"] as? Int == size && described["threads"] as? Int == 2)
            #expect(described["arenaBytes"] as? Int == bytes("arena") && described["stepCount"] as? Int == compiled["stepCount"] as? Int)
            let entries = [compiled, described].map { "\(($0["inputs"] as? [[String: Any]])?.first?["shape"] ?? "")" }
            #expect(entries[0] == entries[1] && entries[0].contains("80"))
        }
    }

    /// The text of a stage is what is printed without the option.
    @Test func stoppingGivesTheText() throws {
        for stage in ["layout", "schedule", "eliminate-identities"] {
            let call = ["compile", model, "--input-shape", "1x16x16x3", "--stop-after", stage]
            let stopped = try report("venule", call)
            #expect(stopped["text"] as? String == (try Venule.succeed(call).standardOutput), "\(stage)")
        }
    }

    // MARK: Models

    /// `run` and `bench` take every kind of model, and say what was assumed of it.
    @Test func everyKindOfModelRuns() throws {
        try withTemporaryDirectory { folder in
            let graph = "\(folder)/net.vir"
            try Venule.succeed("import", model, "-o", graph)
            let weights = try Fixtures.path("keras/keras2.3/weights/model.h5")
            let architecture = ["--architecture", try Fixtures.path("keras/keras2.3/weights/architecture.json")]
            let kinds: [(model: String, options: [String])] = [
                (model, ["--input-shape", "1x48x80x3"]), (graph, ["--input-shape", "1x48x80x3"]),
                (try Fixtures.path("onnx/networks/pytorch_loop.onnx"), []), (weights, architecture + ["--input-shape", "1x12x10x3"]),
                (try Fixtures.path("keras/keras3/classifier/model.keras"), ["--input-shape", "1x12x10x2"]),
            ]
            for (path, options) in kinds {
                let bench = try report("venule", ["bench", path, "--runs", "1"] + options)
                let compilation = try #require(bench["compilation"] as? [String: Any], "\(path): \(bench)")
                let assumptions = try #require(compilation["assumptions"] as? [String])
                let imported = try report("venule", ["import", path] + options)
                #expect(assumptions == imported["assumptions"] as? [String], "\(path)")
                let measured = try Venule.succeed(["bench", path, "--runs", "1"] + options).standardOutput
                for assumption in assumptions { #expect(measured.contains("\nassumed           \(assumption)\n"), "\(path): \(measured)") }
                guard options.last == "1x48x80x3" else { continue }
                let text = try Venule.succeed(["run", path, "--input", input, "--output-dir", "\(folder)/out"] + options).standardOutput
                for assumption in assumptions { #expect(text.contains("\nassumed           \(assumption)\n"), "\(path): \(text)") }
                #expect(text.contains("\nleft out          'out11'; "), "\(text)")
            }
        }
    }

    // MARK: Quiet, verbose and wrong

    /// `--quiet` leaves nothing of a command that succeeds, and `--verbose` adds to it.
    @Test func quietAndVerbose() throws {
        try withTemporaryDirectory { folder in
            for section in try sections(in: folder) {
                let program = try builtProduct(section.program)
                for call in section.calls {
                    let asks = call.contains("--stop-after") || call.contains("--print-lowered")
                    let quiet = try runProcess(program, call + ["--quiet"])
                    #expect(quiet.status == (asks ? 1 : 0), "\(call): \(quiet.standardError)")
                    #expect(quiet.standardOutput == "", "\(call)")
                    if call.last == "\(folder)/small.plan" {
                        #expect(quiet.standardError.hasPrefix("venule-run: warning: 2 subnormal weights, "), "\(quiet.standardError)")
                    } else if !asks {
                        #expect(quiet.standardError == "", "\(call)")
                    }
                    guard !asks else { continue }
                    let verbose = try runProcess(program, call + ["--verbose"]).standardOutput
                    let plain = try runProcess(program, call).standardOutput
                    // Measured are the figures, not the lines.
                    let more = verbose.split(separator: "\n").count - plain.split(separator: "\n").count
                    // Of a comparison there is more only where the plan is of another model.
                    #expect(more > (section.name == "venule compare" ? -1 : 0), "\(call): \(verbose)")
                }
            }
        }
    }

    /// Notes on inputs are no warnings.
    @Test func quietLeavesNotesOut() throws {
        let array = try Fixtures.path("arrays/table_f8.npy")
        try withTemporaryDirectory { folder in
            let graph = "\(folder)/double.vir"
            let table =
                "venule 1\nentry @main\n\nfunction @main(%table: f32[4, 3]) {\n  %y = add(%table, %table) : f32[4, 3]\n  return %y\n}\n"
            try table.write(toFile: graph, atomically: true, encoding: .utf8)
            try Venule.succeed("compile", graph, "-o", "\(folder)/double.plan")
            for program in ["venule", "venule-run"] {
                let call = ["bench", "\(folder)/double.plan", "--input", array, "--runs", "1"]
                let path = try builtProduct(program)
                #expect(try runProcess(path, call).standardError.hasPrefix("\(program): note: "))
                #expect(try runProcess(path, call + ["-q"]).standardError == "")
                let result = try runProcess(path, call + ["--json"])
                #expect(result.standardError.hasPrefix("\(program): note: "))
                _ = try object(result.standardOutput, program)
            }
        }
    }

    /// With `--json` a failure is on standard error as ever, and in the one object too, beside what was found until then.
    @Test func failuresAreInTheObject() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            let broken = "\(folder)/broken.plan"
            try contents(plan).prefix(1000).write(to: URL(fileURLWithPath: broken))
            let calls: [(program: String, call: [String], status: Int, finds: String?)] = [
                ("venule", ["import", "absent.hdf5"], 1, nil), ("venule", ["compile", model, "--frobnicate"], 1, nil),
                ("venule", ["bench", broken], 3, nil), ("venule", ["run", plan, "--output-dir", folder], 1, nil),
                ("venule", ["compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x48x80x3", "--max-memory", "1KiB"], 4, nil),
                ("venule", ["operators", "--quiet"], 1, nil), ("venule-run", ["describe", "absent.plan"], 1, nil),
                ("venule-run", ["describe", broken], 3, nil), ("venule-run", ["bench", plan, "--frobnicate"], 1, nil),
                ("venule-run", ["run", plan, "--output-dir", folder], 1, nil), ("venule-run", ["bench", plan, "-q"], 1, nil),
                ("venule-run", ["doctor", broken], 3, "instructionSets"), ("venule-run", ["doctor", plan, "--threads", "9999"], 1, "fits"),
            ]
            for (program, call, status, finds) in calls {
                let plain = try runProcess(builtProduct(program), call)
                let result = try runProcess(builtProduct(program), call + ["--json"])
                #expect(Int(result.status) == status, "\(call): \(result.standardError)")
                let report = try object(result.standardOutput, "\(program) \(call)")
                let error = try #require(report["error"] as? [String: Any], "\(call)")
                #expect(error["status"] as? Int == status)
                let lines = try #require(error["lines"] as? [String])
                #expect(!lines.isEmpty && lines.allSatisfy { result.standardError.contains($0) }, "\(call): \(lines)")
                if let finds { #expect(report[finds] != nil, "\(report)") }
                guard !["-q", "--quiet"].contains(call.last) else { continue }
                #expect(result.standardError == plain.standardError, "\(call)")
            }
        }
    }
}
