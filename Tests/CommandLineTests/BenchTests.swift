import Foundation
import TestSupport
import Testing

@Suite struct BenchTests {
    @Test func aPlanIsMeasured() throws {
        let plan = try Made.plan.get()
        let text = try Venule.succeed("bench", plan, "--runs", "3", "--threads", "2", "--per-operation").standardOutput
        for word in [
            "plan ", "instruction set ", "threads           2\n", "load ", "first run ", "runs              3\n", "minimum ", "median ",
            "95th percentile ", "peak memory ", "arena ", "output            final_out: crc32c ", "GFLOP/s\n", " direct ",
            " transposed convolution ",
        ] {
            #expect(text.contains(word), "\(word) in \(text)")
        }
        #expect(!(try Venule.succeed("bench", plan, "--runs", "1").standardOutput.contains("GFLOP/s")))
    }

    /// What the text says as numbers: times in order, shares that are all of the time, speeds where there is work.
    @Test func theReportAsJSON() throws {
        let plan = try Made.plan.get()
        let text = try Venule.succeed("bench", plan, "--runs", "5", "--threads", "1", "--per-operation", "--json").standardOutput
        let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        func number(_ key: String) throws -> Double { try #require(report[key] as? Double, "\(key)") }
        #expect(report["plan"] as? String == plan)
        #expect(try number("threads") == 1 && number("runs") == 5)
        #expect(try number("minimumSeconds") > 0 && number("minimumSeconds") <= number("medianSeconds"))
        #expect(try number("medianSeconds") <= number("percentile95Seconds"))
        #expect(try number("loadSeconds") > 0 && number("firstSeconds") > 0)
        #expect(try number("arenaBytes") > 0 && number("peakResidentBytes") > number("arenaBytes"))
        let operations = try #require(report["operations"] as? [[String: Any]])
        #expect(abs(operations.reduce(0.0) { $0 + ($1["share"] as? Double ?? 0) } - 1) < 1e-9)
        for operation in operations {
            let algorithm = try #require(operation["algorithm"] as? String)
            let multiplies = algorithm.contains("convolution") || ["direct", "winograd-4x4", "winograd-2x2"].contains(algorithm)
            #expect((operation["gigaflopsPerSecond"] != nil) == multiplies, "\(operation)")
        }
        #expect(try Venule.succeed("bench", plan, "--json").standardOutput.contains("operations") == false)
    }

    /// The numbers that inputs are filled with are those of venule-run, and a file's are used instead where there is one.
    @Test func checksumsAreThoseOfVenuleRun() throws {
        let plan = try Made.plan.get()
        func sums(_ program: String, _ arguments: [String]) throws -> [String] {
            let text = try runProcess(builtProduct(program), ["bench", plan, "--runs", "1"] + arguments).standardOutput
            let lines = text.split(separator: "\n").filter { $0.contains("crc32c ") }
            return lines.map { String($0.split(separator: " ").last ?? "") }
        }
        let developers = try sums("venule", ["--threads", "2"])
        #expect(developers.count == 2)
        #expect(try sums("venule-run", ["--threads", "1"]) == developers)
        let file = ["--input", try Fixtures.path("iternet/input/48x80x3.npy")]
        #expect(try sums("venule", file) == sums("venule-run", file))
        #expect(try sums("venule", file) != developers)
    }

    /// The whole way: probes are run, a table is fitted, and `compile` takes it. The times themselves are the machine's.
    @Test func aCalibrationIsATable() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        let (file, text) = try Made.calibration.get()
        let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(report["written"] as? String == file && (report["origin"] as? String)?.hasPrefix("measured by venule ") == true)
        let probes = try #require(report["probes"] as? [[String: Any]])
        #expect(probes.contains { ($0["name"] as? String)?.hasPrefix("weights, ") == true })
        #expect(probes.allSatisfy { ($0["measuredSeconds"] as? Double ?? 0) > 0 })
        try withTemporaryDirectory { folder in
            let table = try String(contentsOfFile: file, encoding: .utf8)
            #expect(report["table"] as? String == table)
            #expect(table.hasPrefix("venule-costs 1\nname calibrated\norigin measured by venule "))
            try Venule.succeed(
                "compile", model, "-o", "\(folder)/a.plan", "--input-shape", "1x32x48x3", "--target", file)
            let schedule = try Venule.succeed("inspect", "\(folder)/a.plan", "--schedule").standardOutput
            #expect(schedule.contains("\ncosts             calibrated, "))
            #expect(try entries(folder) == ["a.plan"])
        }
    }

    @Test func mistakesAreUsage() throws {
        let plan = try Made.plan.get()
        try Venule.fail(1, "A plan is missing", "bench")
        try Venule.fail(1, "--runs 0", "bench", plan, "--runs", "0")
        try Venule.fail(1, "--output is for --calibrate", "bench", plan, "-o", "x")
        try Venule.fail(1, "a plan is not for it", "bench", plan, "--calibrate")
        try Venule.fail(1, "--calibrate without --output is for what it prints", "bench", "--calibrate", "--quiet")
        try Venule.fail(1, "only the inputs", "bench", plan, "--input", "a.npy", "--input", "b.npy")
        try Venule.fail(1, "No such file", "bench", "absent.plan")
        try withTemporaryDirectory { folder in
            try Venule.fail(1, folder, "bench", "--calibrate", "-o", folder)
        }
    }
}
