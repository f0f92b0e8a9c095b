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
        #expect(
            Set(Self.models.map(\.generation)) == [
                "keras1", "keras1-theano", "keras2.0", "keras2.0-theano", "keras2.3", "keras3", "tf-keras", "tf1.13", "tf2.12", "tf2.13",
            ])
        #expect(Self.models.count(where: { $0.file == "model.h5" }) == 73)
        #expect(Self.models.count(where: { $0.file == "model.keras" }) == 16)
        #expect(Self.models.count(where: { $0.file == "model.weights.h5" }) == 5)
    }

    @Test(arguments: models)
    func agreesWithKeras(model: Model) throws {
        let predictions = try KerasPredictions(folder: model.folder)
        let graph = try ModelImporter.read(path: model.path, options: predictions.options).graph
        try graph.verify()
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

    /// As far as the first kernel tells it, or as it is given; else it is asked for.
    @Test func shapesThatAFileDoesNotTell() throws {
        func input(_ name: String, _ options: ImportOptions = ImportOptions()) throws -> String {
            let main = try ModelImporter.read(path: "\(Fixture.folder)/keras/keras2.3/\(name)/model.h5", options: options).graph.main
            return "\(main[main.inputs[0]].name) \(main.type(of: main.inputs[0]))"
        }
        #expect(try input("input_layer") == "conv2d_1_input f32[n, h, w, 2]")
        #expect(try input("input_layer", ImportOptions(inputShape: [1, 12, 10, 2])) == "conv2d_1_input f32[n, 12, 10, 2]")
        #expect(
            try input("input_layer_flat", ImportOptions(inputShapes: ["zero_padding2d_1_input": [1, 12, 10, 2]]))
                == "zero_padding2d_1_input f32[n, 12, 10, 2]")
        #expect(try input("input_layer_nested") == "first f32[n, 12, 10, 3]")
        // A file that tells its shape is not told another.
        #expect(try input("classifier", ImportOptions(inputShape: [1, 7, 7, 2])) == input("classifier"))
        let failure = try #require(Fixture.failure(of: "\(Fixture.folder)/keras/keras2.3/input_layer_flat/model.h5"))
        #expect(failure.kind == .unsupported)
        #expect(
            failure.description.contains(
                "'zero_padding2d_1' (ZeroPadding2D), batch_input_shape: found missing, accepted: the shape of the model's input"),
            "\(failure)")
    }

    /// Open sides do not become the operands of a dense layer: then the shape that is missing is told, too.
    @Test func anAssumedShapeIsToldWhereItIsNotEnough() throws {
        let path = "\(Fixture.folder)/keras/keras2.3/classifier/model.h5"
        try withKerasCheckpoint(path: path) { checkpoint, read throws(ImportFailure) in
            var checkpoint = checkpoint
            guard case .object(var arguments)? = checkpoint.configuration?.layers[0].arguments else { return }
            arguments["batch_input_shape"] = nil
            checkpoint.configuration?.layers[0].arguments = .object(arguments)
            do throws(ImportFailure) {
                _ = try importKeras(checkpoint.supplied(with: ImportOptions()), reading: read, path: path, sha256: "")
                Issue.record("the model was imported")
            } catch {
                #expect(error.problems.first?.attribute == "batch_input_shape")
                #expect(error.description.contains("found missing, open sides are assumed, accepted: the shape"), "\(error)")
            }
            let options = ImportOptions(inputShape: [1, 12, 10, 2])
            let model = try importKeras(checkpoint.supplied(with: options), reading: read, path: path, sha256: "")
            #expect(model.graph.main.type(of: model.graph.main.inputs[0]).description == "f32[n, 12, 10, 2]")
        }
    }

    @Test func reportsAllThatIsNotSupportedAtOnce() throws {
        let failure = try #require(Fixture.failure(of: "\(Fixture.folder)/keras/keras2.3/unsupported/model.h5"))
        #expect(failure.kind == .unsupported)
        #expect(failure.summary == "the model has what is not imported")
        #expect(failure.problems.map(\.place) == ["twice", "memory", "local"])
        #expect(failure.problems.map(\.className) == ["Lambda", "LSTM", "LocallyConnected2D"])
        #expect(failure.description.contains("'local' (LocallyConnected2D), class: found LocallyConnected2D, accepted: Conv2D"))
    }
}
