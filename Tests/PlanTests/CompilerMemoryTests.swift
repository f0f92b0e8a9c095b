import Foundation
import GraphIR
import ModelFiles
import TestSupport
import Testing

/// `venule compile` takes at most 80 MB and twice the bytes of the plan and of the weights: the model is never there as often as
/// there are stages, and the plan is not in memory at all. Probes of the self-test are included.
@Suite(.serialized) struct CompilerMemoryTests {
    @Test(arguments: [[], ["--optimize", "speed"], ["--exact", "--weights", "f16"]])
    func ofTheTrainedModel(options: [String]) throws {
        let model = "\(Fixtures.packageRoot)/models/iternet_k8_n3.hdf5"
        try check(model, weightBytes: 2_065_040, ["--input-shape", "1x592x592x3"] + options)
    }

    @Test func ofTheLargestIterNet() throws {
        try withTemporaryDirectory { folder in
            let graph = try randomIterNet(channels: 32, iterations: 3)
            try ModelFile.write(graph, to: "\(folder)/k32.vir")
            try check("\(folder)/k32.vir", weightBytes: graph.parameterCount * 4, ["--input-shape", "1x592x592x3"])
        }
    }

    private func check(_ model: String, weightBytes: Int, _ options: [String]) throws {
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/x.plan"
            let result = try runProcess(try builtProduct("venule"), ["compile", model, "-o", plan] + options)
            #expect(result.status == 0, "\(result.standardError)")
            // "compiled in       1.60 s, 51.4 MiB at the peak"
            let line = try #require(result.standardOutput.split(separator: "\n").first { $0.hasPrefix("compiled in ") })
            let words = line.split(separator: " ")
            let unit = try #require(words.firstIndex(of: "MiB"))
            let peak = Int(try #require(Double(words[unit - 1])) * 1_048_576)
            let planBytes = try #require(try FileManager.default.attributesOfItem(atPath: plan)[.size] as? Int)
            #expect(
                peak <= 80_000_000 + 2 * planBytes + 2 * weightBytes, "\(peak) bytes for \(planBytes) of plan, \(weightBytes) of weights")
        }
    }
}
