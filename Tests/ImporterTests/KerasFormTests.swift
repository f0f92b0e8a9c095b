import Foundation
import Testing

@testable import Importer

/// Forms of Keras' files beside those whose predictions `KerasModelTests` compares: what is refused of them, and what is said.
@Suite struct KerasFormTests {
    private func path(_ model: String) -> String { "\(Fixture.folder)/keras/\(model)" }

    private func failure(of model: String, _ options: ImportOptions = ImportOptions()) throws -> ImportFailure {
        do {
            _ = try ModelImporter.read(path: path(model), options: options)
        } catch {
            return error
        }
        throw KerasFormError(text: "\(model) is imported")
    }
    private struct KerasFormError: Error { var text: String }

    private func checkpoint(_ model: String) throws -> KerasCheckpoint {
        try withKerasCheckpoint(path: path(model)) { checkpoint, _ throws(ImportFailure) in checkpoint }
    }

    private func problems(of checkpoint: KerasCheckpoint) -> [ImportProblem] {
        if case .rejected(let rejection) = Architecture.kerasModel.recognise(checkpoint) { rejection.problems } else { [] }
    }

    @Test func modelsOfSeveralDevicesAreNamedAsSuch() throws {
        let failure = try failure(of: "keras2.3/multi_gpu/model.h5")
        #expect(failure.kind == .unsupported)
        #expect(failure.problems.map(\.className) == ["Lambda"])
        #expect(failure.description.contains("one of 2 that multi_gpu_model makes"), "\(failure)")
        #expect(failure.description.contains("accepted: the model inside, 'unet', saved by itself"), "\(failure)")
    }

    /// Open sides are no trouble where they need not be known; where they do, that is said, and a given shape is taken.
    @Test func sidesThatHaveToBeKnown() throws {
        let failure = try failure(of: "keras2.3/reshape_given/model.h5")
        #expect(failure.kind == .unsupported)
        #expect(failure.problems.map(\.className) == ["Reshape"])
        #expect(
            failure.problems.first?.accepted == "an input whose sides are known, in the file or given (--input-shape)", "\(failure)")
        let options = ImportOptions(inputShapes: ["input_1": [1, 6, 10, 3]])
        let main = try ModelImporter.read(path: path("keras2.3/reshape_given/model.h5"), options: options).graph.main
        #expect(main.type(of: main.inputs[0]).description == "f32[n, 6, 10, 3]")
        // A shape of another rank, or of an input that is not there, changes nothing.
        for options in [ImportOptions(inputShape: [1, 6, 10]), ImportOptions(inputShapes: ["other": [1, 6, 10, 3]])] {
            #expect(try self.failure(of: "keras2.3/reshape_given/model.h5", options).problems == failure.problems)
        }
        // What can be read with open sides is.
        let open = try ModelImporter.read(path: path("keras2.3/unet_up/model.h5"), options: ImportOptions(inputShape: [1, 16, 16, 3]))
        #expect(open.graph.main.type(of: open.graph.main.inputs[0]).description == "f32[n, 4*h, 4*w, 3]")
    }

    @Test func aCallForTrainingIsRefused() throws {
        var checkpoint = try checkpoint("keras2.3/unet_up/model.h5")
        #expect(problems(of: checkpoint) == [])
        func setTraining(_ className: String, _ value: JSONValue) throws {
            let index = try #require(checkpoint.configuration?.layers.firstIndex { $0.className == className })
            checkpoint.configuration?.layers[index].applications[0].keywords["training"] = .constant(value)
        }
        try setTraining("Dropout", .bool(false))
        try setTraining("Conv2D", .bool(true))
        #expect(problems(of: checkpoint) == [])
        try setTraining("Dropout", .bool(true))
        #expect(problems(of: checkpoint).map { $0.found.contains("training=True") } == [true])
        try setTraining("Dropout", .bool(false))
        try setTraining("BatchNormalization", .bool(true))
        #expect(problems(of: checkpoint).map { $0.found.contains("training=True") } == [true])
    }

    /// RandomCrop has done three things at inference.
    @Test func croppingAtRandomDependsOnTheVersion() throws {
        let layer = KerasLayerDeclaration(
            name: "crop", className: "RandomCrop", arguments: .object(["height": .number(4), "width": .number(4)]))
        for (version, isKnown) in [
            ("2.7.0", false), ("2.8.0", true), ("2.15.0", true), ("3.0.0", true), ("3.5.0", true), ("3.6.0", false), ("3.7.0", false),
            ("3.8.0", true),
        ] {
            var dialect = KerasDialect()
            dialect.version = try #require(KerasVersion(version))
            dialect.isVersionTold = true
            var arguments = KerasArguments(layer, dialect: dialect)
            _ = KerasCenterCrop(&arguments)
            #expect(arguments.problems.isEmpty == isKnown, "\(version)")
        }
    }

    // MARK: Weights beside their architecture

    private var architecture: String { path("keras2.3/weights/architecture.json") }
    private let weights = "keras2.3/weights/model.h5"

    @Test func weightsByThemselvesAskForTheirArchitecture() throws {
        let failure = try failure(of: weights)
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("or weights with theirs (--architecture)"), "\(failure)")
    }

    /// Layers of a model that is built again have other names, and get their tensors in their order.
    @Test func pairsByOrderWhereNamesDiffer() throws {
        let one = try checkpoint("keras2.3/weights_by_order/model.h5")
        let file = try KerasArchitectureFile(path: path("keras2.3/weights_by_order/architecture.json"))
        #expect(Set(one.layers.map(\.name)).isDisjoint(with: file.configuration.layers.map(\.name)))
        let layers = try file.paired(with: one.layers, dialect: KerasDialect(), path: "w.h5")
        #expect(
            layers.filter { !$0.weights.isEmpty }.compactMap(\.declaration?.className) == [
                "Conv2D", "Model", "Conv2DTranspose", "BatchNormalization", "Conv2D",
            ])
    }

    /// The layer, what was found and what is expected; and it is the arguments' fault.
    @Test func namesWhatDoesNotFitTheArchitecture() throws {
        func failure(_ change: (String) -> String) throws -> ImportFailure {
            let folder = try TemporaryFolder()
            let text = change(try String(contentsOfFile: architecture, encoding: .utf8))
            let file = try folder.write(Array(text.utf8), as: "architecture.json")
            return try self.failure(of: weights, ImportOptions(architecture: file))
        }
        let wider = try failure { $0.replacing("\"filters\": 1,", with: "\"filters\": 2,") }
        #expect(wider.kind == .arguments)
        #expect(wider.summary.contains("the weights are not those of the architecture in "))
        #expect(wider.problems.first?.found == "a kernel 1x1x4x1")
        #expect(wider.problems.first?.accepted == "1x1x4x2")
        #expect(wider.problems.first?.className == "Conv2D")
        let other = try failure { $0.replacing("[null, 12, 10, 3]", with: "[null, 12, 10, 2]") }
        #expect(other.kind == .arguments)
        #expect(other.problems.map(\.accepted) == ["3x3x2x4"])
        let text = try failure { "\($0.dropLast(9))" }
        #expect(text.kind == .corrupt && text.path.hasSuffix("architecture.json"))
        let none = try failure { _ in "{\"layers\": []}" }
        #expect(none.kind == .arguments && none.problems.first?.accepted == "what model.to_json() returns")
        let fewer = try self.failure(of: weights, ImportOptions(architecture: path("keras2.3/weights_by_order/architecture.json") + "x"))
        #expect(fewer.kind == .unreadable)
    }

    /// A text in a text is what `json.dump(model.to_json(), file)` writes.
    @Test func readsATextInAText() throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: architecture, encoding: .utf8)
        let quoted = "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        let file = try folder.write(Array(quoted.utf8), as: "quoted.json")
        #expect(try KerasArchitectureFile(path: file).configuration == KerasArchitectureFile(path: architecture).configuration)
    }

    /// Groups that no layer of the architecture has.
    @Test func namesTensorsOfNoLayer() throws {
        let folder = try TemporaryFolder()
        let json = #"""
            {"class_name": "Sequential", "module": "keras", "config": {"name": "s", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 12, 10, 3], "name": "i"}},
            {"module": "keras.layers", "class_name": "Conv2D", "config": {"name": "c", "filters": 4, "kernel_size": [3, 3], "padding": "same"}}]}}
            """#
        let file = try folder.write(Array(json.utf8), as: "architecture.json")
        let failure = try failure(of: "keras3/weights/model.weights.h5", ImportOptions(architecture: file))
        #expect(failure.kind == .arguments)
        #expect(
            failure.problems.contains { $0.place == "/layers/conv2d_transpose" && $0.accepted?.hasPrefix("none") == true }, "\(failure)")
    }

    // MARK: IterNet

    @Test func anIterNetOfClasses() throws {
        let model = try ModelImporter.read(path: path("keras2.3/iternet_of_classes/model.h5"))
        #expect(model.summary.architecture == "IterNet")
        #expect(model.summary["classes"] == 3)
        // Weights alone do not tell whether classes exclude each other.
        var checkpoint = try checkpoint("keras2.3/iternet_of_classes/model.h5")
        checkpoint.configuration = nil
        for index in checkpoint.layers.indices { checkpoint.layers[index].declaration = nil }
        guard case .rejected(let rejection) = Architecture.iterNet.recognise(checkpoint) else {
            Issue.record("it is accepted")
            return
        }
        #expect(rejection.problems.map(\.place) == ["out11", "out12", "model2_final_\(checkpoint.layers.count - 3)"])
        #expect(rejection.problems.allSatisfy { $0.attribute == "activation" })
    }

    @Test(arguments: ["tf2.13/iternet/model.keras", "tf2.13/iternet_nested/model.weights.h5", "keras3/iternet_nested/model.weights.h5"])
    func iterNetsInOtherFiles(model: String) throws {
        let model = try ModelImporter.read(path: path(model))
        #expect(model.summary.architecture == "IterNet")
        #expect([model.summary["k"], model.summary["N"], model.summary["channels"]] == [2, 1, 3])
    }

    // MARK: Functions

    /// A function that is not read is named, and so is an argument that is not.
    @Test func functionsThatAreNotRead() throws {
        let json = #"""
            {"class_name": "Functional", "config": {"name": "m", "layers": [
            {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 6, 8, 4], "name": "i"}, "name": "i", "inbound_nodes": []},
            {"class_name": "TFOpLambda", "config": {"name": "a", "function": "image.per_image_standardization"}, "name": "a",
             "inbound_nodes": [["i", 0, 0, {}]]},
            {"class_name": "TFOpLambda", "config": {"name": "b", "function": "image.resize"}, "name": "b",
             "inbound_nodes": [["i", 0, 0, {"size": [3, 3], "antialias": true}]]},
            {"class_name": "TFOpLambda", "config": {"name": "c", "function": "math.reduce_sum"}, "name": "c",
             "inbound_nodes": [["i", 0, 0, {"axis": [1], "weights": 3}]]},
            {"class_name": "TFOpLambda", "config": {"name": "d", "function": "image.resize"}, "name": "d",
             "inbound_nodes": [["i", 0, 0, {"size": [3, 3], "method": "lanczos3"}]]},
            {"class_name": "SlicingOpLambda", "config": {"name": "e", "function": "__operators__.getitem"}, "name": "e",
             "inbound_nodes": [["i", 0, 0, {"slice_spec": [{"start": 4, "stop": 2, "step": null}, 1, 1, 1, 1]}]]}
            ], "input_layers": [["i", 0, 0]], "output_layers": [["a", 0, 0], ["b", 0, 0], ["c", 0, 0], ["d", 0, 0], ["e", 0, 0]]}}
            """#
        var checkpoint = KerasCheckpoint(kind: .fullModel, layers: [], kerasVersion: "2.13.1")
        checkpoint.configuration = try KerasModelConfiguration(JSONParser.parse(json))
        let problems = problems(of: checkpoint)
        #expect(problems.map(\.place) == ["a", "b", "c", "d", "e"])
        for (problem, text) in zip(
            problems,
            ["'image.per_image_standardization'", "antialias is true", "the argument weights", "the method 'lanczos3'", "5 parts"])
        {
            #expect(problem.found.contains(text), "\(problem)")
        }
    }
}
