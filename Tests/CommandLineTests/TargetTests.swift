import Foundation
import TestSupport
import Testing

/// `compile --target` and what `inspect` says of it.
@Suite struct TargetTests {
    private let shape = "1x32x48x3"

    /// The table's name and hash are in the plan; the default is one of the stored tables.
    @Test func theDefaultIsAStoredTable() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            try Venule.succeed("compile", model, "-o", "\(folder)/a.plan", "--input-shape", shape)
            try Venule.succeed(
                "compile", model, "-o", "\(folder)/b.plan", "--input-shape", shape, "--target", "x86-64-avx512")
            #expect(try contents("\(folder)/a.plan") == contents("\(folder)/b.plan"))
            let text = try Venule.succeed("inspect", "\(folder)/a.plan").standardOutput
            #expect(text.contains("costs.name        x86-64-avx512\n") && text.contains("costs.sha256      "))
            #expect(!text.contains("costs.figures"))
            let schedule = try Venule.succeed("inspect", "\(folder)/a.plan", "--schedule").standardOutput
            #expect(schedule.contains("\ncosts             x86-64-avx512, sha256 "))
        }
    }

    @Test func otherStoredTablesAreFoundByTheirNames() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            for name in ["x86-64-avx2", "cortex-a72", "cortex-a53"] {
                try Venule.succeed("compile", model, "-o", "\(folder)/a.plan", "--input-shape", shape, "--target", name)
                let schedule = try Venule.succeed("inspect", "\(folder)/a.plan", "--schedule").standardOutput
                #expect(schedule.contains("\ncosts             \(name), sha256 "))
            }
        }
    }

    /// A file's table is used, and the plan knows it without the file.
    @Test func aFileIsATableToo() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            let file = "\(folder)/slow.costs"
            try table(name: "slow", multiplyAccumulates: "1e9").write(toFile: file, atomically: true, encoding: .utf8)
            try Venule.succeed("compile", model, "-o", "\(folder)/a.plan", "--input-shape", shape, "--target", file)
            try Venule.succeed("compile", model, "-o", "\(folder)/b.plan", "--input-shape", shape, "--exact")
            let slow = try Venule.succeed("inspect", "\(folder)/a.plan", "--schedule").standardOutput
            #expect(slow.contains("\ncosts             slow, no table that is stored here, sha256 "))
            // The same convolutions of one multiply-accumulate in so many nanoseconds: IterNet k = 1 at 32x48 has 0.5 million.
            let fast = try Venule.succeed("inspect", "\(folder)/b.plan", "--schedule").standardOutput
            #expect(try milliseconds(slow) > 3 * milliseconds(fast))
        }
    }

    @Test func badTablesAreRefused() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            let arguments = ["compile", model, "-o", "\(folder)/a.plan", "--input-shape", shape, "--target"]
            func fail(_ status: Int32, _ message: String, _ target: String) throws {
                let result = try runProcess(builtProduct("venule"), arguments + [target])
                #expect(result.status == status && result.standardError.contains(message), "\(result.standardError)")
            }
            try fail(1, "the stored tables are x86-64-avx512", "pentium")
            let file = "\(folder)/bad.costs"
            try table(name: "bad", multiplyAccumulates: "zero").write(toFile: file, atomically: true, encoding: .utf8)
            try fail(3, "bad.costs:4: multiply-accumulates-per-second: 'zero' is no number greater than 0", file)
            try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: file))
            try fail(3, "not in UTF-8", file)
            #expect(try entries(folder) == ["bad.costs"])
        }
    }

    /// As Documentation/CostTables.md describes it.
    private func table(name: String, multiplyAccumulates: String) -> String {
        """
        venule-costs 1
        name \(name)
        origin a test
        multiply-accumulates-per-second \(multiplyAccumulates)
        products-per-second 1e9
        seconds-per-tile-4x4 1e-6
        seconds-per-tile-2x2 1e-6
        seconds-per-step 1e-7
        near-bytes 1e6
        near-weight-bytes-per-second 1e10
        far-weight-bytes-per-second 1e9

        """
    }

    /// Of the line with the whole schedule's time.
    private func milliseconds(_ text: String) throws -> Double {
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("schedule: ") })
        let words = line.split(separator: " ")
        let place = try #require(words.firstIndex { $0 == "ms" || $0 == "s" })
        return try #require(Double(words[place - 1])) * (words[place] == "s" ? 1000 : 1)
    }
}
