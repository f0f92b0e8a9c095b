import Foundation
import PlanFormat
import TestSupport
import Testing

/// `venule-run install` and `doctor`, as a device runs them.
@Suite struct InstallTests {
    private let model: String

    init() throws {
        model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
    }

    /// Two plans that differ.
    private func plans(in folder: String) throws -> [String] {
        try ["32x48", "48x32"].map { size in
            let path = "\(folder)/\(size).plan"
            try Venule.succeed("compile", model, "-o", path, "--input-shape", "1x\(size)x3")
            return path
        }
    }

    /// Where the constants begin, by the table of sections (Documentation/PlanFormat.md).
    private func constantsOffset(_ plan: Data) throws -> Int {
        func number(_ offset: Int, _ count: Int) -> Int { (0..<count).reversed().reduce(0) { $0 << 8 | Int(plan[offset + $1]) } }
        let record = try #require((0..<number(12, 4)).map { 64 + 32 * $0 }.first { number($0, 4) == 8 })
        return number(record + 8, 8)
    }

    private func runner(_ arguments: String...) throws -> ProcessResult { try runProcess(builtProduct("venule-run"), arguments) }

    @Test func installsAndKeepsThePrevious() throws {
        try withTemporaryDirectory { folder in
            let plans = try plans(in: folder)
            let place = "\(folder)/device/net.plan"
            try FileManager.default.createDirectory(atPath: "\(folder)/device", withIntermediateDirectories: true)
            let first = try runner("install", plans[0], place)
            #expect(first.status == 0, "\(first.standardError)")
            #expect(try contents(place) == contents(plans[0]))
            #expect(try entries("\(folder)/device") == ["net.plan"])
            #expect(try runner("install", plans[1], place).status == 0)
            #expect(try contents(place) == contents(plans[1]))
            #expect(try contents("\(place).previous") == contents(plans[0]))
            // Once more changes nothing, so that the previous one stays.
            let again = try runner("install", plans[1], place)
            #expect(again.status == 0 && again.standardOutput.contains("is this plan already"))
            #expect(try contents("\(place).previous") == contents(plans[0]))
            #expect(try runner("install", plans[0], place).status == 0)
            #expect(try contents("\(place).previous") == contents(plans[1]))
            #expect(try entries("\(folder)/device") == ["net.plan", "net.plan.previous"])
        }
    }

    @Test func refusesDamagedPlansAndPlaces() throws {
        try withTemporaryDirectory { folder in
            let plans = try plans(in: folder)
            let place = "\(folder)/net.plan"
            #expect(try runner("install", plans[0], place).status == 0)
            // A constant's byte, which loading does not read.
            var damaged = try contents(plans[1])
            damaged[try constantsOffset(damaged)] ^= 1
            try damaged.write(to: URL(fileURLWithPath: "\(folder)/damaged.plan"))
            let refused = try runner("install", "\(folder)/damaged.plan", place)
            #expect(refused.status == 3, "\(refused.standardError)")
            #expect(refused.standardError.contains("constants"))
            let doctor = try runner("doctor", "\(folder)/damaged.plan")
            #expect(doctor.status == 3 && doctor.standardOutput.contains("constants corrupt"))
            #expect(try contents(place) == contents(plans[0]))

            try FileManager.default.createSymbolicLink(atPath: "\(folder)/link.plan", withDestinationPath: place)
            for other in ["\(folder)/link.plan", folder, "\(folder)/missing/net.plan"] {
                #expect(try runner("install", plans[1], other).status == 1, "\(other)")
            }
            #expect(try entries(folder).filter { $0.contains("installing") || $0.contains("previous") }.isEmpty)
        }
    }

    /// Killed at any of many moments, the destination is one of the two plans, whole; and the next installation works.
    @Test func survivesBeingKilled() throws {
        try withTemporaryDirectory { folder in
            let plans = try plans(in: folder)
            let contents = try plans.map { try CommandLineTests.contents($0) }
            let place = "\(folder)/net.plan"
            let start = Date()
            #expect(try runner("install", plans[0], place).status == 0)
            let duration = Date().timeIntervalSince(start)
            var killed = 0
            let kills = 60
            for kill in 0..<kills {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: try builtProduct("venule-run"))
                process.arguments = ["install", plans[(kill + 1) % 2], place]
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
                usleep(UInt32(duration * 1e6 * 1.2 * Double(kill) / Double(kills)))
                Foundation.kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                if process.terminationReason == .uncaughtSignal { killed += 1 }
                let found = try CommandLineTests.contents(place)
                #expect(contents.contains(found), "kill \(kill): \(found.count) bytes")
                if let previous = try? CommandLineTests.contents("\(place).previous") {
                    #expect(contents.contains(previous), "kill \(kill): \(previous.count) bytes")
                }
            }
            #expect(killed > 0)
            for plan in [0, 1] {
                let result = try runner("install", plans[plan], place)
                #expect(result.status == 0, "\(result.standardError)")
                #expect(try CommandLineTests.contents(place) == contents[plan])
            }
            #expect(try runner("doctor", place).status == 0)
            #expect(try entries(folder).filter { !$0.hasSuffix("8.plan") && !$0.hasSuffix("2.plan") } == ["net.plan", "net.plan.previous"])
        }
    }

    @Test func doctorSaysWhatTheMachineHas() throws {
        try withTemporaryDirectory { folder in
            let plan = try plans(in: folder)[0]
            let healthy = try runner("doctor", plan, "--threads", "1")
            #expect(healthy.status == 0, "\(healthy.standardError)")
            for line in [
                "instruction set ", "processors allowed ", "page size ", "memory ", "memory limit of the control group ",
                "limit of the address space ", "needed ", "fits yes", "constants ok", "self-test ok",
            ] {
                #expect(healthy.standardOutput.contains("\n\(line)"), "\(line) in \(healthy.standardOutput)")
            }
            // More address space than the program takes, and less than the plan.
            let script = "ulimit -v 16000; exec \"$0\" doctor \"$1\" --threads 1"
            let large = "\(folder)/large.plan"
            try Venule.succeed("compile", model, "-o", large, "--input-shape", "1x1024x1024x3")
            let small = try runProcess("/bin/sh", ["-c", script, builtProduct("venule-run"), large])
            #expect(small.status == 4, "\(small.status) \(small.standardOutput) \(small.standardError)")
            #expect(small.standardOutput.contains("fits no"))
            #expect(small.standardOutput.contains("self-test not run") && small.standardOutput.contains("constants ok"))
            let described = try runner("describe", plan).standardOutput
            #expect(described.contains("exit 1 final_out 100.0% of the work"))
            #expect(described.contains("convolution_"))
            #expect(described.contains("self-test ") && !described.contains("self-test 0"))
        }
    }

    /// A gigabyte of arena in 200 MB: said before anything is taken, and the old plan stays.
    @Test func whatDoesNotFitIsNotTried() throws {
        try withTemporaryDirectory { folder in
            var plan = Plan()
            let tensor = PlainTensor(.float32, [1 << 28])
            let part = PlainTensor(.float32, [4])
            plan.inputs = [EntryPoint(name: Array("x".utf8), part)]
            plan.outputs = [EntryPoint(name: Array("y".utf8), part)]
            plan.values = [PlanValue(part, storage: .arena(offset: 0)), PlanValue(tensor, storage: .arena(offset: 64))]
            // The large one is what the self-test would write.
            plan.operations = [
                PlanOperation(.plainInput(entry: 0), sources: [], results: [PlanValueID(0)]),
                PlanOperation(.plain(.copy(PlainCopy([], filler: 0))), sources: [], results: [PlanValueID(1)]),
                PlanOperation(.plainOutput(entry: 0), sources: [PlanValueID(0)], results: []),
            ]
            plan.schedule = (0..<3).map { Step(PlanOperationID($0), firstRow: 0, rowCount: 1) }
            plan.memory.arenaBytes = 64 + 1 << 30
            plan.selfTest = [Probe(PlanOperationID(1), rowCount: 1)]
            let path = "\(folder)/large.plan"
            let place = "\(folder)/net.plan"
            try Data(PlanWriter.bytes(of: plan, constants: [])).write(to: URL(fileURLWithPath: path))
            #expect(try runner("describe", path).status == 0)
            let limited = "ulimit -v 200000; exec \"$0\" \"$@\""
            let program = try builtProduct("venule-run")
            let doctor = try runProcess("/bin/sh", ["-c", limited, program, "doctor", path, "--threads", "1"])
            #expect(doctor.status == 4, "\(doctor.status) \(doctor.standardError)")
            #expect(doctor.standardOutput.contains("fits no\nself-test not run\n"), "\(doctor.standardOutput)")
            #expect(doctor.standardError.contains("the limit of the address space is"))
            try Data("the old one".utf8).write(to: URL(fileURLWithPath: place))
            let install = try runProcess("/bin/sh", ["-c", limited, program, "install", path, place, "--threads", "1"])
            #expect(install.status == 4, "\(install.status) \(install.standardError)")
            #expect(install.standardError.contains("the limit of the address space is"))
            #expect(String(decoding: try contents(place), as: UTF8.self) == "the old one")
            #expect(try entries(folder) == ["large.plan", "net.plan"])
        }
    }

    /// A device may have no /proc, as may a process in a changed root.
    @Test(.enabled(if: InstallTests.canHideProc)) func nothingNeedsProc() throws {
        try withTemporaryDirectory { folder in
            let plan = try plans(in: folder)[0]
            let script = "mount -t tmpfs none /proc && exec \"$0\" \"$@\""
            let program = try builtProduct("venule-run")
            func hidden(_ arguments: String...) throws -> ProcessResult {
                try runProcess("/usr/bin/unshare", ["-rm", "/bin/sh", "-c", script, program] + arguments)
            }
            let doctor = try hidden("doctor", plan)
            #expect(doctor.status == 0, "\(doctor.standardOutput) \(doctor.standardError)")
            #expect(doctor.standardOutput.contains(", available unknown") && !doctor.standardOutput.contains("memory unknown"))
            #expect(doctor.standardOutput.contains("self-test ok"))
            #expect(try hidden("install", plan, "\(folder)/net.plan").status == 0)
            let bench = try hidden("bench", "\(folder)/net.plan", "--runs", "1")
            #expect(bench.status == 0 && !bench.standardOutput.contains("peak resident 0 B"), "\(bench.standardOutput)")
            let sum = try #require(bench.standardOutput.split(separator: "\n").first { $0.hasPrefix("crc32c") })
            #expect(try runner("bench", plan, "--runs", "1").standardOutput.contains(sum))
        }
    }

    static let canHideProc =
        (try? runProcess("/usr/bin/unshare", ["-rm", "/bin/sh", "-c", "mount -t tmpfs none /proc"]).status) == 0
}
