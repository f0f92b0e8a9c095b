import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// `segment` on folders and on many photographs: where their maps go, what is skipped, the table, the report and the progress.
@Suite struct SegmentBatchTests {
    private let plan: String

    init() throws {
        plan = try Made.plan.get()
    }

    /// Photographs of the plan's size below a folder.
    private func make(_ names: [String], in folder: String) throws {
        for name in names {
            let path = "\(folder)/\(name)"
            let parent = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Fixtures.photograph(height: 48, width: 80).write(to: path)
        }
    }

    private func files(below folder: String) throws -> [String] {
        let manager = FileManager.default
        return try manager.subpathsOfDirectory(atPath: folder).filter { path in
            var isFolder: ObjCBool = false
            return manager.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @Test func foldersKeepTheirStructure() throws {
        try withTemporaryDirectory { folder in
            try make(["photos/b/eye.png", "photos/a/eye.png", "photos/eye.jpg", "photos/noname", "single/eye.png"], in: folder)
            try Data("notes".utf8).write(to: URL(fileURLWithPath: "\(folder)/photos/README.md"))
            try Data([UInt8](repeating: 0, count: 128) + Array("DICM".utf8)).write(to: URL(fileURLWithPath: "\(folder)/photos/a/eye.dcm"))
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/photos/.hidden.png"))
            // A link that leads back up is not followed for ever.
            #expect(symlink("..", "\(folder)/photos/b/up") == 0)

            // The second time the results lie below the folder, and are no photographs.
            for rest in [[], ["--force"]] {
                let result = try Venule.succeed(["segment", plan, "\(folder)/photos/", "-o", "\(folder)/photos/out"] + rest)
                #expect(
                    try files(below: "\(folder)/photos/out") == [
                        "a/eye.npy", "a/eye.png", "b/eye.npy", "b/eye.png", "eye.npy", "eye.png", "noname.npy", "noname.png",
                    ])
                #expect(
                    result.standardError.contains("note: 3 other files are passed over; of forms that are not read: DICOM (1)"),
                    "\(result.standardError)")
                let lines = result.standardOutput.split(separator: "\n").filter { $0.hasPrefix("\(folder)/photos/") }
                let photographs = lines.map { $0.prefix { $0 != ":" }.dropFirst(folder.count + 8) }
                #expect(photographs == ["a/eye.png", "b/eye.png", "eye.jpg", "noname"])
                #expect(result.standardOutput.contains("4 segmented, in "))
            }
            try Venule.fail(
                1, "\(folder)/single/eye.png and \(folder)/photos/eye.jpg would both be written to \(folder)/both/eye.png",
                "segment", plan, "\(folder)/photos", "\(folder)/single/eye.png", "-o", "\(folder)/both")
            try Venule.fail(1, "is the folder for the results too", "segment", plan, "\(folder)/photos", "-o", "\(folder)/photos")
            try FileManager.default.createDirectory(atPath: "\(folder)/none/deep", withIntermediateDirectories: true)
            try Venule.fail(1, "no photograph is in this folder", "segment", plan, "\(folder)/none", "-o", "\(folder)/out")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/both") && !FileManager.default.fileExists(atPath: "\(folder)/out"))
        }
    }

    @Test func anInterruptedRunIsResumed() throws {
        try withTemporaryDirectory { folder in
            let names = ["a", "b", "c", "d"]
            try make(names.map { "in/\($0).png" }, in: folder)
            try Data("no picture".utf8).write(to: URL(fileURLWithPath: "\(folder)/in/b.png"))
            let table = "\(folder)/out/table.csv"
            let arguments = ["segment", plan, "\(folder)/in", "-o", "\(folder)/out", "--csv", table]
            try Venule.fail(2, "b.png: not an image", arguments: arguments)
            var rows = try rows(of: table)
            #expect(rows.map { $0[1] } == ["status", "segmented", "failed", "segmented", "segmented"])
            #expect(rows[2][8].contains("not an image") && rows[2][2...7].allSatisfy(\.isEmpty))
            let first = rows[1]
            try Venule.fail(1, "exists already", arguments: arguments)
            try FileManager.default.removeItem(atPath: "\(folder)/out/a.png")
            try FileManager.default.removeItem(atPath: "\(folder)/out/a.npy")
            try Venule.fail(
                1, "table.csv: exists already; --force replaces it", arguments: ["segment", plan, "\(folder)/in/a.png"] + arguments[3...])

            // As an interrupted run leaves it: of c one file, of d the beginning of its row.
            try FileManager.default.removeItem(atPath: "\(folder)/out/c.npy")
            try FileManager.default.removeItem(atPath: "\(folder)/out/d.png")
            try FileManager.default.removeItem(atPath: "\(folder)/out/d.npy")
            let text = String(decoding: try contents(table), as: UTF8.self)
            try Data(text.dropLast(9).utf8).write(to: URL(fileURLWithPath: table))
            try Fixtures.photograph(height: 48, width: 80).write(to: "\(folder)/in/b.png")
            try Venule.succeed("segment", plan, "\(folder)/in/a.png", "-o", "\(folder)/out")
            let done = try contents("\(folder)/out/a.npy")

            let resumed = try Venule.succeed(arguments + ["--skip-existing", "--json"])
            let report = try object(resumed.standardOutput)
            let totals = try #require(report["totals"] as? [String: Any])
            #expect(totals["skipped"] as? Int == 1 && totals["segmented"] as? Int == 3 && totals["failed"] as? Int == 0)
            rows = try self.rows(of: table)
            #expect(
                rows.map { "\(($0[0] as NSString).lastPathComponent) \($0[1])" }.dropFirst() == [
                    "a.png segmented", "b.png segmented", "c.png segmented", "d.png segmented",
                ])
            // Its row is that of the run that made it.
            #expect(rows[1] == first)
            #expect(try contents("\(folder)/out/a.npy") == done)
            #expect(try entries("\(folder)/out") == (names.flatMap { ["\($0).npy", "\($0).png"] } + ["table.csv"]))

            let again = try Venule.succeed(arguments + ["--skip-existing"])
            #expect(again.standardOutput.contains("0 segmented, 4 skipped, whose files exist"))
            try Venule.fail(1, "give one of them", arguments: arguments + ["--skip-existing", "--force"])
            try Data("other,table\n".utf8).write(to: URL(fileURLWithPath: table))
            try Venule.fail(1, "is no table of this command's", arguments: arguments + ["--skip-existing"])
        }
    }

    /// The rows of a table; a comma and a quote in a name are read as any program reads them.
    private func rows(of path: String) throws -> [[String]] {
        let script = "import csv, json, sys; print(json.dumps(list(csv.reader(open(sys.argv[1], newline='')))))"
        let result = try runProcess("/usr/bin/python3", ["-c", script, path])
        #expect(result.status == 0, "\(result.standardError)")
        return try #require(try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [[String]])
    }

    @Test func theTableAndTheReportSayTheSame() throws {
        try withTemporaryDirectory { folder in
            try make(["in/a, \"b\".png", "in/c.png"], in: folder)
            let dark = Photograph(height: 40, width: 60, samples: [UInt8](repeating: 9, count: 3 * 40 * 60))
            try dark.write(to: "\(folder)/in/dark.png")
            try contents("\(folder)/in/c.png").prefix(900).write(to: URL(fileURLWithPath: "\(folder)/in/cut.png"))
            let result = try Venule.run(
                "segment", plan, "\(folder)/in", "-o", "\(folder)/out", "--csv", "\(folder)/t.csv", "--json", "--threshold", "0.25")
            #expect(result.status == 3 && result.standardError.contains("cut.png: damaged PNG"))
            let report = try object(result.standardOutput)
            #expect(report["network"] as? String == plan && report["protocol"] as? String == "whole")
            let photographs = try #require(report["photographs"] as? [[String: Any]])
            let rows = try rows(of: "\(folder)/t.csv")
            #expect(rows[0] == ["path", "status", "height", "width", "seconds", "threshold", "vesselShare", "warnings", "error"])
            #expect(photographs.count == 4 && rows.count == 5)
            for (photograph, row) in zip(photographs, rows.dropFirst()) {
                #expect(photograph["path"] as? String == row[0] && photograph["status"] as? String == row[1])
                #expect((photograph["height"] as? Int).map(String.init) ?? "" == row[2])
                #expect((photograph["width"] as? Int).map(String.init) ?? "" == row[3])
                #expect((photograph["warnings"] as? [String])?.joined(separator: " | ") == row[7])
                #expect(photograph["error"] as? String ?? "" == row[8])
                guard row[1] == "segmented" else { continue }
                #expect(row[5] == "0.25")
                let share = try #require(photograph["vesselShare"] as? Double)
                #expect(abs(share - (Double(row[6]) ?? -1)) < 1e-6)
                let stem = ((row[0] as NSString).lastPathComponent as NSString).deletingPathExtension
                let map = try NPYArray(contentsOf: "\(folder)/out/\(stem).npy").floats
                #expect(abs(share - Double(map.count { $0 >= 0.25 }) / Double(map.count)) < 1e-12)
                let mask = try ImageFile.read("\(folder)/out/\(stem)-mask.png").samples
                #expect(map.indices.allSatisfy { mask[3 * $0] == (map[$0] >= 0.25 ? 255 : 0) })
                #expect(
                    photograph["files"] as? [String]
                        == ["png", "npy", "-mask.png"].map { suffix in
                            "\(folder)/out/\(stem)\(suffix.hasPrefix("-") ? "" : ".")\(suffix)"
                        })
            }
            #expect(rows[1][0].hasSuffix("a, \"b\".png"))
            #expect(rows[4][7].contains("nearly black"))
            #expect(photographs[2]["exitStatus"] as? Int == 3)

            // What the table quotes it reads back.
            let again = try Venule.run(
                "segment", plan, "\(folder)/in", "-o", "\(folder)/out", "--csv", "\(folder)/t.csv", "--skip-existing", "--threshold", "0.25"
            )
            #expect(again.status == 3)
            let resumed = try self.rows(of: "\(folder)/t.csv")
            #expect(resumed[1] == rows[1] && resumed.contains(rows[2]) && resumed.contains(rows[4]) && resumed.count == 5)
        }
    }

    @Test func progressAndQuiet() throws {
        try withTemporaryDirectory { folder in
            try make(["in/a.png", "in/b.png", "in/c.png"], in: folder)
            let arguments = ["segment", plan, "\(folder)/in", "-o", "\(folder)/out"]
            let result = try Venule.succeed(arguments)
            let lines = result.standardError.split(separator: "\n")
            #expect(lines.count == 3 && lines[0].hasPrefix("segmenting: 1 of 3 photographs, "), "\(result.standardError)")
            #expect(lines[0].contains(" a second, ") && lines[0].hasSuffix(" left"))
            let quiet = try Venule.succeed(arguments + ["--force", "--quiet"])
            #expect(quiet.standardOutput.isEmpty && quiet.standardError.isEmpty)
            let verbose = try Venule.succeed(arguments + ["--force", "-v"])
            #expect(verbose.standardOutput.contains("\n  read  "))
            let patches = try Venule.run(
                "segment", try Fixtures.path("iternet/k1_n1_gzip.hdf5"), "\(folder)/in/a.png", "-o", "\(folder)/out", "--force", "-q",
                "--protocol", "patches", "--patch", "32", "--stride", "16")
            #expect(patches.status == 0 && patches.standardOutput.isEmpty && patches.standardError.isEmpty)
        }
    }

    @Test func sizesToResizeTo() throws {
        try withTemporaryDirectory { folder in
            try Fixtures.photograph(height: 60, width: 50).write(to: "\(folder)/eye.png")
            let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
            let resized = try Venule.succeed("segment", model, "\(folder)/eye.png", "-o", "\(folder)/out", "--resize", "96x80")
            #expect(resized.standardOutput.contains("50x60, resized to 96 rows of 80, "), "\(resized.standardOutput)")
            #expect(!resized.standardError.contains("warning"))
            let map = try NPYArray(contentsOf: "\(folder)/out/eye.npy")
            #expect(map.shape == [60, 50])
            // What a picture that was resized before gives.
            let picture = Raster(try ImageFile.read("\(folder)/eye.png")).resized(height: 96, width: 80)
            try AtomicFile.write(NPYArray(picture.values, shape: [1, 96, 80, 3]).fileBytes, to: "\(folder)/x.npy")
            try Venule.succeed("run", model, "--input-shape", "1x96x80x3", "--input", "\(folder)/x.npy", "--output", "\(folder)/y.npy")
            let expected = Raster(height: 96, width: 80, channels: 1, values: try NPYArray(contentsOf: "\(folder)/y.npy").floats)
            #expect(map.floats == expected.resized(height: 60, width: 50).values)

            let turned = try Venule.succeed("segment", model, "\(folder)/eye.png", "-o", "\(folder)/turned", "--resize", "80x96")
            #expect(turned.standardError.contains("--resize takes the height first, 96x80"), "\(turned.standardError)")
            for (value, message) in [("0x5", "invalid"), ("5", "invalid"), ("99999x99999", "at most 150,000,000 pixels")] {
                try Venule.fail(1, message, "segment", model, "\(folder)/eye.png", "-o", "\(folder)/none", "--resize", value)
            }
            try Venule.fail(
                1, "give one of them", "segment", model, "\(folder)/eye.png", "-o", "\(folder)/none", "--resize", "64x64", "--dataset",
                "DRIVE")
        }
    }

    @Test func dataSetsByAnyName() throws {
        try withTemporaryDirectory { folder in
            try make(["eye.png"], in: folder)
            for (name, size) in [("DRIVE", 576), ("STARE", 592)] {
                let text = try Venule.succeed("segment", plan, "\(folder)/eye.png", "-o", "\(folder)/\(name)", "--dataset", name)
                #expect(text.standardOutput.contains("as \(size)x\(size)"), "\(name)")
            }
            // Every spelling is taken before the photograph is missed.
            for name in ["Drive", "CHASEDB1", "CHASE_DB1", "chase-db1", "Chase", "stare", "none"] {
                try Venule.fail(1, "No such file", "segment", plan, "\(folder)/absent.png", "-o", "\(folder)/out", "--dataset", name)
            }
            try Venule.fail(1, "HRF", "segment", plan, "\(folder)/eye.png", "-o", "\(folder)/out", "--dataset", "HRF")
        }
    }
}
