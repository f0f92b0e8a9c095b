import Files
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
            try AtomicFile.write(NPYArray(.uint8, shape: [1, 90, 120, 3], bytes: samples).fileBytes, to: "\(folder)/eye.npy")
            try Venule.succeed("run", plan, "--input", "\(folder)/eye.npy", "--output-dir", "\(folder)/ran")
            let ran = try NPYArray(contentsOf: "\(folder)/ran/final_out.npy")
            #expect(ran.shape == [1, 32, 48, 1])
            let part = Raster(height: 32, width: 48, channels: 1, values: ran.floats).resized(height: 60, width: 90)
            let map = try NPYArray(contentsOf: "\(folder)/out/eye.npy")
            #expect(map.shape == [90, 120])
            #expect(map.floats == part.placed(top: 10, left: 20, height: 90, width: 120).values)

            try Venule.fail(
                1, "patches need one for floats", "segment", plan, "\(folder)/eye.png", "-o", "\(folder)/p", "--protocol", "patches")
        }
    }

    /// What a plan for frames gets of a photograph: its own samples in the camera's order, whatever the file's depth; of one of
    /// another size, and of greys, what is computed in floats and rounded. Said here by an array of those bytes.
    @Test(arguments: ["rgb8", "bgr8", "rgba8", "gray8"]) func aPhotographIsTheBytesThatItIs(format: String) throws {
        let photograph = Fixtures.photograph(height: 32, width: 48)
        let small = Photograph(height: 20, width: 30, samples: Array(photograph.samples.prefix(3 * 20 * 30)))
        // 16 bits, and the nearest byte to 255 times each share of 65535.
        let deep: [Int] = photograph.samples.enumerated().map { index, sample in 256 * Int(sample) + 37 * index % 256 }
        let reduced: [UInt8] = deep.map { UInt8((255 * Double($0) / 65535).rounded(.toNearestOrEven)) }
        let deepBytes: [UInt8] = deep.flatMap { [UInt8($0 / 256), UInt8($0 % 256)] }
        let pictures: [(name: String, Raster)] = [
            ("plain", Raster(photograph)), ("deep", Raster(Photograph(height: 32, width: 48, samples: reduced))),
            ("small", Raster(small).resized(height: 32, width: 48)),
        ]
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/frame.plan"
            try Venule.succeed("compile", model, "-o", plan, "--input-format", "\(format):48x32", "--step-rows", "whole")
            try photograph.write(to: "\(folder)/plain.png")
            try small.write(to: "\(folder)/small.png")
            try (Data("P6\n48 32\n65535\n".utf8) + deepBytes).write(to: URL(fileURLWithPath: "\(folder)/deep.ppm"))
            try Venule.succeed(
                "segment", plan, "-o", "\(folder)/out", "\(folder)/plain.png", "\(folder)/deep.ppm", "\(folder)/small.png")
            for (name, picture) in pictures {
                let bytes = Self.bytes(of: picture, as: format)
                let array = NPYArray(.uint8, shape: [1, 32, 48, bytes.count / (32 * 48)], bytes: bytes)
                try AtomicFile.write(array.fileBytes, to: "\(folder)/\(name).npy")
                try Venule.succeed("run", plan, "--input", "\(folder)/\(name).npy", "--output-dir", "\(folder)/\(name)")
                let ran = try NPYArray(contentsOf: "\(folder)/\(name)/final_out.npy")
                let map = try NPYArray(contentsOf: "\(folder)/out/\(name).npy")
                let whole = Raster(height: 32, width: 48, channels: 1, values: ran.floats)
                let expected = name == "small" ? whole.resized(height: 20, width: 30) : whole
                #expect(map.floats == expected.values, "\(name)")
            }
        }
    }

    /// The bytes of a frame that shows a picture, computed in floats.
    private static func bytes(of picture: Raster, as format: String) -> [UInt8] {
        func byte(_ value: Float) -> UInt8 { UInt8(max(0, min(255, (value * 255).rounded()))) }
        if format == "gray8" { return picture.luminance().values.map(byte) }
        var bytes: [UInt8] = []
        for first in stride(from: 0, to: picture.values.count, by: 3) {
            let pixel = picture.values[first..<first + 3].map(byte)
            bytes += format == "bgr8" ? pixel.reversed() : pixel
            if format == "rgba8" { bytes.append(255) }
        }
        return bytes
    }

    /// A picture's bytes through a plan for frames on the device's runner, and what the definition in
    /// Documentation/Numerics.md makes of them by hand through a plan for floats.
    @Test func thePhotographOfADevice() throws {
        try withTemporaryDirectory { folder in
            let (frame, plain) = ("\(folder)/frame.plan", "\(folder)/plain.plan")
            try Venule.succeed(
                "compile", model, "-o", frame, "--input-format", "rgb8:120x90", "--crop", "96x60+20+10", "--resize", "48x32",
                "--scale", "0.0078125", "--mean", "0.75,1,1.25", "--deviation", "0.5,0.75,2", "--exact")
            try Venule.succeed("compile", model, "-o", plain, "--input-shape", "1x32x48x3", "--exact")
            let photograph = Fixtures.photograph(height: 90, width: 120)
            try (Data("P6\n120 90\n255\n".utf8) + photograph.samples).write(to: URL(fileURLWithPath: "\(folder)/photo.ppm"))
            let part = (10..<70).map { y in (20..<116).map { x in (0..<3).map { Double(photograph.samples[3 * (120 * y + x) + $0]) } } }
            let resized = Self.transposed(Self.shrunk(Self.transposed(Self.shrunk(part, to: 32)), to: 48))
            let (mean, deviation) = ([0.75, 1, 1.25], [0.5, 0.75, 2])
            let values = resized.joined().flatMap { pixel in (0..<3).map { Float((pixel[$0] / 128 - mean[$0]) / deviation[$0]) } }
            let bytes = values.withUnsafeBytes { Array($0) }
            try AtomicFile.write(NPYArray(.float32, shape: [1, 32, 48, 3], bytes: bytes).fileBytes, to: "\(folder)/x.npy")

            func run(_ plan: String, _ input: String, _ output: String, _ rest: String...) throws {
                let result = try runProcess(
                    builtProduct("venule-run"), ["run", plan, "--input", "\(folder)/\(input)", "--output", "\(folder)/\(output)"] + rest)
                #expect(result.status == 0, "\(result.standardError)")
            }
            try run(plain, "x.npy", "expected.npy")
            try run(frame, "photo.ppm", "map.npy")
            let expected = try NPYArray(contentsOf: "\(folder)/expected.npy")
            let map = try NPYArray(contentsOf: "\(folder)/map.npy")
            #expect(map.shape == [1, 32, 48, 1] && expected.shape == map.shape)
            let difference = difference(map.floats, expected.floats)
            #expect(difference.largest <= 1e-5, "\(difference)")

            // The picture and the mask are those of the map's own values.
            let header = Data("P5\n48 32\n255\n".utf8)
            try run(frame, "photo.ppm", "map.pgm", "--threads", "2", "--no-mmap")
            #expect(try contents("\(folder)/map.pgm") == header + map.floats.map { UInt8($0 * 255 + 0.5) })
            let threshold = map.floats.sorted()[map.floats.count / 3]
            try run(frame, "photo.ppm", "mask.pgm", "--threshold", String(format: "%.9f", threshold))
            let mask = try contents("\(folder)/mask.pgm")
            #expect(mask == header + map.floats.map { $0 >= threshold ? 255 : 0 })
            #expect(mask.dropFirst(header.count).count { $0 == 0 } > 100)
        }
    }

    /// Rows at equal distances, each the average of rows around it with the weights of a triangle as wide as the picture shrinks.
    private static func shrunk(_ rows: [[[Double]]], to count: Int) -> [[[Double]]] {
        let ratio = Double(rows.count) / Double(count)
        return (0..<count).map { index in
            let position = (Double(index) + 0.5) * ratio - 0.5
            let reached = (Int((position - ratio).rounded(.down))...Int((position + ratio).rounded(.up)))
            let weights = reached.map { max(0, 1 - abs(Double($0) - position) / ratio) }
            let sum = weights.reduce(0, +)
            var row = rows[0].map { $0.map { _ in 0.0 } }
            for (place, weight) in zip(reached, weights) {
                let source = rows[min(max(place, 0), rows.count - 1)]
                for x in row.indices { for channel in row[x].indices { row[x][channel] += weight / sum * source[x][channel] } }
            }
            return row
        }
    }

    private static func transposed(_ rows: [[[Double]]]) -> [[[Double]]] {
        rows[0].indices.map { column in rows.map { $0[column] } }
    }

    @Test func badFramesAreRefused() throws {
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/x.plan"
            try Venule.fail(1, "expected one of rgb8, bgr8, rgba8, gray8", "compile", model, "-o", plan, "--input-format", "rgb:4x4")
            try Venule.fail(1, "--resize: is for a frame", "compile", model, "-o", plan, "--input-shape", "1x32x32x3", "--resize", "32x32")
            try Venule.fail(1, "multiple of 16", "compile", model, "-o", plan, "--input-format", "rgb8:50x40")
            try Venule.fail(
                1, "--mean 1,x: expected numbers", "compile", model, "-o", plan, "--input-format", "rgb8:48x32", "--mean", "1,x")
            try Venule.fail(
                1, "is no part of a frame of 48x32", "compile", model, "-o", plan, "--input-format", "rgb8:48x32", "--crop", "32x32+0+1")
            #expect(try entries(folder).isEmpty)
        }
    }
}
