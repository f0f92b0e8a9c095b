import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// `segment` with a field of view, and with a threshold that is found in each map.
@Suite struct SegmentFieldTests {
    private let plan: String

    init() throws {
        plan = try Made.plan.get()
    }

    /// A bright disc in front of black, of the plan's size.
    private var disc: Photograph {
        var photograph = Fixtures.photograph(height: 48, width: 80)
        for row in 0..<48 {
            for column in 0..<80 {
                let isInside = (row - 24) * (row - 24) + (column - 40) * (column - 40) < 400
                for channel in 0..<3 {
                    let index = 3 * (80 * row + column) + channel
                    photograph.samples[index] = isInside ? 100 + photograph.samples[index] / 2 : photograph.samples[index] / 64
                }
            }
        }
        return photograph
    }

    private func map(_ path: String) throws -> [Float] { try NPYArray(contentsOf: path).floats }

    private func photographs(_ text: String) throws -> [[String: Any]] {
        let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        return try #require(report["photographs"] as? [[String: Any]])
    }

    @Test func outsideOfTheFieldOfViewMapsAreZero() throws {
        try withTemporaryDirectory { folder in
            try disc.write(to: "\(folder)/eye.png")
            let field = FieldOfView.find(in: disc)
            #expect(field.area > 1000 && field.area < 1500)
            let arguments = ["segment", plan, "\(folder)/eye.png", "--threshold", "0.25", "--json", "-o"]
            let plain = try Venule.succeed(arguments + ["\(folder)/plain"])
            let whole = try map("\(folder)/plain/eye.npy")
            let auto = try Venule.succeed(arguments + ["\(folder)/auto", "--fov", "auto", "--write-fov"])
            #expect(try entries("\(folder)/auto") == ["eye-fov.png", "eye-mask.png", "eye.npy", "eye.png"])
            let found = try map("\(folder)/auto/eye.npy")
            #expect(found == whole.indices.map { field.isSet[$0] ? whole[$0] : 0 })
            #expect(Mask(try ImageFile.read("\(folder)/auto/eye-fov.png")) == field)

            // The share of the vessels is that of the field of view.
            let share = try #require(try photographs(auto.standardOutput)[0]["vesselShare"] as? Double)
            let vessels = found.indices.count { field.isSet[$0] && found[$0] >= 0.25 }
            #expect(abs(share - Double(vessels) / Double(field.area)) < 1e-12)
            let plainShare = try #require(try photographs(plain.standardOutput)[0]["vesselShare"] as? Double)
            #expect(abs(plainShare - Double(whole.count { $0 >= 0.25 }) / Double(whole.count)) < 1e-12)

            // The same from the file that was written, named itself and found in a folder.
            for source in ["auto/eye-fov.png", "auto"] {
                try Venule.succeed(arguments + ["\(folder)/\(source)-out", "--fov", "\(folder)/\(source)"])
                #expect(try map("\(folder)/\(source)-out/eye.npy") == found)
            }
        }
    }

    @Test func storedFieldsAreFoundByName() throws {
        try withTemporaryDirectory { folder in
            for sub in ["in/a", "in/b", "masks/a", "masks/b"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(sub)", withIntermediateDirectories: true)
            }
            for sub in ["a", "b"] { try disc.write(to: "\(folder)/in/\(sub)/01_test.png") }
            var left = Photograph(height: 48, width: 80, samples: [UInt8](repeating: 0, count: 3 * 48 * 80))
            try left.write(to: "\(folder)/masks/b/01_test.png")
            for index in left.samples.indices where index / 3 % 80 < 40 { left.samples[index] = 255 }
            try left.write(to: "\(folder)/masks/a/01_test_mask.png")
            let arguments = ["segment", plan, "\(folder)/in", "-o", "\(folder)/out", "--fov", "\(folder)/masks", "--threshold", "otsu"]
            let result = try Venule.succeed(arguments + ["--csv", "\(folder)/t.csv"])
            let halves = try map("\(folder)/out/a/01_test.npy")
            #expect(halves.indices.allSatisfy { (halves[$0] != 0) == ($0 % 80 < 40) })
            #expect(try map("\(folder)/out/b/01_test.npy").allSatisfy { $0 == 0 })
            #expect(result.standardError.contains("in/b/01_test.png: its field of view is empty"))
            let rows = String(decoding: try contents("\(folder)/t.csv"), as: UTF8.self).split(separator: "\n")
            #expect(rows[2].contains(",48,80,") && rows[2].contains(",,0.000000,\"its field of view is empty, "))

            // Beforehand: what is missing, and one mask for two.
            try FileManager.default.removeItem(atPath: "\(folder)/masks/b/01_test.png")
            try Venule.fail(
                1, "no mask of \(folder)/in/b/01_test.png; it would be called 01_test-fov, 01_test_fov, 01_test_mask, 01_test,",
                arguments: arguments + ["--force"])
            try Venule.fail(
                1, "is one picture, and 2 photographs are given",
                arguments: arguments + ["--force", "--fov", "\(folder)/masks/a/01_test_mask.png"])
            try Fixtures.photograph(height: 40, width: 80).write(to: "\(folder)/small.png")
            try Venule.fail(
                1, "small.png: the mask has 80x40 pixels, the photograph 80x48", "segment", plan, "\(folder)/in/a/01_test.png", "-o",
                "\(folder)/none", "--fov", "\(folder)/small.png")
            try Venule.fail(
                1, "no field of view to write", "segment", plan, "\(folder)/in/a/01_test.png", "-o", "\(folder)/none", "--write-fov")
            // A mask is read, and not replaced.
            try disc.write(to: "\(folder)/01_test.png")
            try Venule.fail(
                1, "01_test.png: is read by this command", "segment", plan, "\(folder)/in/a/01_test.png", "-o", folder, "--force", "--fov",
                "\(folder)/01_test.png")
        }
    }

    /// The mask is what scikit-image's `map > threshold_otsu(map)` is.
    @Test func otsuFindsAThresholdInEachMap() throws {
        try withTemporaryDirectory { folder in
            try disc.write(to: "\(folder)/eye.png")
            for options in [[], ["--fov", "auto"]] {
                let result = try Venule.succeed(
                    ["segment", plan, "\(folder)/eye.png", "-o", "\(folder)/out", "--force", "--threshold", "otsu", "--json"] + options)
                let map = try map("\(folder)/out/eye.npy")
                let field = options.isEmpty ? Mask(height: 48, width: 80, repeating: true) : FieldOfView.find(in: disc)
                let level = try #require(OtsuThreshold.of(map.indices.filter { field.isSet[$0] }.map { map[$0] }))
                let mask = Mask(try ImageFile.read("\(folder)/out/eye-mask.png"))
                #expect(mask.isSet == map.indices.map { field.isSet[$0] && map[$0] > level })
                #expect(mask.area > 0 && mask.area < field.area)
                let threshold = try #require(try photographs(result.standardOutput)[0]["threshold"] as? Double)
                #expect(abs(threshold - Double(level)) < 1e-6)
            }
            try Venule.fail(1, "invalid", "segment", plan, "\(folder)/eye.png", "-o", "\(folder)/none", "--threshold", "nan")
        }
    }
}
