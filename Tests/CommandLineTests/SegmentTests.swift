import Files
import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct SegmentTests {
    private let model: String

    init() throws {
        model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
    }

    private func photograph(height: Int, width: Int) -> Photograph { Fixtures.photograph(height: height, width: width) }

    private func write(_ photograph: Photograph, to path: String) throws { try photograph.write(to: path) }

    /// What `run` makes of a picture that is a multiple of 16.
    private func prediction(for picture: Raster, in folder: String) throws -> [Float] {
        let shape = [1, picture.height, picture.width, 3]
        try AtomicFile.write(NPYArray(picture.values, shape: shape).fileBytes, to: "\(folder)/picture.npy")
        try Venule.succeed(
            "compile", model, "-o", "\(folder)/picture.plan", "--input-shape", shape.map(String.init).joined(separator: "x"))
        try Venule.succeed(
            "run", "\(folder)/picture.plan", "--input", "\(folder)/picture.npy", "--output-dir", "\(folder)/prediction")
        return try NPYArray(contentsOf: "\(folder)/prediction/final_out.npy").floats
    }

    @Test func wholePhotographsArePaddedAndCropped() throws {
        try withTemporaryDirectory { folder in
            let photograph = photograph(height: 37, width: 50)
            try write(photograph, to: "\(folder)/eye.png")
            let text = try Venule.succeed("segment", model, "\(folder)/eye.png", "-o", "\(folder)/out", "--overlay")
            #expect(text.standardOutput.contains("50x37, padded to 64x48"))
            #expect(try entries("\(folder)/out") == ["eye-overlay.png", "eye.npy", "eye.png"])

            let map = try NPYArray(contentsOf: "\(folder)/out/eye.npy")
            #expect(map.shape == [37, 50])
            let padded = Raster(photograph).padded(height: 48, width: 64)
            let expected = Raster(
                height: 48, width: 64, channels: 1, values: try prediction(for: padded, in: folder)
            ).cropped(height: 37, width: 50)
            #expect(map.floats == expected.values)

            let picture = try ImageFile.read("\(folder)/out/eye.png")
            for (pixel, value) in map.floats.enumerated() {
                #expect(picture.samples[3 * pixel] == UInt8((255 * value).rounded(.toNearestOrEven)))
            }
            #expect(try ImageFile.read("\(folder)/out/eye-overlay.png") == photograph.overlaid(with: expected))
        }
    }

    /// Patches that do not overlap give what whole pictures of their size give.
    @Test func patchesAreAveraged() throws {
        try withTemporaryDirectory { folder in
            let photograph = photograph(height: 32, width: 40)
            try write(photograph, to: "\(folder)/eye.png")
            let text = try Venule.succeed(
                "segment", model, "\(folder)/eye.png", "-o", "\(folder)/out", "--protocol", "patches", "--patch", "32",
                "--stride", "8")
            #expect(text.standardOutput.contains("2 patches of 32x32 at stride 8"))
            #expect(text.standardError.contains("2 of 2 patches"))
            let map = try NPYArray(contentsOf: "\(folder)/out/eye.npy").floats

            let grid = PatchGrid(height: 32, width: 40, patch: 32, stride: 8)
            var average = OverlapAverage(grid)
            let collector = MapCollector(height: 32, width: 40)
            var patch = Raster(height: 32, width: 32, channels: 3)
            for column in 0..<2 {
                grid.extract(row: 0, column: column, from: PhotographRows(photograph), into: &patch.values)
                average.add(try prediction(for: patch, in: folder), column: column)
            }
            average.finishRow(into: collector)
            #expect(map == collector.finish().values)
        }
    }

    /// More threads than patches in a row, and fewer.
    @Test func patchesDoNotDependOnTheThreads() throws {
        try withTemporaryDirectory { folder in
            try write(photograph(height: 40, width: 70), to: "\(folder)/eye.png")
            let options = ["--protocol", "patches", "--patch", "16", "--stride", "9"]
            let maps = try ["1", "2", "5"].map { threads in
                try Venule.succeed(
                    ["segment", model, "\(folder)/eye.png", "-o", "\(folder)/\(threads)", "--threads", threads] + options)
                return try contents("\(folder)/\(threads)/eye.npy")
            }
            #expect(maps[0] == maps[1] && maps[0] == maps[2])
        }
    }

    /// One phase is one pass; four are the average of four shifts, back in their places.
    @Test func phasesAreAveraged() throws {
        try withTemporaryDirectory { folder in
            let photograph = photograph(height: 32, width: 40)
            try write(photograph, to: "\(folder)/eye.png")
            func segment(_ folderName: String, _ options: String...) throws -> (map: [Float], text: String) {
                let result = try Venule.succeed(["segment", model, "\(folder)/eye.png", "-o", "\(folder)/\(folderName)"] + options)
                return (try NPYArray(contentsOf: "\(folder)/\(folderName)/eye.npy").floats, result.standardOutput)
            }
            #expect(try segment("one", "--protocol", "phases", "--phases", "1").map == segment("whole").map)

            let (map, text) = try segment("four", "--protocol", "phases", "--phases", "4")
            #expect(text.contains("4 passes padded to 48x48"), "\(text)")
            var sums = [Float](repeating: 0, count: 32 * 40)
            for (top, left) in [(0, 0), (8, 8), (8, 0), (0, 8)] {
                let shifted = Raster(photograph).placed(top: top, left: left, height: 48, width: 48)
                let shiftedMap = try prediction(for: shifted, in: folder)
                for row in 0..<32 { for column in 0..<40 { sums[40 * row + column] += shiftedMap[48 * (row + top) + column + left] } }
            }
            #expect(map == sums.map { $0 / 4 })
        }
    }

    @Test func phasesNeedRoomAndPooling() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            try write(photograph(height: 40, width: 72), to: "\(folder)/small.png")
            let text = try Venule.succeed(
                "segment", plan, "\(folder)/small.png", "-o", "\(folder)/out", "--protocol", "phases"
            ).standardOutput
            #expect(text.contains("4 passes padded to 80x48"), "\(text)")
            try Venule.fail(
                1, "takes 84x52; the plan is for 80x48", "segment", plan, "\(folder)/small.png", "-o", "\(folder)/none", "--protocol",
                "phases", "--phases", "16")
            try Venule.fail(
                1, "which has 256 phases", "segment", plan, "\(folder)/small.png", "-o", "\(folder)/none", "--protocol", "phases",
                "--phases", "257")
            try Venule.fail(
                1, "--phases is for --protocol phases", "segment", plan, "\(folder)/small.png", "-o", "\(folder)/none", "--phases", "2")
            try """
            venule 1
            entry @main

            function @main(%x: f32[1, h, w, 3]) {
              %k = constant f32[1, 1, 3, 1] {0.5, -0.25, -0.25}
              %logits = convolution(%x, %k) window 1x1 : f32[1, h, w, 1]
              %y = sigmoid(%logits) : f32[1, h, w, 1]
              return %y
            }

            """.write(toFile: "\(folder)/net.vir", atomically: true, encoding: .utf8)
            try Venule.fail(
                1, "the network does not pool", "segment", "\(folder)/net.vir", "\(folder)/small.png", "-o", "\(folder)/none",
                "--protocol", "phases")
            #expect(!(try entries(folder)).contains("none"))
        }
    }

    @Test func dataSetsAreResizedAndTheMapBack() throws {
        try withTemporaryDirectory { folder in
            try write(photograph(height: 60, width: 50), to: "\(folder)/eye.png")
            let text = try Venule.succeed(
                "segment", model, "\(folder)/eye.png", "-o", "\(folder)/out", "--dataset", "drive", "--protocol", "patches",
                "--patch", "192", "--stride", "192", "--stretch")
            #expect(text.standardOutput.contains("as 576x576, 9 patches"))
            let map = try NPYArray(contentsOf: "\(folder)/out/eye.npy")
            #expect(map.shape == [60, 50])
            let stretched = try ImageFile.read("\(folder)/out/eye.png").samples
            #expect(stretched.min() == 0 && stretched.max() == 255)
        }
    }

    @Test func aPlanOfAnotherSizeResizes() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            for (height, width, note) in [
                (48, 80, "80x48, "), (45, 70, "padded to 80x48"), (100, 90, "resized to the plan's 80x48"),
            ] {
                try write(photograph(height: height, width: width), to: "\(folder)/eye.png")
                let text = try Venule.succeed("segment", plan, "\(folder)/eye.png", "-o", "\(folder)/out", "--force")
                #expect(text.standardOutput.contains(note), "\(text.standardOutput)")
                #expect(try NPYArray(contentsOf: "\(folder)/out/eye.npy").shape == [height, width])
            }
            try Venule.fail(
                1, "the plan is for 80x48", "segment", plan, "\(folder)/eye.png", "-o", "\(folder)/none", "--protocol", "patches")
        }
    }

    @Test func greyModelsTakeColourPhotographs() throws {
        try withTemporaryDirectory { folder in
            try write(photograph(height: 16, width: 16), to: "\(folder)/eye.png")
            try Venule.succeed(
                "segment", try Fixtures.path("iternet/k5_n2_gray.hdf5"), "\(folder)/eye.png", "-o", "\(folder)/out")
            #expect(try NPYArray(contentsOf: "\(folder)/out/eye.npy").shape == [16, 16])
        }
    }

    @Test func whatIsNoPhotographLeavesNothing() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            try Data("no picture".utf8).write(to: URL(fileURLWithPath: "\(folder)/text.png"))
            try Venule.fail(2, "not an image", "segment", plan, "\(folder)/text.png", "-o", "\(folder)/out")
            try Venule.fail(1, "No such file", "segment", plan, "\(folder)/absent.png", "-o", "\(folder)/out")
            try write(photograph(height: 48, width: 80), to: "\(folder)/eye.png")
            try contents("\(folder)/eye.png").prefix(900).write(to: URL(fileURLWithPath: "\(folder)/cut.png"))
            try Venule.fail(3, "damaged PNG", "segment", plan, "\(folder)/cut.png", "-o", "\(folder)/out")
            #expect(try entries(folder) == ["cut.png", "eye.png", "text.png"])

            // Of several photographs the good ones are done, and the status tells of the others.
            try Venule.fail(
                2, "text.png", "segment", plan, "\(folder)/text.png", "\(folder)/eye.png", "-o", "\(folder)/out")
            #expect(try entries("\(folder)/out") == ["eye.npy", "eye.png"])
        }
    }
}
