import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// Which of a model's outputs are computed where nobody says so, and which one is the map.
@Suite struct ModelOutputsTests {
    /// A network of pictures without weights: `prob`, a map; `twice` as large, another one of a map's type; `raw`, three
    /// channels; `half`, a map of half the size.
    private func graph(_ outputs: String..., metadata: String = "") -> String {
        """
        venule 1
        \(metadata)
        entry @main

        function @main(%x: f32[1, 2*h, 2*w, 3]) {
          %k = constant f32[1, 1, 3, 1] {0.25, 0.25, 0.5}
          %grey = convolution(%x, %k) window 1x1 : f32[1, 2*h, 2*w, 1]
          %prob = sigmoid(%grey) : f32[1, 2*h, 2*w, 1]
          %twice = add(%prob, %grey) : f32[1, 2*h, 2*w, 1]
          %raw = sigmoid(%x) : f32[1, 2*h, 2*w, 3]
          %half = pooling(%grey) maximum window 2x2 strides 2x2 : f32[1, h, w, 1]
          return \(outputs.map { "%\($0)" }.joined(separator: ", "))
        }

        """
    }

    private func write(_ text: String, to path: String) throws -> String {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func lines(_ text: String, of name: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix(name + " ") }.map {
            $0.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
        }
    }

    @Test func allOutputsAreCompiledUnlessTheyRefineOneAnother() throws {
        try withTemporaryDirectory { folder in
            let model = try write(graph("raw", "half", "prob"), to: "\(folder)/net.vir")
            let plan = "\(folder)/net.plan"
            let all = try Venule.succeed("compile", model, "-o", plan, "--input-shape", "1x4x6x3").standardOutput
            #expect(lines(all, of: "output") == ["raw: f32 1x4x6x3", "half: f32 1x2x3x1", "prob: f32 1x4x6x1"])
            #expect(lines(all, of: "left out").isEmpty)
            #expect(try lines(Venule.succeed("verify", plan, model).standardOutput, of: "left out").isEmpty)

            let last = try Venule.succeed("compile", model, "-o", plan, "--input-shape", "1x4x6x3", "--outputs", "final").standardOutput
            #expect(lines(last, of: "output") == ["prob: f32 1x4x6x1"])
            #expect(lines(last, of: "left out") == ["'raw', 'half'; --outputs all computes them too"])
            let compared = try Venule.succeed("verify", plan, model).standardOutput
            #expect(lines(compared, of: "left out") == ["'raw', 'half', which the plan does not compute"])
        }
    }

    /// The exits of an IterNet, also of its graph.
    @Test func theLastExitIsCompiled() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            try Venule.succeed("import", model, "-o", "\(folder)/net.vir")
            for file in [model, "\(folder)/net.vir"] {
                let text = try Venule.succeed("compile", file, "-o", "\(folder)/net.plan", "--input-shape", "1x16x16x3").standardOutput
                #expect(lines(text, of: "output") == ["final_out: f32 1x16x16x1"])
                #expect(lines(text, of: "left out") == ["'out11'; --outputs all computes them too"])
            }
        }
    }

    @Test func allOutputsOfOtherFrameworksModelsAreCompiled() throws {
        let onnx = try Fixtures.path("onnx/networks/pytorch_iternet.onnx")
        let keras = try Fixtures.path("keras/keras2.3/convolutions/model.h5")
        try withTemporaryDirectory { folder in
            for (model, shape) in [(onnx, "1x3x32x48"), (keras, "1x13x17x3")] {
                let known = try lines(Venule.succeed("inspect", model).standardOutput, of: "output").map { $0.prefix { $0 != ":" } }
                let text = try Venule.succeed("compile", model, "-o", "\(folder)/net.plan", "--input-shape", shape).standardOutput
                #expect(known.count > 1 && lines(text, of: "output").map { $0.prefix { $0 != ":" } } == known)
            }
        }
    }

    @Test func runSaysWhatUntilLeavesOut() throws {
        try withTemporaryDirectory { folder in
            let input = try Fixtures.path("iternet/input/48x80x3.npy")
            let plan = try Made.plan.get()
            let all = try Venule.succeed("run", plan, "--input", input, "--output-dir", folder).standardOutput
            #expect(lines(all, of: "left out").isEmpty)
            let first = try Venule.succeed("run", plan, "--input", input, "--output-dir", folder, "--until", "1").standardOutput
            #expect(lines(first, of: "left out") == ["'final_out', by --until 1"])
        }
    }

    /// The only output that can be a map is; where there are several, one has to be chosen.
    @Test func oneOutputIsTheMap() throws {
        try withTemporaryDirectory { folder in
            let photograph = Fixtures.photograph(height: 6, width: 8)
            try photograph.write(to: "\(folder)/eye.png")
            @discardableResult
            func segment(_ network: String, _ rest: String..., status: Int32 = 0) throws -> ProcessResult {
                let result = try runProcess(
                    builtProduct("venule"), ["segment", network, "\(folder)/eye.png", "-o", "\(folder)/out", "--force"] + rest)
                #expect(result.status == status, "\(result.standardError)")
                return result
            }
            func map() throws -> [Float] { try NPYArray(contentsOf: "\(folder)/out/eye.npy").floats }
            let grey = stride(from: 0, to: photograph.samples.count, by: 3).map { first in
                zip(photograph.samples[first..<(first + 3)], [0.25, 0.25, 0.5] as [Float]).reduce(Float(0)) {
                    $0 + Float($1.0) / 255 * $1.1
                }
            }
            let probability = grey.map { 1 / (1 + exp(-$0)) }
            func isClose(_ values: [Float], _ expected: [Float]) -> Bool { zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 } }

            let one = try write(graph("raw", "prob", "half"), to: "\(folder)/one.vir")
            let plan = "\(folder)/one.plan"
            try Venule.succeed("compile", one, "-o", plan, "--input-shape", "1x6x8x3")
            for network in [one, plan] {
                let text = try segment(network).standardOutput
                #expect(lines(text, of: "map") == ["output 'prob'; left out are 'raw', 'half'"])
                #expect(try isClose(map(), probability))
                let other = try segment(network, "--map", "half", status: 2).standardError
                #expect(other.contains("output 'half' is f32"), "\(other)")
                #expect(
                    try segment(network, "--map", "x", status: 1).standardError.contains("those of \(network) are 'raw', 'prob', 'half'"))
            }

            let several = try write(graph("twice", "raw", "prob"), to: "\(folder)/several.vir")
            let choices = try segment(several, status: 1).standardError
            #expect(choices.contains("each of the outputs 'twice', 'prob' could be the map; choose one with --map NAME"), "\(choices)")
            try segment(several, "--map", "twice")
            #expect(try isClose(map(), zip(grey, probability).map { $0 + $1 }))

            let none = try write(graph("raw", "half"), to: "\(folder)/none.vir")
            #expect(try segment(none, status: 2).standardError.contains("'raw' is f32[1, 2*h, 2*w, 3], 'half' is f32[1, h, w, 1]"))

            // Exits: the last one, and any that is asked for.
            let exits = try write(graph("prob", "twice", metadata: "metadata \"outputs\" = \"exits\""), to: "\(folder)/exits.vir")
            try Venule.succeed("compile", exits, "-o", plan, "--input-shape", "1x6x8x3", "--outputs", "all")
            for network in [exits, plan] {
                let text = try segment(network).standardOutput
                #expect(lines(text, of: "map") == ["output 'twice'; left out are 'prob'"])
                #expect(try isClose(map(), zip(grey, probability).map { $0 + $1 }))
                try segment(network, "--map", "prob")
                #expect(try isClose(map(), probability))
            }
        }
    }
}
