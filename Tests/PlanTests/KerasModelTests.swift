import Foundation
import GraphIR
import Importer
import Optimizer
import TestSupport
import Testing

/// Keras models that are no IterNet, through import, passes, plan and runtime, against the predictions of the Keras that wrote
/// them.
@Suite struct KerasModelPlanTests {
    private func compare(_ sample: String, _ heights: [StepHeights]) throws {
        let predictions = try KerasPredictions(folder: "\(Fixtures.folder)/keras/\(sample)")
        let path = try Fixtures.path("keras/\(sample)/model.h5")
        let graph = try ModelImporter.read(path: path, options: predictions.options).graph
        let shapes = zip(graph.main.inputs, predictions.inputs).map { (graph.main[$0].name, $1.shape) }
        let bound = try optimised(try graph.binding(inputShapes: Dictionary(uniqueKeysWithValues: shapes)))
        for heights in heights {
            let compiled = try Compiler.compile(bound, options: CompileOptions(stepHeights: heights))
            let outputs = try run(compiled, predictions.inputs.map(\.values))
            #expect(outputs.count == predictions.outputs.count)
            for (output, expected) in zip(graph.main.outputs, predictions.outputs) {
                let difference = difference(try #require(outputs[output.name]), expected.values)
                #expect(difference.largest <= 1e-5, "\(output.name) at \(heights): \(difference)")
            }
        }
    }

    /// U-Nets as commonly published, with UpSampling2D and with Conv2DTranspose; every convolution; a model in a model.
    @Test(arguments: ["keras2.3/unet_up", "keras2.3/unet_transposed", "keras2.3/convolutions", "keras2.3/nested"])
    func agreesWithKerasAtEveryHeight(sample: String) throws {
        try compare(sample, [.rows(1), .wholeImage, .scaled(4)])
    }

    static let generations = ["keras1", "keras1-theano", "keras2.0", "keras2.0-theano", "keras2.3", "tf-keras", "keras3"]

    /// Every model of a generation.
    @Test(arguments: generations)
    func agreesWithKeras(generation: String) throws {
        let folder = "\(Fixtures.folder)/keras/\(generation)"
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")
            guard files.contains("predictions.txt"), files.contains("model.h5") else { continue }
            count += 1
            do {
                try compare("\(generation)/\(name)", [.rows(2)])
            } catch {
                Issue.record("\(generation)/\(name): \(error)")
            }
        }
        #expect(count >= 4)
    }

    /// Normalisation and activation are the convolutions' own.
    @Test func foldsNormalisationIntoTheConvolutions() throws {
        let graph = try ModelImporter.read(path: try Fixtures.path("keras/keras2.3/unet_transposed/model.h5")).graph
        let name = graph.main[graph.main.inputs[0]].name
        let prepared = try optimised(try graph.binding(inputShapes: [name: [1, 16, 24, 1]]))
        let counts = prepared.operationCounts.filter { $0.mnemonic != "constant" }
        #expect(counts.map(\.mnemonic).sorted() == ["convolution", "softmax", "transposed-convolution"])
    }
}
