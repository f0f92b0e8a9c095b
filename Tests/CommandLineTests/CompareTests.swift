import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// `venule compare`: what gives the outputs, how differences are measured, and where inside they begin.
@Suite struct CompareTests {
    /// Two blocks of convolution, arithmetic on channels, ReLU and pooling, which become two operations of a plan, and a head.
    ///
    /// - Parameter second: the first weight of the second convolution.
    private func graph(second: String = "0.25", input: String = "f32[1, 8, 8, 3]") -> String {
        func weights(_ count: Int, seed: UInt64, first: String? = nil) -> String {
            var generator = SplitMix64(seed: seed)
            var numbers = (0..<count).map { _ in "\(Float(generator.next() >> 40) / Float(1 << 24) - 0.25)" }
            if let first { numbers[0] = first }
            return numbers.joined(separator: ", ")
        }
        return """
            venule 1
            entry @main

            function @main(%x: \(input)) {
              %k1 = constant f32[3, 3, 3, 4] {\(weights(108, seed: 1))}
              %s1 = constant f32[4] {0.5, 1.5, 0.75, 1.0}
              %k2 = constant f32[3, 3, 4, 4] {\(weights(144, seed: 2, first: second))}
              %k3 = constant f32[1, 1, 4, 1] {\(weights(4, seed: 3))}
              %conv1 = convolution(%x, %k1) window 3x3 padding same : f32[1, 8, 8, 4]
              %scale1 = multiply(%conv1, %s1) : f32[1, 8, 8, 4]
              %relu1 = relu(%scale1) : f32[1, 8, 8, 4]
              %pool1 = pooling(%relu1) maximum window 2x2 strides 2x2 : f32[1, 4, 4, 4]
              %conv2 = convolution(%pool1, %k2) window 3x3 padding same : f32[1, 4, 4, 4]
              %relu2 = relu(%conv2) : f32[1, 4, 4, 4]
              %head = convolution(%relu2, %k3) window 1x1 : f32[1, 4, 4, 1]
              %y = sigmoid(%head) : f32[1, 4, 4, 1]
              return %y
            }

            """
    }

    private func write(_ text: String, to path: String) throws -> String {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// A plan of a graph, whatever else is said of it.
    private func compiled(_ graph: String, _ folder: String, _ name: String, _ options: String...) throws -> String {
        let path = try write(graph, to: "\(folder)/\(name).vir")
        try Venule.succeed(["compile", path, "-o", "\(folder)/\(name).plan"] + options)
        return "\(folder)/\(name).plan"
    }

    private func report(_ result: ProcessResult) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any])
    }

    private func line(_ name: String, of result: ProcessResult) -> String? {
        result.standardOutput.split(separator: "\n").first { $0.hasPrefix(name + " ") }.map {
            $0.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
        }
    }

    // MARK: Sides

    @Test func aPlanIsComparedWithItsModelInBothOrders() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        let plan = try Made.plan.get()
        for sides in [[plan, model], [model, plan]] {
            let result = try Venule.succeed(["compare"] + sides)
            #expect(line("ok", of: result) == "within the tolerance of 1.00e-5")
            #expect(result.standardOutput.contains("model, by the reference evaluator"))
            let found = try report(Venule.succeed(["compare"] + sides + ["--json", "--per-operation"]))
            let outputs = try #require(found["outputs"] as? [[String: Any]])
            #expect(outputs.map { $0["name"] as? String } == ["out11", "final_out"])
            let operations = try #require(found["operations"] as? [[String: Any]])
            #expect(operations.count > 20)
            for operation in operations {
                let value = try #require(operation["value"] as? [String: Any])
                #expect(value["isWithinTolerance"] as? Bool == true, "\(operation)")
            }
        }
    }

    /// Predictions of Keras 2.3.1, as a single array and as an archive with their names.
    @Test func modelsAndPlansAreComparedWithPredictionsOfKeras() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        let plan = try Made.plan.get()
        let input = try Fixtures.path("iternet/input/48x80x3.npy")
        let expected = try Fixtures.path("iternet/k1_n1/48x80/final_out.npy")
        let found = try Venule.succeed("compare", model, "--expected", expected, "--input", input)
        #expect(found.standardOutput.contains("stored results"))
        try Venule.fail(1, "is one array", "compare", plan, expected, "--input", input)
        try Venule.fail(5, "differs from", "compare", model, expected, "--input-shape", "1x48x80x3")
        try Venule.fail(1, "give its sides", "compare", model, expected)
        try Venule.fail(1, "nothing is computed", "compare", expected, expected, "--input", input)
        #expect(try line("ok", of: Venule.succeed("compare", expected, expected)) != nil)
        let head = try Fixtures.path("iternet/k1_n1/48x80/out11.npy")
        let result = try Venule.run("compare", expected, head)
        #expect(result.status == 5)
    }

    @Test func twoPlansOfOneModelAreComparedOperationByOperation() throws {
        try withTemporaryDirectory { folder in
            let exact = try compiled(graph(), folder, "a", "--exact")
            let narrow = try compiled(graph(), folder, "b", "--weights", "f16")
            let found = try report(Venule.succeed("compare", exact, narrow, "--per-operation", "--json"))
            let operations = try #require(found["operations"] as? [[String: Any]])
            #expect(operations.map { $0["operation"] as? String } == ["conv1", "conv2", "head"])
            #expect(found["tolerance"] as? Double == 0.03)
            try Venule.fail(5, "first operation beyond it is 'conv1'", "compare", exact, narrow, "--per-operation", "--tolerance", "1e-7")
        }
    }

    // MARK: Inside

    /// A plan whose second convolution has a wrong weight: the operation and the layers that it became of are named.
    @Test func theFirstWrongOperationIsNamed() throws {
        try withTemporaryDirectory { folder in
            let model = try write(graph(), to: "\(folder)/model.vir")
            let right = try compiled(graph(), folder, "right")
            let wrong = try compiled(graph(second: "4.0"), folder, "wrong")
            try Venule.succeed("compare", right, model, "--per-operation")
            let result = try Venule.run("compare", wrong, model, "--per-operation")
            #expect(result.status == 5)
            #expect(result.standardError.contains("in output 'y'"), "\(result.standardError)")
            #expect(result.standardError.contains("the first operation beyond it is 'conv2'"), "\(result.standardError)")
            let first = try #require(line("first beyond", of: result))
            #expect(first.contains("of 'conv2', 'relu2'"), "\(first)")
            // The operation before it is right, and made of four layers.
            let found = try report(Venule.run("compare", wrong, model, "--per-operation", "--json"))
            let operations = try #require(found["operations"] as? [[String: Any]])
            #expect(operations[0]["layers"] as? [String] == ["conv1", "scale1", "relu1", "pool1"])
            let value = try #require(operations[0]["value"] as? [String: Any])
            #expect(value["isWithinTolerance"] as? Bool == true)
            #expect(value["name"] as? String == "pool1")
        }
    }

    @Test func theFirstNaNIsNamed() throws {
        try withTemporaryDirectory { folder in
            let model = try write(graph(), to: "\(folder)/model.vir")
            let broken = try compiled(graph(second: "#7fc00000"), folder, "broken")
            let result = try Venule.run("compare", broken, model, "--per-operation")
            #expect(result.status == 5)
            let place = try #require(line("not finite", of: result))
            #expect(place.contains("in a first in 'conv2'") && place.contains("NaN, the first at [0, 0, 0, 0]"), "\(place)")
            #expect(!result.standardOutput.contains("in b first"))
            let found = try report(Venule.run("compare", broken, model, "--json"))
            let output = try #require((found["outputs"] as? [[String: Any]])?.first)
            #expect(output["notFinite"] != nil && output["otherNotFinite"] == nil)
        }
    }

    /// A converted model is proved layer by layer with what another library stored: here with what the model itself gives.
    @Test func valuesInsideAreWrittenAndComparedWithStoredOnes() throws {
        try withTemporaryDirectory { folder in
            let model = try write(graph(), to: "\(folder)/model.vir")
            let plan = try compiled(graph(), folder, "plan")
            let result = try Venule.succeed(
                "compare", plan, model, "--dump", "pool1", "--dump", "relu2,conv1", "--output-dir", "\(folder)/inside")
            #expect(result.standardOutput.contains("\(folder)/inside/pool1.npy"))
            let ours = try NPYArray(contentsOf: "\(folder)/inside/pool1.npy")
            let theirs = try NPYArray(contentsOf: "\(folder)/inside/pool1.b.npy")
            #expect(ours.shape == [1, 4, 4, 4] && theirs.shape == ours.shape)
            for (a, b) in zip(ours.floats, theirs.floats) { #expect(abs(a - b) < 1e-5) }
            // The plan's operation of that name ends with the pooling; the model's ends before the scale.
            #expect(try NPYArray(contentsOf: "\(folder)/inside/conv1.b.npy").shape == [1, 8, 8, 4])
            try Venule.fail(
                1, "--dump nothing: there is no such value", "compare", plan, model, "--dump", "nothing", "--output-dir", "\(folder)/x")
            try Venule.fail(1, "say with --output-dir", "compare", plan, model, "--dump", "pool1")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/x"))
        }
    }

    /// Values inside of PyTorch's model, as ONNX Runtime computes them under ONNX's names and with its order of axes, and of Keras' layers, some
    /// of which are several operations here.
    @Test(arguments: [
        ("onnx/networks/pytorch_iternet.onnx", "pytorch_iternet", ["--input-shape", "1x3x16x16"], 60),
        ("keras/tf-keras/unet_up/model.h5", "unet_up", [], 40),
    ])
    func aConvertedModelIsProvedLayerByLayer(model: String, layers: String, options: [String], count: Int) throws {
        let model = try Fixtures.path(model)
        let stored = try Fixtures.path("layers/\(layers).npz")
        let arguments = ["compare", model, stored, "--input", stored, "--per-operation", "--json"] + options
        let found = try report(Venule.succeed(arguments))
        let operations = try #require(found["operations"] as? [[String: Any]])
        #expect(operations.count >= count, "\(operations.count)")
        for operation in operations {
            let value = try #require(operation["value"] as? [String: Any])
            #expect(value["isWithinTolerance"] as? Bool == true, "\(operation)")
        }
        // Only the input is no value that a node makes.
        #expect((found["passedOver"] as? [String])?.count == 1, "\(found["passedOver"] ?? "")")
    }

    // MARK: Measures

    @Test func differencesAreMeasured() throws {
        try withTemporaryDirectory { folder in
            try AtomicFile.write(NPYArray([1, 2, 4, 0], shape: [2, 2]).fileBytes, to: "\(folder)/b.npy")
            try AtomicFile.write(NPYArray([1, 2.5, Float(4).nextUp, 0] as [Float], shape: [2, 2]).fileBytes, to: "\(folder)/a.npy")
            let found = try report(Venule.run("compare", "\(folder)/a.npy", "\(folder)/b.npy", "--json"))
            let output = try #require((found["outputs"] as? [[String: Any]])?.first)
            let difference = try #require(output["difference"] as? [String: Any])
            #expect(difference["largest"] as? Double == 0.5)
            #expect(difference["position"] as? [Int] == [0, 1])
            #expect(difference["found"] as? Double == 2.5 && difference["expected"] as? Double == 2)
            #expect(difference["largestRelative"] as? Double == 0.25)
            let mean = try #require(difference["mean"] as? Double)
            #expect(abs(mean - (0.5 + Double(Float(4).nextUp - 4)) / 4) < 1e-12)
            let ulp = try #require(difference["ulp"] as? [String: Any])
            // From 2 to 2.5 there are a quarter of 2^23 floats.
            #expect(ulp["largest"] as? Int == 1 << 21)
            #expect(ulp["mean"] as? Double == Double((1 << 21) + 1) / 4)
            #expect(output["accepted"] as? Double == 4e-5)
            #expect(found["isWithinTolerance"] as? Bool == false)

            try AtomicFile.write(NPYArray([1, .nan, 4, .infinity], shape: [2, 2]).fileBytes, to: "\(folder)/c.npy")
            let broken = try Venule.run("compare", "\(folder)/c.npy", "\(folder)/b.npy")
            #expect(broken.status == 5)
            #expect(broken.standardOutput.contains("in a: 1 NaN, 1 infinite, the first at [0, 1]"), "\(broken.standardOutput)")
            // What is no number on both sides is the same.
            try Venule.succeed("compare", "\(folder)/c.npy", "\(folder)/c.npy")

            try AtomicFile.write(NPYArray([1, 2, 4, 0], shape: [4]).fileBytes, to: "\(folder)/d.npy")
            try Venule.fail(5, "is float32 2x2, that of \(folder)/d.npy is float32 4", "compare", "\(folder)/b.npy", "\(folder)/d.npy")
        }
    }

    /// One network gives a photograph's red, the other its green, which falls where red rises.
    @Test func mapsOfPhotographsAreCompared() throws {
        func network(_ weights: String) -> String {
            """
            venule 1
            entry @main

            function @main(%image: f32[1, 4, 4, 3]) {
              %k = constant f32[1, 1, 3, 1] {\(weights)}
              %map = convolution(%image, %k) window 1x1 : f32[1, 4, 4, 1]
              return %map
            }

            """
        }
        try withTemporaryDirectory { folder in
            let red = try compiled(network("1.0, 0.0, 0.0"), folder, "red")
            let green = try write(network("0.0, 1.0, 0.0"), to: "\(folder)/green.vir")
            var samples: [UInt8] = []
            for pixel in 0..<12 as Range<UInt8> { samples += [20 * pixel, 255 - 20 * pixel, 0] as [UInt8] }
            // A row less than the networks take: zeros are put below, and the map has none of them.
            try Photograph(height: 3, width: 4, samples: samples).write(to: "\(folder)/eye.png")
            let result = try Venule.run("compare", red, green, "\(folder)/eye.png", "--json")
            #expect(result.status == 5)
            let found = try #require((try report(result)["photographs"] as? [[String: Any]])?.first)
            #expect(found["pixels"] as? Int == 12 && found["auc"] as? Double == 0)
            // Red is a vessel from pixel 7 on, green up to pixel 6.
            #expect(found["changedPixels"] as? Int == 12 && found["dice"] as? Double == 0)
            let same = try report(Venule.succeed("compare", red, "\(folder)/red.vir", "\(folder)/eye.png", "--json"))
            let equal = try #require((same["photographs"] as? [[String: Any]])?.first)
            #expect(equal["changedPixels"] as? Int == 0 && equal["dice"] as? Double == 1 && equal["auc"] as? Double == 1)
            try Venule.fail(1, "look inside for one photograph", "compare", red, green, "\(folder)/eye.png", "x.png", "--per-operation")
            try Venule.fail(2, "right.txt", "compare", red, green, try write("no picture", to: "\(folder)/right.txt"))
        }
    }

    @Test func whatDoesNotBelongTogetherIsSaid() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            let other = try compiled(graph(), folder, "other")
            try Venule.fail(5, "the inputs are", "compare", plan, other)
            try Venule.fail(1, "Two sides are expected", "compare", plan)
            try Venule.fail(1, "a .npy or a .npz is expected", "compare", plan, "--expected", other)
            try Venule.fail(1, "nothing.npy", "compare", plan, "\(folder)/nothing.npy")
            try Venule.fail(1, "are for models", "compare", plan, plan, "--input-shape", "1x8x8x3")
        }
    }
}
