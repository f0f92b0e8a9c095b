import Foundation
import GraphIR
import Reference
import TestSupport
import Testing

@testable import Importer

/// Models of every generation of Keras, read by their configuration and held to what the library that wrote them predicted.
@Suite struct KerasModelTests {
    struct Model: Sendable, CustomTestStringConvertible {
        var generation: String
        var name: String
        var file: String
        var folder: String { "\(Fixture.folder)/keras/\(generation)/\(name)" }
        var path: String { "\(folder)/\(file)" }
        var testDescription: String { "\(generation) \(name) \(file)" }
    }

    /// Every model that comes with predictions.
    static let models: [Model] = {
        let root = "\(Fixture.folder)/keras"
        let files = FileManager.default
        var models: [Model] = []
        for generation in (try? files.contentsOfDirectory(atPath: root).sorted()) ?? [] {
            for name in (try? files.contentsOfDirectory(atPath: "\(root)/\(generation)").sorted()) ?? [] {
                let contents = (try? files.contentsOfDirectory(atPath: "\(root)/\(generation)/\(name)").sorted()) ?? []
                guard contents.contains("predictions.txt") else { continue }
                for file in contents where file.hasPrefix("model.") {
                    models.append(Model(generation: generation, name: name, file: file))
                }
            }
        }
        return models
    }()

    @Test func findsTheFixtures() {
        #expect(Set(Self.models.map(\.generation)) == ["keras1", "keras1-theano", "keras2.0", "keras2.0-theano", "keras2.3", "keras3", "tf-keras"])
        #expect(Self.models.count(where: { $0.file == "model.h5" }) == 50)
        #expect(Self.models.count(where: { $0.file == "model.keras" }) == 10)
    }

    @Test(arguments: models)
    func agreesWithKeras(model: Model) throws {
        let graph = try ModelImporter.read(path: model.path).graph
        try graph.verify()
        let predictions = try KerasPredictions(folder: model.folder)
        let main = graph.main
        #expect(main.inputs.count == predictions.inputs.count)
        #expect(main.outputs.count == predictions.outputs.count)
        let inputs = zip(main.inputs, predictions.inputs).map { (main[$0].name, Tensor($1.values, shape: $1.shape)) }
        let outputs = try Evaluator(graph).run(Dictionary(uniqueKeysWithValues: inputs))
        for (output, expected) in zip(main.outputs, predictions.outputs) {
            let actual = try #require(outputs[output.name])
            #expect(actual.shape == expected.shape, "\(output.name)")
            let difference = difference(actual.floats, expected.values)
            #expect(difference.largest <= 1e-5, "\(output.name): \(difference)")
        }
    }

    /// A model that is applied three times is one function; a convolution applied twice has one kernel.
    @Test func sharesWhatTheModelShares() throws {
        let graph = try ModelImporter.read(path: "\(Fixture.folder)/keras/keras2.3/nested/model.h5").graph
        #expect(graph.functions.map(\.name) == ["main", "block"])
        let calls = graph.main.nodes.count { if case .call = $0.operation { true } else { false } }
        #expect(calls == 3)
        let shared = graph.main.nodes.filter { $0.name == "shared" }
        #expect(shared.count == 2)
        let kernels = graph.main.nodes.filter { $0.name == "shared/kernel:0" }.map(\.operation)
        #expect(kernels.count == 2 && kernels[0] == kernels[1])
        // The open sides of the inner model are as large as its operands.
        let block = try #require(graph.function(named: "block"))
        #expect(block.type(of: block.inputs[0]).description == "f32[n, h, w, 4]")
    }

    /// Three levels need sides that divide by four.
    @Test func findsWhatTheSidesAreMultiplesOf() throws {
        let graph = try ModelImporter.read(path: "\(Fixture.folder)/keras/keras2.3/unet_up/model.h5").graph
        #expect(graph.main.type(of: graph.main.inputs[0]).description == "f32[n, 4*h, 4*w, 3]")
    }

    @Test func reportsAllThatIsNotSupportedAtOnce() throws {
        let failure = try #require(Fixture.failure(of: "\(Fixture.folder)/keras/keras2.3/unsupported/model.h5"))
        #expect(failure.kind == .unsupported)
        #expect(failure.summary == "the model has what is not imported")
        #expect(failure.problems.map(\.place) == ["twice", "line", "memory", "local"])
        #expect(failure.problems.map(\.className) == ["Lambda", "Conv1D", "LSTM", "LocallyConnected2D"])
        #expect(failure.description.contains("'line' (Conv1D), class: found Conv1D, accepted: Conv2D with a kernel of one row"))
    }
}
