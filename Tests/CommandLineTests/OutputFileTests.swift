import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// What commands write, and above all what they do not write over.
@Suite struct OutputFileTests {
    private let plan: String
    private let model: String

    init() throws {
        plan = try Made.plan.get()
        model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
    }

    /// Everything in a folder and below it, with its bytes.
    private func snapshot(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            files[path] = FileManager.default.contents(atPath: "\(folder)/\(path)") ?? Data()
        }
        return files
    }

    /// A usage error that leaves everything in the folder as it is.
    private func refuse(
        _ message: String, in folder: String, _ arguments: [String], location: SourceLocation = #_sourceLocation
    ) throws {
        let before = try snapshot(folder)
        let result = try runProcess(builtProduct("venule"), arguments)
        #expect(
            result.status == 1 && result.standardError.contains(message), "\(arguments): \(result.standardError)", sourceLocation: location)
        #expect(try snapshot(folder) == before, "\(arguments)", sourceLocation: location)
    }

    /// Photographs, ground truth or anything else: only what `--force` allows is replaced.
    @Test func segmentReplacesNothingUnasked() throws {
        try withTemporaryDirectory { folder in
            for name in ["a.jpg", "b.png", "c.png"] {
                try Fixtures.photograph(height: 16, width: 16).write(to: "\(folder)/\(name)")
            }
            try FileManager.default.createDirectory(atPath: "\(folder)/truth", withIntermediateDirectories: true)
            let files = FileManager.default
            for name in ["a.npy", "b-overlay.png", "c.png"] {
                #expect(files.createFile(atPath: "\(folder)/truth/\(name)", contents: Data("by hand".utf8)))
            }
            func segment(_ names: [String], _ output: String, _ rest: String...) -> [String] {
                ["segment", model] + names.map { "\(folder)/\($0)" } + ["-o", "\(folder)/\(output)"] + rest
            }
            // Another photograph of the folder, which is not even named.
            try files.moveItem(atPath: "\(folder)/c.png", toPath: "\(folder)/a.png")
            try refuse("a.png: exists already and is not replaced without --force", in: folder, segment(["a.jpg"], "."))
            // The last of a batch: nothing is computed before.
            try refuse("truth/c.png: exists already", in: folder, segment(["b.png", "c.tif"], "truth"))
            try refuse("truth/a.npy: exists already", in: folder, segment(["a.jpg"], "truth"))
            try refuse("truth/b-overlay.png: exists already", in: folder, segment(["b.png"], "truth", "--overlay"))
            // A link that leads nowhere is somebody's as well.
            #expect(symlink("nowhere", "\(folder)/truth/b.npy") == 0)
            try refuse("truth/b.npy: cannot be written: it is a symbolic link that leads nowhere", in: folder, segment(["b.png"], "truth"))
            unlink("\(folder)/truth/b.npy")

            // Without the overlay its name is free.
            try Venule.succeed(segment(["b.png"], "truth"))
            #expect(try contents("\(folder)/truth/b-overlay.png") == Data("by hand".utf8))
            try refuse("truth/b.png: exists already", in: folder, segment(["b.png"], "truth"))
            try Venule.succeed(segment(["b.png"], "truth", "--overlay", "--force"))
            #expect(try ImageFile.read("\(folder)/truth/b-overlay.png").width == 16)
            // What is no file is not replaced even so, nor a link, wherever it leads.
            for target in ["nowhere", "../truth-of-others.png"] {
                try Data("by hand".utf8).write(to: URL(fileURLWithPath: "\(folder)/truth-of-others.png"))
                unlink("\(folder)/truth/a.png")
                #expect(symlink(target, "\(folder)/truth/a.png") == 0)
                try refuse("truth/a.png: cannot be written: it is a symbolic link", in: folder, segment(["a.jpg"], "truth", "--force"))
            }
            #expect(try contents("\(folder)/truth-of-others.png") == Data("by hand".utf8))
            unlink("\(folder)/truth/a.png")
            try files.createDirectory(atPath: "\(folder)/truth/a.png", withIntermediateDirectories: true)
            try refuse(
                "truth/a.png: cannot be written: it exists and is no regular file", in: folder, segment(["a.jpg"], "truth", "--force"))
        }
    }

    @Test func photographsOfABatchHaveNamesOfTheirOwn() throws {
        try withTemporaryDirectory { folder in
            for name in ["b.png", "b-overlay.png"] { try Fixtures.photograph(height: 16, width: 16).write(to: "\(folder)/\(name)") }
            let both = ["segment", model, "\(folder)/b.png", "\(folder)/b-overlay.png", "-o", "\(folder)/out"]
            try refuse("would both be written to \(folder)/out/b-overlay.png", in: folder, both + ["--overlay", "--force"])
            try refuse(
                "would both be written to \(folder)/out/b.png", in: folder,
                ["segment", model, "\(folder)/b.png", "\(folder)/b.jpg", "-o", "\(folder)/out", "--force"])
            try Venule.succeed(both)
            #expect(try entries("\(folder)/out") == ["b-overlay.npy", "b-overlay.png", "b.npy", "b.png"])
        }
    }

    /// A file that is read is not replaced, whatever is asked for, by whichever path.
    @Test func inputsAreNeverReplaced() throws {
        try withTemporaryDirectory { folder in
            try Fixtures.photograph(height: 48, width: 80).write(to: "\(folder)/eye.png")
            #expect(symlink(folder, "\(folder)/again") == 0)
            for output in [folder, "\(folder)/again"] {
                try refuse("eye.png: is read by this command", in: folder, ["segment", plan, "\(folder)/eye.png", "-o", output, "--force"])
            }
            // The network too, whatever it is called.
            try FileManager.default.copyItem(atPath: plan, toPath: "\(folder)/fundus.npy")
            try FileManager.default.moveItem(atPath: "\(folder)/eye.png", toPath: "\(folder)/fundus.jpg")
            try refuse(
                "fundus.npy: is read by this command", in: folder,
                ["segment", "\(folder)/fundus.npy", "\(folder)/again/fundus.jpg", "-o", folder, "--force"])

            let copy = "\(folder)/m.hdf5"
            try FileManager.default.copyItem(atPath: model, toPath: copy)
            try refuse("m.hdf5: is read", in: folder, ["compile", copy, "-o", "\(folder)/again/m.hdf5", "--input-shape", "1x16x16x3"])
            try refuse("m.hdf5: is read", in: folder, ["import", copy, "-o", copy])
            try Venule.succeed("import", copy, "-o", "\(folder)/g.vir")
            for output in ["g.vir", "g.virw"] {
                try refuse(
                    "\(output): is read", in: folder,
                    ["compile", "\(folder)/g.vir", "-o", "\(folder)/\(output)", "--input-shape", "1x16x16x3"])
            }
            // The companion that a graph brings with it.
            try FileManager.default.copyItem(atPath: model, toPath: "\(folder)/h.virw")
            try refuse("h.virw: is read", in: folder, ["import", "\(folder)/h.virw", "-o", "\(folder)/h.vir"])

            try FileManager.default.copyItem(atPath: try Fixtures.path("iternet/input/48x80x3.npy"), toPath: "\(folder)/final_out.npy")
            try refuse("final_out.npy: is read", in: folder, ["run", plan, "--input", "\(folder)/final_out.npy", "--output-dir", folder])
        }
    }

    /// `""` with a slash and a name behind it would be the root folder.
    @Test func emptyNamesAreRefused() throws {
        try withTemporaryDirectory { folder in
            try Fixtures.photograph(height: 16, width: 16).write(to: "\(folder)/venule-empty-name-test.png")
            let input = try Fixtures.path("iternet/input/48x80x3.npy")
            for arguments in [
                ["segment", model, "\(folder)/venule-empty-name-test.png", "-o", ""], ["run", plan, "--input", input, "--output-dir", ""],
                ["compile", model, "--input-shape", "1x16x16x3", "-o", ""], ["import", model, "-o", ""],
                ["bench", "--calibrate", "-o", ""],
            ] {
                try refuse("to write", in: folder, arguments)
            }
            #expect(!FileManager.default.fileExists(atPath: "/venule-empty-name-test.png"))
            let device = try runProcess(builtProduct("venule-run"), ["run", plan, "--input", input, "--output-dir", ""])
            #expect(device.status == 1, "\(device.standardError)")
        }
    }

    /// A place that takes no file is told before the model is read, which here is none.
    @Test func placesAreCheckedBeforeTheWork() throws {
        try withTemporaryDirectory { folder in
            let nothing = "\(folder)/no-model.onnx"
            try Data("nothing".utf8).write(to: URL(fileURLWithPath: nothing))
            try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
            for (place, reason) in [("\(folder)/absent", "there is no such folder"), ("\(folder)/file", "is no folder")] {
                for arguments in [
                    ["compile", nothing, "-o", "\(place)/x.plan"], ["import", nothing, "-o", "\(place)/x.vir"],
                    ["run", nothing, "--output", "\(place)/y.npy"], ["bench", "--calibrate", "-o", "\(place)/x.costs"],
                ] {
                    try refuse("cannot be written: \(place)", in: folder, arguments)
                    try refuse(reason, in: folder, arguments)
                }
            }
            try refuse("a folder is expected", in: folder, ["run", nothing, "--output-dir", "\(folder)/file"])
            try refuse("a folder is expected", in: folder, ["segment", nothing, "x.png", "-o", "\(folder)/file"])
            try refuse("the name of a file is missing", in: folder, ["compile", nothing, "-o", "\(folder)/absent/"])
        }
    }

    /// Regular files are replaced by `compile`, `import` and `run` as ever; devices are written to and stay devices.
    @Test func otherCommandsReplaceRegularFiles() throws {
        try withTemporaryDirectory { folder in
            for name in ["x.plan", "x.vir", "final_out.npy"] {
                #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data("old".utf8)))
            }
            try Venule.succeed("compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x48x80x3")
            try Venule.succeed("import", model, "-o", "\(folder)/x.vir")
            try Venule.succeed("run", "\(folder)/x.plan", "--input", Fixtures.path("iternet/input/48x80x3.npy"), "--output-dir", folder)
            for name in ["x.plan", "x.vir", "final_out.npy"] { #expect(try contents("\(folder)/\(name)").count > 100) }

            try Venule.succeed("compile", model, "-o", "/dev/null", "--input-shape", "1x16x16x3")
            try Venule.fail(1, "/dev/full: cannot be written", "compile", model, "-o", "/dev/full", "--input-shape", "1x16x16x3")
            try refuse(
                "\(folder): cannot be written: it exists and is no regular file", in: folder,
                ["compile", model, "-o", folder, "--input-shape", "1x16x16x3"])
            try Venule.fail(1, "no regular file", "import", model, "-o", "/dev/null")
            var status = stat()
            #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
            #expect(!FileManager.default.fileExists(atPath: "/dev/null.virw"))
        }
    }

    /// `make demo` works as often as it is called: the script with the programs that were built.
    @Test func theDemonstrationWorksTwice() throws {
        try withTemporaryDirectory { folder in
            let root = try Fixtures.path("../..")
            let programs = (try builtProduct("venule") as NSString).deletingLastPathComponent
            for _ in 0..<2 {
                let result = try runProcess(
                    "\(root)/scripts/demo.sh",
                    [programs, "\(root)/models/iternet_k8_n3.hdf5", "\(root)/models/retina.jpg", "\(folder)/out"])
                #expect(result.status == 0, "\(result.standardError)")
                #expect(result.standardOutput.contains("vessel map    \(folder)/out/retina.png"))
            }
            #expect(try NPYArray(contentsOf: "\(folder)/out/retina.npy").shape.count == 2)
        }
    }
}
