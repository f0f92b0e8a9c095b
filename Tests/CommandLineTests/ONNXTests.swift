import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// ONNX models on the command line.
@Suite struct ONNXTests {
    private let network: String
    /// Expands `x` to the shape that the input `s` holds.
    private let shaped: String

    init() throws {
        network = try Fixtures.path("onnx/networks/pytorch_iternet.onnx")
        shaped = try Fixtures.path("onnx/operators/bound_shape.onnx")
    }

    private func write(_ values: [Int64], to path: String) throws {
        let bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        try Data(NPYArray(.int64, shape: [values.count], bytes: bytes).fileBytes).write(to: URL(fileURLWithPath: path))
    }

    @Test func aNetworkIsCompiledAndVerified() throws {
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/net.plan"
            let text = try Venule.succeed(
                "compile", network, "-o", plan, "--input-shape", "image=1x3x32x48", "--outputs", "all"
            ).standardOutput
            #expect(text.contains("image: f32 1x3x32x48"))
            try Venule.succeed("verify", plan, network)
            try Venule.succeed("import", network, "-o", "\(folder)/net.vir")
            let description = try Venule.succeed("inspect", "\(folder)/net.vir").standardOutput
            #expect(description.contains("image: f32[batch, 3, 16*height, 16*width]"))
            try Venule.fail(1, "give its sides with --input-shape", "compile", network, "-o", "\(folder)/x.plan")
            // The file is sound: which input there is, in which order, and of which multiples.
            for (shape, text) in [
                ("1x1x32x48", "accepted: [batch, 3, height, width], in the order of batch, channels, rows, columns"),
                ("1x32x48x3", "'input image', shape: found [1, 32, 48, 3], accepted: [batch, 3, height, width]"),
                ("1x3x32x40", "rows and columns being multiples of 16"),
                ("picture=1x3x32x48", "'input picture': found no such input, accepted: 'image'"),
            ] {
                for command in [["compile", "-o", "\(folder)/x.plan"], ["inspect"], ["run", "--output-dir", "\(folder)/out"]] {
                    let arguments = [command[0], network] + command.dropFirst() + ["--input-shape", shape]
                    let result = try runProcess(builtProduct("venule"), arguments)
                    #expect(result.status == 1 && result.standardError.contains(text), "\(arguments): \(result.standardError)")
                }
            }
        }
    }

    /// Sides that the file leaves open: photographs of every size, padded to what the poolings ask for. The file does not tell
    /// that the first output is an earlier form of the second.
    @Test func photographsAreSegmented() throws {
        try withTemporaryDirectory { folder in
            let picture = try Fixtures.path("../../models/retina.jpg")
            try Venule.fail(1, "'out11', 'final_out' could be the map", "segment", network, picture, "-o", folder)
            try Venule.succeed("segment", network, picture, "-o", folder, "--map", "final_out")
            #expect(try entries(folder) == ["retina.npy", "retina.png"])
            try Fixtures.photograph(height: 37, width: 50).write(to: "\(folder)/eye.png")
            let padded = try Venule.succeed(
                "segment", network, "\(folder)/eye.png", "-o", "\(folder)/out", "--map", "final_out"
            ).standardOutput
            #expect(padded.contains("50x37, padded to 64x48"), "\(padded)")
            let patches = try Venule.succeed(
                "segment", network, "\(folder)/eye.png", "-o", "\(folder)/out", "--protocol", "patches", "--patch", "32", "--stride", "32",
                "--map", "final_out", "--force"
            ).standardOutput
            #expect(patches.contains("4 patches of 32x32"), "\(patches)")
            #expect(try NPYArray(contentsOf: "\(folder)/out/eye.npy").shape == [37, 50])
        }
    }

    /// A network whose sides are numbers takes photographs as a plan of that size does. Channels first, as PyTorch exports it.
    @Test func photographsOfOtherSizesAreFittedToAFixedSize() throws {
        let fixed = try Fixtures.path("onnx/networks/pytorch_iternet_unfolded.onnx")
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/net.plan"
            try Venule.succeed("compile", fixed, "-o", plan)
            for (height, width, note) in [
                (32, 48, "48x32, "), (30, 40, "padded to 48x32"), (10, 48, "48x10, resized to the model's 48x32 and the map back"),
                (100, 90, "90x100, resized to the model's 48x32 and the map back"),
            ] {
                try Fixtures.photograph(height: height, width: width).write(to: "\(folder)/eye.png")
                let rest = ["\(folder)/eye.png", "--force", "--map", "final_out", "-o"]
                let text = try Venule.succeed(["segment", fixed] + rest + ["\(folder)/model"]).standardOutput
                #expect(text.contains(note), "\(text)")
                let map = try NPYArray(contentsOf: "\(folder)/model/eye.npy")
                #expect(map.shape == [height, width])
                try Venule.succeed(["segment", plan] + rest + ["\(folder)/plan"])
                #expect(try NPYArray(contentsOf: "\(folder)/plan/eye.npy") == map)
            }
            try Venule.fail(
                1, "the model is for 48x32 pixels; square patches are asked for", "segment", fixed, "\(folder)/eye.png", "-o",
                "\(folder)/out", "--protocol", "patches", "--map", "final_out")
        }
    }

    @Test func patchesHaveTheFixedSize() throws {
        let fixed = try Fixtures.path("onnx/operators/fixed_size_channels_last.onnx")
        try withTemporaryDirectory { folder in
            try Fixtures.photograph(height: 24, width: 40).write(to: "\(folder)/eye.png")
            let text = try Venule.succeed(
                "segment", fixed, "\(folder)/eye.png", "-o", "\(folder)/out", "--protocol", "patches", "--stride", "16"
            ).standardOutput
            #expect(text.contains("2 patches of 24x24 at stride 16"), "\(text)")
            let map = try NPYArray(contentsOf: "\(folder)/out/eye.npy")
            #expect(map.shape == [24, 40])
            // The first patch alone gives the columns that the second one has no part in.
            try Fixtures.photograph(height: 24, width: 40).cropped(width: 24).write(to: "\(folder)/left.png")
            try Venule.succeed("segment", fixed, "\(folder)/left.png", "-o", "\(folder)/out")
            let left = try NPYArray(contentsOf: "\(folder)/out/left.npy").floats
            for row in 0..<24 { #expect(map.floats[(row * 40)..<(row * 40 + 16)] == left[(row * 24)..<(row * 24 + 16)]) }
            try Venule.fail(
                1, "the model is for 24x24 pixels; patches of 32x32 are asked for", "segment", fixed, "\(folder)/eye.png", "-o",
                "\(folder)/none", "--protocol", "patches", "--patch", "32")
        }
    }

    @Test func inputsAreBound() throws {
        try withTemporaryDirectory { folder in
            try write([2, 3, 4], to: "\(folder)/s.npy")
            try write([1], to: "\(folder)/short.npy")
            let plan = "\(folder)/shaped.plan"
            let text = try Venule.succeed("compile", shaped, "-o", plan, "--bind", "s=\(folder)/s.npy").standardOutput
            #expect(text.contains("y: f32 2x3x4"))
            try Venule.succeed("verify", plan, shaped, "--bind", "s=\(folder)/s.npy")
            // The same from an archive, by the input's name and by the array's.
            let archive = try Fixtures.path("arrays/bound.npz")
            for file in [archive, "\(archive):s"] {
                try Venule.succeed("compile", shaped, "-o", "\(folder)/again.plan", "--bind", "s=\(file)")
                #expect(try contents("\(folder)/again.plan") == contents(plan))
            }
            try Venule.fail(1, "there is no array 'u'", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "s=\(archive):u")
            try Venule.fail(5, "no such input", "verify", plan, network)
            try Venule.fail(2, "computed when the model runs", "compile", shaped, "-o", "\(folder)/x.plan")
            try Venule.fail(1, "no such input", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "t=\(folder)/s.npy")
            try Venule.fail(1, "accepted: [3]", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "s=\(folder)/short.npy")
            try Venule.fail(1, "NAME=FILE is expected", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "s")
            try Venule.fail(
                1, "venule: --bind s=: NAME=FILE is expected\n", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "s=")
            try Venule.fail(1, "s.bin", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "s=\(folder)/s.bin")
            #expect(try !entries(folder).contains("x.plan"))
        }
    }
}
