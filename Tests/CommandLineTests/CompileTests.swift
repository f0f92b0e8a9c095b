import Files
import Foundation
import TestSupport
import Testing

@Suite struct CompileTests {
    /// Keras' own float32 predictions; `make_iternet_fixtures.py` wrote them.
    @Test(arguments: [
        ("k1_n3_full_adam", "48x80", 3, 3), ("k2_n4", "48x80", 4, 3), ("k5_n2_gray", "48x80", 2, 1), ("k4_n3", "64x64", 3, 3),
    ])
    func plansGiveTheOutputsOfKeras(name: String, size: String, iterations: Int, channels: Int) throws {
        try compare(
            model: try Fixtures.path("iternet/\(name).hdf5"), input: try Fixtures.path("iternet/input/\(size)x\(channels).npy"),
            predictions: try Fixtures.path("iternet/\(name)/\(size)"), iterations: iterations, bound: 2e-6)
    }

    /// The trained model that the repository ships. Sums of float32 in another order than Keras' cost a few units in the
    /// last place of its logits, which reach beyond 10.
    @Test func theTrainedModelGivesTheOutputsOfKeras() throws {
        try compare(
            model: "\(Fixtures.packageRoot)/models/iternet_k8_n3.hdf5", input: try Fixtures.path("trained_k8_n3/input.npy"),
            predictions: try Fixtures.path("trained_k8_n3"), iterations: 3, bound: 5e-6)
    }

    /// Compiles a model for the input's shape, runs it, and compares every output with the `.npy` of its name.
    private func compare(model: String, input: String, predictions: String, iterations: Int, bound: Float) throws {
        let shape = try NPYArray(contentsOf: input).shape.map(String.init).joined(separator: "x")
        try withTemporaryDirectory { folder in
            try Venule.succeed("compile", model, "-o", "\(folder)/net.plan", "--outputs", "all", "--input-shape", shape)
            try Venule.succeed("run", "\(folder)/net.plan", "--input", input, "--output-dir", "\(folder)/out")
            let names = (1...iterations).map { "out1\($0)" } + ["final_out"]
            #expect(try entries("\(folder)/out") == names.map { "\($0).npy" }.sorted())
            for output in names {
                let found = try NPYArray(contentsOf: "\(folder)/out/\(output).npy")
                let expected = try NPYArray(contentsOf: "\(predictions)/\(output).npy")
                #expect(found.shape == expected.shape)
                let difference = difference(found.floats, expected.floats)
                #expect(difference.largest <= bound, "\(output): \(difference)")
            }
        }
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            try Venule.succeed("import", model, "-o", "\(folder)/net.vir")
            #expect(try entries(folder) == ["net.vir", "net.virw"])
            for (source, plan) in [(model, "a"), (model, "b"), ("\(folder)/net.vir", "c")] {
                try Venule.succeed("compile", source, "-o", "\(folder)/\(plan).plan", "--input-shape", "1x32x48x3")
            }
            let bytes = try contents("\(folder)/a.plan")
            #expect(try contents("\(folder)/b.plan") == bytes)
            #expect(try contents("\(folder)/c.plan") == bytes)
        }
    }

    /// Half the file, the same everywhere else; `verify` knows what such a plan may differ by.
    @Test(arguments: ["f16", "bf16"]) func weightsOf16Bits(type: String) throws {
        let model = "\(Fixtures.packageRoot)/models/iternet_k8_n3.hdf5"
        let input = try Fixtures.path("trained_k8_n3/input.npy")
        try withTemporaryDirectory { folder in
            for (name, weights) in [("wide", "f32"), ("narrow", type)] {
                try Venule.succeed(
                    "compile", model, "-o", "\(folder)/\(name).plan", "--input-shape", "1x48x80x3", "--exact", "--weights", weights)
            }
            #expect(try contents("\(folder)/narrow.plan").count < contents("\(folder)/wide.plan").count * 6 / 10)
            try Venule.succeed("verify", "\(folder)/narrow.plan", model, "--input", input)
            // As strict as for float32 it is told apart.
            try Venule.fail(5, "differs", "verify", "\(folder)/narrow.plan", model, "--input", input, "--tolerance", "1e-5")
            let text = try Venule.succeed("inspect", "\(folder)/narrow.plan").standardOutput
            #expect(text.contains("packed, \(type)\n"), "\(text)")
            #expect(text.contains("options.weights"))
            try Venule.fail(
                1, "--weights", "compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x48x80x3", "--weights", "f8")
        }
    }

    /// Both programs warn of subnormal weights, and of none in a plan that was made to flush them. `verify` accepts either.
    @Test func subnormalWeights() throws {
        let graph = """
            venule 1
            entry @main

            function @main(%image: f32[1, 4, 4, 1]) {
              %kernel = constant f32[1, 1, 1, 3] {0.5, -1e-40, 3e-39}
              %small = convolution(%image, %kernel) window 1x1 : f32[1, 4, 4, 3]
              return %small
            }
            """
        try withTemporaryDirectory { folder in
            let model = "\(folder)/small.vir"
            try Data(graph.utf8).write(to: URL(fileURLWithPath: model))
            for (name, options) in [("kept", []), ("flushed", ["--flush-subnormals"])] {
                let plan = "\(folder)/\(name).plan"
                let compiled = try runProcess(builtProduct("venule"), ["compile", model, "-o", plan] + options)
                #expect(compiled.status == 0, "\(compiled.standardError)")
                let isFlushed = !options.isEmpty
                let warning =
                    "2 subnormal weights, the first in operation 1 'small': processors may take 100 times as long with "
                    + "these; compile with --flush-subnormals\n"
                let verified = try Venule.succeed("verify", plan, model)
                #expect(verified.standardError == (isFlushed ? "" : "venule: warning: \(plan): \(warning)"))
                let doctor = try runProcess(builtProduct("venule-run"), ["doctor", plan])
                #expect(doctor.status == 0, "\(doctor.standardError)")
                #expect(doctor.standardOutput.contains("\nwarning \(warning)") != isFlushed, "\(doctor.standardOutput)")
                #expect(doctor.standardOutput.contains("subnormal") != isFlushed)
                let described = try runProcess(builtProduct("venule-run"), ["describe", plan]).standardOutput
                #expect(described.contains("\nsubnormal numbers \(isFlushed ? "flushed" : "kept")\n"), "\(described)")
                #expect(described.contains("\noptions.flush-subnormals: true\n") == isFlushed)
                let inspected = try Venule.succeed("inspect", plan).standardOutput
                #expect(inspected.contains(isFlushed ? "flushed" : "kept"), "\(inspected)")
                #expect(inspected.contains("options.flush-subnormals") == isFlushed)
            }
        }
    }

    @Test func outputsAreChosen() throws {
        let model = try Fixtures.path("iternet/k1_n3_full_adam.hdf5")
        try withTemporaryDirectory { folder in
            for (choice, expected) in [("final", ["final_out"]), ("out12,out11", ["out11", "out12"])] {
                let plan = "\(folder)/net.plan"
                let text = try Venule.succeed("compile", model, "-o", plan, "--input-shape", "1x16x16x3", "--outputs", choice)
                let outputs = text.standardOutput.split(separator: "\n").filter { $0.hasPrefix("output ") }
                #expect(outputs.count == expected.count, "\(text.standardOutput)")
                for (line, name) in zip(outputs, expected) { #expect(line.contains(" \(name):")) }
            }
        }
    }

    @Test func otherSizesAreRefused() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            for (shape, message) in [
                ("1x600x592x3", "600 is no multiple of 16"), ("1x48x80x1", "3"), ("1x48x80", "not"),
                ("1x99999999x99999999x3", "99999999"),
            ] {
                try Venule.fail(1, message, "compile", model, "-o", "\(folder)/x.plan", "--input-shape", shape)
            }
            #expect(try entries(folder) == [])
        }
    }

    @Test func tooLittleMemoryIsRefusedWithTheBuffers() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            let arguments = [
                "compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x48x80x3", "--max-memory", "1MiB",
            ]
            let refusal = try runProcess(builtProduct("venule"), arguments)
            #expect(refusal.status == 4)
            #expect(refusal.standardError.contains("does not fit into 1.0 MiB; the least that was found is "))
            // Buffers are the model's layers, with the rows that are held of each.
            let lines = refusal.standardError.split(separator: "\n").map(String.init)
            let start = try #require(lines.firstIndex { $0.contains("buffers at the peak:") })
            let buffers = lines[(start + 1)...].filter { $0.hasSuffix(" rows") }
            #expect(buffers.count >= 3)
            for buffer in buffers { #expect(buffer.contains("model2_"), "\(buffer)") }
            #expect(try entries(folder) == [])
            try Venule.succeed(
                "compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x48x80x3", "--max-memory", "1GiB")
        }
    }

    @Test func theArenaIsReportedBesideItsLowerBound() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            let result = try Venule.succeed("compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x48x80x3")
            let line = try #require(result.standardOutput.split(separator: "\n").first { $0.hasPrefix("arena ") })
            let sizes = line.split(separator: " ").compactMap { Double($0) }
            #expect(sizes.count == 2 && sizes[1] > 0 && sizes[1] <= sizes[0], "\(line)")
        }
    }

    @Test func stepHeightsAreChosenAndRecorded() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            var steps: [String: Int] = [:]
            for rows in ["1", "scaled-4", "whole"] {
                let plan = "\(folder)/\(rows).plan"
                try Venule.succeed("compile", model, "-o", plan, "--input-shape", "1x48x80x3", "--step-rows", rows)
                let lines = try Venule.succeed("inspect", plan).standardOutput.split(separator: "\n")
                #expect(lines.contains { $0.hasPrefix("options.step-rows ") && $0.hasSuffix(" \(rows)") })
                let line = try #require(lines.first { $0.hasPrefix("steps ") })
                steps[rows] = Int(line.split(separator: " ")[1].filter { $0 != "," })
            }
            #expect(steps["whole"]! < steps["scaled-4"]! && steps["scaled-4"]! < steps["1"]!, "\(steps)")
            for rows in ["0", "many", "-3"] {
                try Venule.fail(
                    1, "step-rows", "compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x48x80x3",
                    "--step-rows=\(rows)")
            }
        }
    }

    @Test func whatIsLargerThanAPlanMayBeIsRefused() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            try Venule.fail(
                4, "columns of 'model2_input_0': 2097152, at most 1048576", "compile", model, "-o", "\(folder)/x.plan",
                "--input-shape", "1x16x2097152x3")
            #expect(try entries(folder) == [])
        }
    }

    /// Files that must not be imported, with the status and a word of the message.
    @Test(arguments: [
        ("truncated", Int32(3), "truncated"), ("missing_dataset", 3, "kernel:0"), ("nan_weight", 3, "kernel:0"),
        ("wrong_shape", 2, "model2_conv2d_53"), ("no_names", 3, "layer_names"), ("elu_full", 2, "model2_elu_2"),
        ("leaky_relu_full", 2, "model2_leaky_re_lu_2"), ("relu6_full", 2, "max_value"), ("unet_weights", 2, "IterNet"),
        ("sequential_full", 2, "LSTM"), ("residual_weights", 2, "IterNet"),
    ])
    func badModelsAreRefused(name: String, status: Int32, message: String) throws {
        let model = try Fixtures.path("bad/\(name).hdf5")
        try withTemporaryDirectory { folder in
            try Venule.fail(status, message, "import", model, "-o", "\(folder)/net.vir")
            try Venule.fail(status, message, "compile", model, "-o", "\(folder)/net.plan", "--input-shape", "1x16x16x3")
            #expect(try entries(folder) == [])
        }
    }

    @Test func filesThatAreNoModelsAreRefused() throws {
        try withTemporaryDirectory { folder in
            let path = "\(folder)/model.hdf5"
            for bytes in [Data(), Data("hello".utf8), Data(count: 8), Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])] {
                try bytes.write(to: URL(fileURLWithPath: path))
                try Venule.fail(3, path, "compile", path, "-o", "\(folder)/x.plan", "--input-shape", "1x16x16x3")
            }
            try Data("venule 1\nnonsense".utf8).write(to: URL(fileURLWithPath: "\(folder)/net.vir"))
            try Venule.fail(
                3, "net.vir:2:1", "compile", "\(folder)/net.vir", "-o", "\(folder)/x.plan", "--input-shape", "1x16x16x3")
            #expect(try entries(folder) == ["model.hdf5", "net.vir"])
        }
    }

    @Test func anUnwritableOutputLeavesNothing() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/taken", withIntermediateDirectories: false)
            for place in ["absent/net", "taken"] {
                try Venule.fail(1, place, "compile", model, "-o", "\(folder)/\(place)", "--input-shape", "1x16x16x3")
                try Venule.fail(1, place, "import", model, "-o", "\(folder)/\(place)")
            }
            #expect(try entries(folder) == ["taken"])
            #expect(try entries("\(folder)/taken") == [])
        }
    }

    @Test func modelsGraphsAndPlansAreInspected() throws {
        let model = try Venule.succeed("inspect", try Fixtures.path("iternet/k1_n1_gzip.hdf5")).standardOutput
        #expect(model.contains("IterNet (k 1, N 1, channels 3)") && model.contains("parameters "))
        #expect(model.contains("depend on the size"))
        let bound = try Venule.succeed(
            "inspect", try Fixtures.path("iternet/k1_n1_gzip.hdf5"), "--input-shape", "1x48x80x3"
        ).standardOutput
        #expect(bound.contains("f32[1, 48, 80, 3]") && bound.contains("for one run"))
        let plan = try Venule.succeed("inspect", try Made.plan.get()).standardOutput
        for word in ["input ", "output ", "arena ", "scratch ", "MACs ", "steps ", "convolution ", "source.sha256 "] {
            #expect(plan.contains(word), "\(word) in \(plan)")
        }
    }
}
