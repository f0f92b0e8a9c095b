import Foundation
import TestSupport
import Testing

/// Weights of Keras with their architecture in a file beside them.
@Suite struct ArchitectureTests {
    private let weights: String
    private let architecture: [String]
    private let shape = ["--input-shape", "1x12x10x3"]

    init() throws {
        weights = try Fixtures.path("keras/keras2.3/weights/model.h5")
        architecture = ["--architecture", try Fixtures.path("keras/keras2.3/weights/architecture.json")]
    }

    @Test func everyCommandThatReadsModelsTakesIt() throws {
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/w.plan"
            try Venule.fail(2, "--architecture", "compile", weights, "-o", plan)
            try Venule.succeed(["compile", weights, "-o", plan] + shape + architecture)
            try Venule.succeed(["verify", plan, weights] + architecture)
            try Venule.succeed(["import", weights, "-o", "\(folder)/w.vir"] + architecture)
            let text = try Venule.succeed(["inspect", weights] + architecture).standardOutput
            #expect(text.contains("f32[n, 12, 10, 3]"), "\(text)")
            try Venule.succeed(["bench", weights, "--runs", "1"] + shape + architecture)
            try Data("P6\n10 12\n255\n".utf8 + [UInt8](repeating: 90, count: 360)).write(to: URL(fileURLWithPath: "\(folder)/p.ppm"))
            try Venule.succeed(["run", weights, "--input", "\(folder)/p.ppm", "--output-dir", "\(folder)/out"] + shape + architecture)
            // The network makes its map larger than the photograph, which can be said only of a model that was read.
            try Venule.fail(
                2, "a map of one channel of f32", "segment", weights, "\(folder)/p.ppm", "-o", "\(folder)/maps", architecture[0],
                architecture[1])
        }
    }

    @Test func whatHasItsArchitectureInItselfTakesNoOther() throws {
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/w.plan"
            try Venule.succeed(["compile", weights, "-o", plan] + shape + architecture)
            try Venule.succeed(["import", weights, "-o", "\(folder)/w.vir"] + architecture)
            let refused = "has its architecture in itself"
            for file in [plan, "\(folder)/w.vir", try Fixtures.path("onnx/operators/activations.onnx")] {
                try Venule.fail(1, refused, "inspect", file, architecture[0], architecture[1])
            }
            try Venule.fail(1, refused, "segment", plan, "x.png", "-o", "\(folder)/maps", architecture[0], architecture[1])
            try Venule.fail(1, "nothing.json", "inspect", weights, architecture[0], "\(folder)/nothing.json")
            try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/empty.json"))
            let empty = try Venule.run("import", weights, architecture[0], "\(folder)/empty.json")
            #expect(empty.status != 0 && empty.standardError.contains("an empty object"), "\(empty.standardError)")
        }
    }
}
