import Testing

@testable import Importer

/// What a file tells besides the weights must agree with an IterNet. The files of these tests differ from a genuine
/// one in a single point.
@Suite struct IterNetDeclarationTests {
    private let full: KerasCheckpoint
    private let weightsOnly: KerasCheckpoint

    init() throws {
        full = try withKerasCheckpoint(path: Fixture.iterNet("k2_n3_full")) { checkpoint, _ throws(ImportFailure) in checkpoint }
        weightsOnly = try withKerasCheckpoint(path: Fixture.iterNet("k2_n1")) { checkpoint, _ throws(ImportFailure) in checkpoint }
    }

    private func problems(of checkpoint: KerasCheckpoint) -> [ImportProblem] {
        switch Architecture.iterNet.recognise(checkpoint) {
        case .accepted: []
        case .rejected(let rejection): rejection.problems
        }
    }

    private func assumptions(about checkpoint: KerasCheckpoint) -> [String]? {
        switch Architecture.iterNet.recognise(checkpoint) {
        case .accepted(let blueprint): blueprint.assumptions
        case .rejected: nil
        }
    }

    /// The full model with one argument of one layer changed.
    private func full(_ layer: String, _ attribute: String, _ value: JSONValue) throws -> KerasCheckpoint {
        var changed = full
        let index = try #require(changed.layers.firstIndex { $0.name == layer })
        guard case .object(var members)? = changed.layers[index].declaration?.arguments else {
            Issue.record("\(layer) has no arguments")
            return changed
        }
        members[attribute] = value
        changed.layers[index].declaration?.arguments = .object(members)
        return changed
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var layer: String
        var attribute: String
        var value: JSONValue
        var accepted: String
        var testDescription: String { "\(layer).\(attribute) = \(value)" }
    }

    @Test(arguments: [
        Change(
            layer: "model2_input_0", attribute: "batch_input_shape", value: .array([.null, .null, .null, .number(4)]),
            accepted: "[none, none, none, 3]"),
        Change(layer: "model2_conv2d_1", attribute: "padding", value: .string("valid"), accepted: "'same'"),
        Change(layer: "model2_conv2d_1", attribute: "activation", value: .string("elu"), accepted: "'linear' or none or 'relu'"),
        Change(
            layer: "model2_conv2d_1", attribute: "activation", value: .object(["class_name": .string("ReLU")]),
            accepted: "'linear' or none or 'relu'"),
        Change(layer: "model2_conv2d_74", attribute: "activation", value: .string("relu"), accepted: "'linear' or none"),
        Change(layer: "model2_conv2d_1", attribute: "filters", value: .number(3), accepted: "2"),
        Change(layer: "model2_conv2d_4", attribute: "strides", value: .array([.number(2), .number(2)]), accepted: "[1, 1]"),
        Change(layer: "model2_conv2d_4", attribute: "dilation_rate", value: .number(2), accepted: "[1, 1]"),
        Change(layer: "model2_conv2d_4", attribute: "data_format", value: .string("channels_first"), accepted: "'channels_last' or none"),
        Change(layer: "model2_conv2d_4", attribute: "groups", value: .number(2), accepted: "1"),
        Change(layer: "model2_conv2d_4", attribute: "use_bias", value: .bool(false), accepted: "true"),
        Change(layer: "model2_re_lu_2", attribute: "negative_slope", value: .number(0.1), accepted: "0"),
        Change(layer: "model2_re_lu_2", attribute: "threshold", value: .number(1), accepted: "0"),
        Change(layer: "model2_re_lu_103", attribute: "max_value", value: .number(6), accepted: "none"),
        Change(layer: "model2_max_pooling2d_7", attribute: "pool_size", value: .array([.number(3), .number(3)]), accepted: "[2, 2]"),
        Change(layer: "model2_max_pooling2d_7", attribute: "strides", value: .array([.number(1), .number(1)]), accepted: "[2, 2] or none"),
        Change(layer: "model2_conv2d_transpose_35", attribute: "strides", value: .number(1), accepted: "[2, 2]"),
        Change(layer: "model2_conv2d_transpose_35", attribute: "output_padding", value: .number(1), accepted: "none or [0, 0]"),
        Change(layer: "model2_concatenate_36", attribute: "axis", value: .number(1), accepted: "3 or -1"),
        Change(layer: "out11", attribute: "activation", value: .string("linear"), accepted: "'sigmoid'"),
        Change(layer: "model2_final_113", attribute: "activation", value: .string("softmax"), accepted: "'sigmoid'"),
    ])
    func refusesAnotherArgument(change: Change) throws {
        let problems = problems(of: try full(change.layer, change.attribute, change.value))
        #expect(problems.map(\.place) == [change.layer])
        #expect(problems.first?.attribute == change.attribute)
        #expect(problems.first?.found == "\(change.value)")
        #expect(problems.first?.accepted == change.accepted)
    }

    @Test(arguments: [
        Change(
            layer: "model2_input_0", attribute: "batch_input_shape", value: .array([.null, .number(128), .number(128), .number(3)]),
            accepted: ""),
        Change(layer: "model2_conv2d_1", attribute: "strides", value: .number(1), accepted: ""),
        Change(layer: "model2_conv2d_1", attribute: "activation", value: .null, accepted: ""),
        // The ReLU behind it changes nothing.
        Change(layer: "model2_conv2d_1", attribute: "activation", value: .string("relu"), accepted: ""),
        Change(layer: "model2_dropout_3", attribute: "rate", value: .number(0.5), accepted: ""),
        Change(layer: "model2_max_pooling2d_7", attribute: "padding", value: .string("same"), accepted: ""),
        Change(layer: "model2_concatenate_36", attribute: "axis", value: .number(-1), accepted: ""),
        Change(layer: "out11", attribute: "padding", value: .string("same"), accepted: ""),
    ])
    func acceptsWhatComputesTheSame(change: Change) throws {
        #expect(problems(of: try full(change.layer, change.attribute, change.value)) == [])
    }

    @Test func refusesAnotherClassByNameAlone() {
        var changed = weightsOnly
        for index in changed.layers.indices where changed.layers[index].name.contains("_re_lu_") {
            changed.layers[index].name = changed.layers[index].name.replacing("_re_lu_", with: "_leaky_re_lu_")
        }
        let problems = problems(of: changed)
        #expect(problems.count == 28)
        #expect(problems.first?.description.contains("'model2_leaky_re_lu_2' (LeakyReLU), class: found LeakyReLU") == true)
    }

    @Test func takesNamesForNoMoreThanTheyAre() {
        var changed = weightsOnly
        for index in changed.layers.indices { changed.layers[index].name = "layer \(index) of mine" }
        #expect(assumptions(about: changed)?.count == 2)
        #expect(assumptions(about: changed)?.first?.contains("70 layers without weights") == true)
        #expect(
            assumptions(about: changed)?.last == "the file has weights only: the layers' arguments were taken to be those of an IterNet")
        changed.layers.removeAll { $0.weights.isEmpty }
        #expect(assumptions(about: changed)?.first?.contains("ReLU after each 3x3 convolution") == true)
    }

    @Test func ignoresTheNamesOfWeights() {
        var changed = weightsOnly
        for index in changed.layers.indices {
            for weight in changed.layers[index].weights.indices { changed.layers[index].weights[weight].name = "w\(weight)" }
        }
        #expect(problems(of: changed) == [])
    }

    @Test func refusesAnAddedLayerWithoutWeights() throws {
        var changed = weightsOnly
        let index = try #require(changed.layers.firstIndex { $0.name == "model2_re_lu_2" })
        changed.layers.insert(KerasLayer(name: "up_sampling2d_1", weights: []), at: index)
        #expect(problems(of: changed).map(\.place) == ["up_sampling2d_1"])
        changed.layers.removeSubrange(index...(index + 1))
        #expect(problems(of: changed).map(\.found) == ["no ReLU after 'model2_conv2d_1'"])
    }

    @Test func namesAnActivationWithWeights() throws {
        var changed = weightsOnly
        let index = try #require(changed.layers.firstIndex { $0.name == "model2_re_lu_2" })
        changed.layers[index] = KerasLayer(
            name: "model2_p_re_lu_2",
            weights: [KerasWeight(name: "alpha", objectPath: "/alpha", shape: [1, 1, 2], elementCount: 2)])
        let problem = try #require(problems(of: changed).first)
        #expect(problem.description == "'model2_p_re_lu_2' (PReLU), weights: found 1x1x2, accepted: no layer with weights here")
    }

    /// Layers in another order have other shapes, or are another network.
    @Test func refusesAnotherOrderOfLayers() throws {
        var changed = weightsOnly
        let weighted = changed.layers.indices.filter { !changed.layers[$0].weights.isEmpty }
        changed.layers.swapAt(weighted[2], weighted[3])
        #expect(!problems(of: changed).isEmpty)
    }

    /// A model whose layers have not been renamed still has its connections; they must be those of an IterNet.
    @Test func comparesConnectionsWhereTheFileHasThem() throws {
        var connected = full
        let layout = IterNetLayout(IterNetMember(baseChannels: 2, iterations: 3, inputChannels: 3))
        let names = connected.layers.map(\.name)
        for (index, layer) in layout.layers.enumerated() where index > 0 {
            connected.layers[index].declaration?.connections = layer.calls.map { $0.map { names[$0] } }
        }
        #expect(problems(of: connected) == [])

        var swapped = connected
        swapped.layers[36].declaration?.connections[0].reverse()
        #expect(problems(of: swapped).map(\.place) == ["model2_concatenate_36"])
        #expect(problems(of: swapped).first?.attribute == "inbound_nodes")

        var fewer = connected
        fewer.layers[67].declaration?.applications.removeLast()
        #expect(problems(of: fewer).map(\.place) == ["model2_conv2d_67"])
    }

    @Test func refusesOtherConventions() {
        var changed = weightsOnly
        changed.backend = "theano"
        changed.kerasVersion = "1.2.2"
        #expect(
            KerasConventions.problems(of: changed).map(\.description) == [
                "backend: found 'theano', accepted: 'tensorflow', 'jax' or 'torch'", "keras_version: found '1.2.2', accepted: 2.0 or newer",
            ])
        #expect(KerasConventions.problems(of: weightsOnly) == [])
    }
}

@Suite struct KerasNamesTests {
    @Test(arguments: [
        ("model2_re_lu_2", "ReLU"), ("re_lu_1", "ReLU"), ("re_lu", "ReLU"), ("model2_leaky_re_lu_17", "LeakyReLU"),
        ("model2_conv2d_transpose_35", "Conv2DTranspose"), ("conv2d_3", "Conv2D"), ("conv2d", "Conv2D"),
        ("input_1", "InputLayer"), ("model2_input_0", "InputLayer"), ("input_layer", "InputLayer"), ("input_layer_2", "InputLayer"),
        ("LeakyReLU_4", "LeakyReLU"), ("maxpool2", "MaxPooling2D"), ("drop5", "Dropout"), ("tanh_3", "tanh"),
    ])
    func tellsTheClass(name: String, className: String) {
        #expect(KerasClassNames.guess(fromLayerName: name) == className)
    }

    @Test(arguments: ["out11", "final_out", "model2_final_113", "", "_", "model_", "my_relu", "modelx_re_lu_1"])
    func tellsNothingOfOtherNames(name: String) {
        #expect(KerasClassNames.guess(fromLayerName: name) == nil)
    }
}

@Suite struct KerasModelConfigurationTests {
    @Test func readsLayersAndCalls() throws {
        let text = """
            {"class_name": "Model", "config": {"name": "m", "layers": [
              {"name": "a", "class_name": "InputLayer", "config": {"batch_input_shape": [null, 4]}, "inbound_nodes": []},
              {"name": "b", "class_name": "Add", "config": {}, "inbound_nodes": [[["a", 0, 0, {}], ["a", 0, 0, {}]]]}]}}
            """
        let configuration = try KerasModelConfiguration(JSONParser.parse(text))
        #expect(configuration.className == "Model")
        #expect(configuration.layers.map(\.name) == ["a", "b"])
        #expect(configuration.layers.map(\.calls) == [[], [["a", "a"]]])
    }

    @Test func readsTheBareListOfAnOldSequentialModel() throws {
        let text = #"{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"name": "dense_1"}}]}"#
        #expect(try KerasModelConfiguration(JSONParser.parse(text)).layers.map(\.name) == ["dense_1"])
    }

    @Test(arguments: ["[]", "{}", #"{"class_name": "Model"}"#, #"{"class_name": "Model", "config": {"layers": [1, {"name": "x"}]}}"#])
    func refusesAnythingElse(text: String) throws {
        let json = try JSONParser.parse(text)
        #expect(throws: KerasConfigurationError.self) { try KerasModelConfiguration(json) }
    }
}
