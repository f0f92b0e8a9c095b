import Files
import Foundation
import Imaging
import PlanFormat
import TestSupport
import Testing

/// Names from files of strangers, and output that has nowhere to go.
@Suite struct HostileTextTests {
    /// Red text, a forged line, a turned-around one, C1, a byte that is no text.
    private static let hostile: [UInt8] =
        Array("a\u{1B}[31mred\nforged line\r\u{202E}turned\u{2066}\u{9B}2J\u{2028}z".utf8) + [0xFF]
    /// What every program shows of it, but where the text was no byte string any more.
    private static let escaped =
        "a\\u{1b}[31mred\\nforged line\\r\\u{202e}turned\\u{2066}\\u{9b}2J\\u{2028}z"

    /// Takes a tensor and gives it back, with such names everywhere.
    private func plan() -> [UInt8] {
        var plan = Plan()
        let tensor = PlainTensor(.float32, [4])
        plan.inputs = [EntryPoint(name: Self.hostile, tensor)]
        plan.outputs = [EntryPoint(name: Self.hostile + [0x79], tensor)]
        plan.values = [PlanValue(tensor, storage: .arena(offset: 0))]
        plan.operations = [
            PlanOperation(.plainInput(entry: 0), sources: [], results: [PlanValueID(0)], name: Self.hostile),
            PlanOperation(.plainOutput(entry: 0), sources: [PlanValueID(0)], results: [], name: Self.hostile),
        ]
        plan.schedule = [Step(PlanOperationID(0), firstRow: 0, rowCount: 1), Step(PlanOperationID(1), firstRow: 0, rowCount: 1)]
        plan.memory.arenaBytes = 64
        plan.selfTest = [Probe(PlanOperationID(0), rowCount: 1, fusedChecksum: 1, unfusedChecksum: 1)]
        plan.provenance = [ProvenanceEntry(key: Self.hostile, value: Self.hostile)]
        return PlanWriter.bytes(of: plan, constants: [])
    }

    private func expectPrintable(_ text: String, _ call: String) {
        let bad = text.unicodeScalars.filter { $0 != "\n" && printableText(String($0)) != String($0) }
        #expect(bad.isEmpty, "\(call): \(bad.map(\.value)) in \(text.debugDescription)")
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("forged") }, "\(call): \(text)")
    }

    @Test func namesAreEscapedInEveryMessage() throws {
        try withTemporaryDirectory { folder in
            let path = "\(folder)/hostile.plan"
            try Data(plan()).write(to: URL(fileURLWithPath: path))
            try Data("no array".utf8).write(to: URL(fileURLWithPath: "\(folder)/x.npy"))
            let odd = "\(folder)/\u{1B}[2J\u{202E}.plan"
            try Data("no plan".utf8).write(to: URL(fileURLWithPath: odd))
            // What it says, and whether names of the plan are in it.
            let calls: [(program: String, arguments: [String], status: Int32, shows: Bool)] = [
                ("venule-run", ["describe", path], 0, true), ("venule-run", ["bench", path, "--runs", "1", "--per-operation"], 0, true),
                ("venule-run", ["doctor", path], 5, true), ("venule-run", ["install", path, "\(folder)/copy.plan"], 5, true),
                ("venule-run", ["run", path, "--output-dir", folder], 1, true),
                ("venule-run", ["run", path, "--input", "\(folder)/x.npy", "--output", "\(folder)/y.pgm"], 2, false),
                ("venule-run", ["describe", odd], 3, false), ("venule-run", ["describe", "\(odd)?"], 1, false),
                ("venule-run", ["\u{1B}[2J\nforged line"], 1, false), ("venule-run", ["run", path, "--\u{9B}2J"], 1, false),
                ("venule", ["inspect", path], 0, true), ("venule", ["inspect", path, "--schedule"], 0, true),
                ("venule", ["bench", path, "--runs", "1", "--per-operation"], 0, true),
                ("venule", ["run", path, "--output-dir", folder], 1, true), ("venule", ["inspect", odd], 3, false),
                ("venule", ["inspect", "\(odd)?"], 1, false), ("venule", ["\u{1B}[2J"], 1, false),
                ("venule", ["inspect", path, "--\u{9B}2J"], 1, false),
            ]
            for call in calls {
                let result = try runProcess(builtProduct(call.program), call.arguments)
                let text = result.standardOutput + result.standardError
                #expect(result.status == call.status, "\(call): \(text)")
                expectPrintable(text, "\(call)")
                if call.shows { #expect(text.contains(Self.escaped), "\(call): \(text)") }
            }
            let json = try Venule.succeed("bench", path, "--runs", "1", "--per-operation", "--json").standardOutput
            expectPrintable(json, "--json")
            let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
            let outputs = try #require(object["outputs"] as? [[String: Any]])
            #expect(outputs.first?["name"] as? String == String(decoding: Self.hostile + [0x79], as: UTF8.self))
            for arguments in [
                ["describe", path], ["bench", path, "--runs", "1", "--per-operation"], ["doctor", path], ["describe", odd],
            ] {
                let json = try runProcess(builtProduct("venule-run"), arguments + ["--json"]).standardOutput
                expectPrintable(json, "\(arguments) --json")
                let device = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any], "\(json)")
                guard let found = device["outputs"] as? [[String: Any]] else { continue }
                #expect(found.first?["name"] as? String == outputs.first?["name"] as? String)
            }
        }
    }

    /// The names of a graph reach messages by other ways than those of a plan.
    @Test func namesOfModelsAreEscapedToo() throws {
        try withTemporaryDirectory { folder in
            let path = "\(folder)/bad.vir"
            try Data("graph \"\u{1B}[2J\u{202E}\"\r\u{9B}\n".utf8).write(to: URL(fileURLWithPath: path))
            for arguments in [["inspect", path], ["compile", path, "-o", "\(folder)/x.plan"], ["verify", path, path]] {
                let result = try runProcess(builtProduct("venule"), arguments)
                #expect(result.status != 0)
                expectPrintable(result.standardOutput + result.standardError, "\(arguments)")
            }
        }
    }

    /// Results that cannot be written are no success.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aFullDeviceIsAnError() throws {
        try withTemporaryDirectory { folder in
            let path = "\(folder)/a.plan"
            try Data(plan()).write(to: URL(fileURLWithPath: path))
            for (program, arguments) in [
                ("venule-run", ["--help"]), ("venule-run", ["--version"]), ("venule-run", ["describe", path]),
                ("venule-run", ["bench", path, "--runs", "1"]), ("venule", ["--help"]), ("venule", ["--version"]),
                ("venule", ["inspect", path]), ("venule", ["bench", path, "--runs", "1", "--json"]),
            ] {
                let result = try runProcess(
                    "/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/full", try builtProduct(program)] + arguments)
                #expect(result.status == 1, "\(program) \(arguments): \(result.status)")
                #expect(
                    result.standardError == "\(program): standard output: cannot be written: No space left on device\n",
                    "\(program) \(arguments): \(result.standardError)")
            }
            // Of a plan that fails anyway the failure counts.
            let doctor = try runProcess(
                "/bin/sh", ["-c", "exec \"$0\" doctor \"$1\" >/dev/full", try builtProduct("venule-run"), path])
            #expect(doctor.status == 5)
            // As a file for results it is no place for a file at all, and stays what it is.
            let array = NPYArray(.float32, shape: [4], bytes: [UInt8](repeating: 0, count: 16))
            try Data(array.fileBytes).write(to: URL(fileURLWithPath: "\(folder)/x.npy"))
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/full.npy", withDestinationPath: "/dev/full")
            let run = try runProcess(
                builtProduct("venule-run"), ["run", path, "--input", "\(folder)/x.npy", "--output", "\(folder)/full.npy"])
            #expect(run.status == 1 && run.standardError.contains("full.npy: cannot be written"), "\(run.standardError)")
            let compiled = try runProcess(
                builtProduct("venule"),
                ["compile", try Fixtures.path("iternet/k1_n1_gzip.hdf5"), "--input-shape", "1x32x48x3", "-o", "/dev/full"])
            #expect(compiled.status != 0 && compiled.standardError.contains("/dev/full"), "\(compiled.standardError)")
        }
    }
}
