import Foundation
import Imaging
import TestSupport
import Testing

/// Plans for a camera's frames, from the command line.
@Suite struct FrameTests {
    private let model: String

    init() throws {
        model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
    }

    @Test func aFrameIsVerifiedAndSegmented() throws {
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/frame.plan"
            try Venule.succeed(
                "compile", model, "-o", plan, "--input-format", "rgb8:120x90", "--crop", "90x60+20+10", "--resize", "48x32",
                "--mean", "-0.5,0.25,0", "--deviation", "0.5")
            let inspected = try Venule.succeed("inspect", plan).standardOutput
            #expect(inspected.contains(": u8 1x90x120x3"))
            #expect(inspected.contains("options.crop      90x60+20+10"))
            try Venule.succeed("verify", plan, model)

            var generator = SplitMix64(seed: 3)
            let samples = (0..<(3 * 90 * 120)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let photograph = Photograph(height: 90, width: 120, samples: samples)
            try AtomicFile.write(try #require(ImageFile.png(photograph)), to: "\(folder)/eye.png")
            let text = try Venule.succeed("segment", plan, "\(folder)/eye.png", "-o", "\(folder)/out")
            #expect(text.standardOutput.contains("120x90, as a frame"))

            // The same bytes by `run`, and the map where the camera saw it.
            try AtomicFile.write(NumPyTensor(.uint8, shape: [1, 90, 120, 3], bytes: samples).fileBytes, to: "\(folder)/eye.npy")
            try Venule.succeed("run", plan, "--input", "\(folder)/eye.npy", "--output-dir", "\(folder)/ran")
            let ran = try NumPyArray(contentsOf: "\(folder)/ran/final_out.npy")
            #expect(ran.shape == [1, 32, 48, 1])
            let part = Raster(height: 32, width: 48, channels: 1, values: ran.values).resized(height: 60, width: 90)
            let map = try NumPyArray(contentsOf: "\(folder)/out/eye.npy")
            #expect(map.shape == [90, 120])
            #expect(map.values == part.placed(top: 10, left: 20, height: 90, width: 120).values)

            try Venule.fail(1, "patches need one for floats", "segment", plan, "\(folder)/eye.png", "-o", "\(folder)/p", "--protocol", "patches")
        }
    }

    @Test func badFramesAreRefused() throws {
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/x.plan"
            try Venule.fail(1, "expected one of rgb8, bgr8, rgba8, gray8", "compile", model, "-o", plan, "--input-format", "rgb:4x4")
            try Venule.fail(1, "--resize: is for a frame", "compile", model, "-o", plan, "--input-shape", "1x32x32x3", "--resize", "32x32")
            try Venule.fail(1, "multiple of 16", "compile", model, "-o", plan, "--input-format", "rgb8:50x40")
            try Venule.fail(1, "--mean 1,x: expected numbers", "compile", model, "-o", plan, "--input-format", "rgb8:48x32", "--mean", "1,x")
            try Venule.fail(
                1, "is no part of a frame of 48x32", "compile", model, "-o", plan, "--input-format", "rgb8:48x32", "--crop", "32x32+0+1")
            #expect(try entries(folder).isEmpty)
        }
    }
}
