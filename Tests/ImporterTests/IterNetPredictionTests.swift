import Files
import GraphIR
import Reference
import TestSupport
import Testing

@testable import Importer

/// Imported graphs, evaluated by the definition of their operations, against what Keras 2.3.1 predicted.
@Suite struct IterNetPredictionTests {
    struct Model: Sendable, CustomTestStringConvertible {
        var name: String
        /// The folder of the predictions, which models with equal weights share.
        var predictions: String
        var channels = 3
        /// `HxW`. 48 and 80 are odd multiples of 16.
        var size = "48x80"
        var testDescription: String { "\(name) at \(size)" }

        init(_ name: String, predictions: String? = nil, channels: Int = 3, size: String = "48x80") {
            self.name = name
            self.predictions = predictions ?? name
            self.channels = channels
            self.size = size
        }
    }

    /// Keras is about 1e-7 from float64, and so is the evaluation.
    private static let tolerance: Float = 2e-6

    @Test(arguments: [
        Model("k2_n1"), Model("k2_n2"), Model("k4_n3"), Model("k4_n3", size: "64x64"), Model("k2_n4"),
        Model("k2_n3_full"), Model("k1_n3_full_adam"), Model("k5_n2_gray", channels: 1),
        Model("k1_n1_gzip", predictions: "k1_n1"),
    ])
    func agreesWithKeras(model: Model) throws {
        let graph = try ModelImporter.read(path: Fixture.iterNet(model.name)).graph
        let input = try NPYArray(contentsOf: "\(Fixture.folder)/iternet/input/\(model.size)x\(model.channels).npy")
        let outputs = try Evaluator(graph).run(["model2_input_0": Tensor(input.floats, shape: input.shape)])
        for name in graph.main.outputs.map(\.name) {
            let expected = try NPYArray(
                contentsOf: "\(Fixture.folder)/iternet/\(model.predictions)/\(model.size)/\(name).npy")
            let actual = try #require(outputs[name])
            #expect(actual.shape == expected.shape)
            let difference = difference(actual.floats, expected.floats)
            #expect(difference.largest <= Self.tolerance, "\(name): \(difference)")
        }
    }

    /// The trained model that comes with the project, on a piece of its sample photograph. Its heads scale their
    /// features up, and with them the rounding of either evaluation.
    @Test func agreesWithKerasOnTheTrainedModel() throws {
        let graph = try ModelImporter.read(path: "\(Fixtures.packageRoot)/models/iternet_k8_n3.hdf5").graph
        let folder = "\(Fixture.folder)/trained_k8_n3"
        let input = try NPYArray(contentsOf: "\(folder)/input.npy")
        let name = try #require(graph.main.inputs.first.map { graph.main[$0].name })
        let outputs = try Evaluator(graph).run([name: Tensor(input.floats, shape: input.shape)])
        for name in graph.main.outputs.map(\.name) {
            let expected = try NPYArray(contentsOf: "\(folder)/\(name).npy")
            let difference = difference(try #require(outputs[name]).floats, expected.floats)
            #expect(difference.largest <= 1e-5, "\(name): \(difference)")
        }
    }
}
