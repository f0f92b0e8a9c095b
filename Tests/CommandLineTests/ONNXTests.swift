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
        try Data(NumPyTensor(.int64, shape: [values.count], bytes: bytes).fileBytes).write(to: URL(fileURLWithPath: path))
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
            try Venule.fail(2, "accepted: [batch, 3, height, width]", "compile", network, "-o", "\(folder)/x.plan", "--input-shape", "1x1x32x48")
        }
    }

    @Test func photographsAreSegmented() throws {
        try withTemporaryDirectory { folder in
            let picture = try Fixtures.path("../../models/retina.jpg")
            try Venule.succeed("segment", network, picture, "-o", folder)
            #expect(try entries(folder) == ["retina.npy", "retina.png"])
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
            try Venule.fail(2, "no such input", "verify", plan, network)
            try Venule.fail(2, "computed when the model runs", "compile", shaped, "-o", "\(folder)/x.plan")
            try Venule.fail(2, "no such input", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "t=\(folder)/s.npy")
            try Venule.fail(2, "accepted: [3]", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "s=\(folder)/short.npy")
            try Venule.fail(1, "NAME=x.npy is expected", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "s")
            try Venule.fail(1, "s.bin", "compile", shaped, "-o", "\(folder)/x.plan", "--bind", "s=\(folder)/s.bin")
            #expect(try !entries(folder).contains("x.plan"))
        }
    }
}
