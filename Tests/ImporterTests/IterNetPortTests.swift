import GraphIR
import Testing

@testable import Importer

/// IterNets that were not written by the reference code but compute the same, and files that only look so.
@Suite struct IterNetPortTests {
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

    private func blueprint(_ checkpoint: KerasCheckpoint) -> Blueprint? {
        switch Architecture.iterNet.recognise(checkpoint) {
        case .accepted(let blueprint): blueprint
        case .rejected: nil
        }
    }

    /// The graph with weights that are all zero.
    private func graph(of checkpoint: KerasCheckpoint) throws -> Graph {
        let accepted = try #require(self.blueprint(checkpoint), "\(problems(of: checkpoint))")
        return try accepted.makeGraph(
            accepted.weights.map { Constant([Float](repeating: 0, count: $0.elementCount), shape: $0.shape) })
    }

    private func count(_ graph: Graph, _ matches: (GraphIR.Operation) -> Bool) -> Int {
        graph.functions.reduce(0) { $0 + $1.nodes.count { matches($0.operation) } }
    }

    /// Both lists of a full model, the order of the layers changed in each.
    private func swapped(_ checkpoint: KerasCheckpoint, _ first: String, _ second: String) throws -> KerasCheckpoint {
        var changed = checkpoint
        let indices = try [first, second].map { name in try #require(changed.layers.firstIndex { $0.name == name }) }
        changed.layers.swapAt(indices[0], indices[1])
        changed.configuration?.layers.swapAt(indices[0], indices[1])
        return changed
    }

    @Test func refusesReLUInFrontOfTheConvolution() throws {
        let changed = try swapped(full, "model2_conv2d_1", "model2_re_lu_2")
        #expect(
            problems(of: changed).map(\.description) == [
                "'model2_re_lu_2' (ReLU), class: found ReLU, accepted: no layer here",
                "layer_names: found no ReLU after 'model2_conv2d_1', accepted: one (U-Net, contracting level 1, first unit)",
            ])
        #expect(!problems(of: try swapped(weightsOnly, "model2_conv2d_4", "model2_re_lu_5")).isEmpty)
        #expect(!problems(of: try swapped(full, "model2_max_pooling2d_7", "model2_conv2d_8")).isEmpty)
    }

    @Test func refusesAConfigurationInAnotherOrder() throws {
        var changed = full
        changed.configuration?.layers.swapAt(1, 2)
        let problems = problems(of: changed)
        #expect(
            problems.map(\.description) == [
                "'model2_re_lu_2', model_config: found this layer where layer_names has 'model2_conv2d_1', "
                    + "accepted: the order of layer_names"
            ])
    }

    @Test func takesDropoutOfAnyKindOrNone() throws {
        var without = full
        without.layers.removeAll { $0.className == "Dropout" }
        without.configuration?.layers.removeAll { $0.className == "Dropout" }
        // Only the heads that keep their names still have connections.
        for index in without.layers.indices { without.layers[index].declaration?.connections = [] }
        let plain = try graph(of: without)
        #expect(count(plain) { if case .dropout = $0 { true } else { false } } == 0)
        try plain.verify()

        var other = full
        let kinds = ["SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout"]
        for index in other.layers.indices where other.layers[index].className == "Dropout" {
            other.layers[index].declaration?.className = kinds[index % kinds.count]
        }
        #expect(problems(of: other) == [])

        var noisy = weightsOnly
        noisy.layers.insert(KerasLayer(name: "gaussian_noise", weights: []), at: 1)
        #expect(problems(of: noisy) == [])
    }

    @Test func takesActivationLayersOfReLUOnly() throws {
        func changed(_ activation: JSONValue?) -> KerasCheckpoint {
            var changed = full
            for index in changed.layers.indices where changed.layers[index].className == "ReLU" {
                changed.layers[index].declaration?.className = "Activation"
                changed.layers[index].declaration?.arguments = .object(activation.map { ["activation": $0] } ?? [:])
            }
            return changed
        }
        #expect(problems(of: changed(.string("relu"))) == [])
        #expect(problems(of: changed(.string("tanh"))).count == 28)
        #expect(
            problems(of: changed(.string("tanh"))).first?.description
                == "'model2_re_lu_2' (Activation), activation: found 'tanh', accepted: 'relu'")
        #expect(problems(of: changed(nil)).first?.found == "missing, default is 'linear'")

        var named = weightsOnly
        for index in named.layers.indices where named.layers[index].className == "ReLU" {
            named.layers[index].name = "activation_\(index)"
        }
        #expect(blueprint(named)?.assumptions.contains { $0.hasPrefix("28 activations of which the file") } == true)
    }

    @Test func takesTheConvolutionsOwnReLU() throws {
        var changed = full
        for index in changed.layers.indices.dropFirst() where changed.layers[index].className == "ReLU" {
            guard case .object(var members)? = changed.layers[index - 1].declaration?.arguments else { continue }
            members["activation"] = .string("relu")
            changed.layers[index - 1].declaration?.arguments = .object(members)
        }
        changed.layers.removeAll { $0.className == "ReLU" }
        changed.configuration?.layers.removeAll { $0.className == "ReLU" }
        let relus = count(try graph(of: changed)) { $0 == .elementwise(Elementwise(.relu)) }
        #expect(relus == count(try graph(of: full)) { $0 == .elementwise(Elementwise(.relu)) })
        #expect(relus == 28)

        // One convolution that declares none.
        guard case .object(var members)? = changed.layers[1].declaration?.arguments else { return }
        members["activation"] = .string("linear")
        changed.layers[1].declaration?.arguments = .object(members)
        #expect(problems(of: changed).map(\.found) == ["no ReLU after 'model2_conv2d_1'"])

        // Weights only, where nothing is declared.
        var silent = weightsOnly
        silent.layers.removeAll { $0.className == "ReLU" }
        #expect(blueprint(silent)?.assumptions.contains { $0.hasPrefix("28 activations") } == true)
    }

    /// Connections that are there must be those of an IterNet even around layers that it does not have.
    @Test func comparesConnectionsAroundLayersThatAreNotThere() throws {
        var changed = full
        let layout = IterNetLayout(IterNetMember(baseChannels: 2, iterations: 3, inputChannels: 3))
        let names = changed.layers.map(\.name)
        for (index, layer) in layout.layers.enumerated() where index > 0 {
            let sources = layer.calls.map { $0.map { layout.layers[$0].kind == .dropout ? $0 - 1 : $0 } }
            changed.layers[index].declaration?.connections = sources.map { $0.map { names[$0] } }
        }
        changed.layers.removeAll { $0.className == "Dropout" }
        changed.configuration?.layers.removeAll { $0.className == "Dropout" }
        #expect(problems(of: changed) == [])
        changed.layers[3].declaration?.connections = [["model2_input_0"]]
        #expect(problems(of: changed).map(\.attribute) == ["inbound_nodes"])
    }

    @Test func refusesActivationsThatAPersonHasNamed() throws {
        for (name, className) in [("tanh", "tanh"), ("LeakyReLU_", "LeakyReLU"), ("lrelu", "LeakyReLU"), ("elu_", "ELU")] {
            var changed = weightsOnly
            for index in changed.layers.indices where changed.layers[index].className == "ReLU" {
                changed.layers[index].name = "\(name)\(index)"
            }
            #expect(problems(of: changed).count == 28)
            #expect(problems(of: changed).first?.found == className)
        }
        var pooled = weightsOnly
        let index = try #require(pooled.layers.firstIndex { $0.className == "MaxPooling2D" })
        pooled.layers[index].name = "avgpool_1"
        #expect(problems(of: pooled).map(\.found) == ["AveragePooling2D"])
    }

    @Test func tellsWhatAMissingArgumentMeans() throws {
        var changed = full
        let index = try #require(changed.layers.firstIndex { $0.name == "model2_conv2d_1" })
        guard case .object(var members)? = changed.layers[index].declaration?.arguments else { return }
        members["padding"] = nil
        members["filters"] = nil
        changed.layers[index].declaration?.arguments = .object(members)
        #expect(problems(of: changed).map(\.found) == ["missing", "missing, default is 'valid'"])
    }

    @Test func readsAnIterNetInsideAnotherModel() throws {
        let tensors = full.layers.flatMap(\.weights)
        let inner = JSONValue.object(["layers": .array([])])
        let outer = [
            KerasLayer(name: "input_1", weights: []),
            KerasLayer(name: "model_1", weights: tensors),
        ]
        #expect(blueprint(KerasCheckpoint(kind: .weightsOnly, layers: outer))?.weights == tensors)

        // With its configuration, whose layers are then compared.
        let declarations = full.layers.compactMap(\.declaration).map { declaration in
            JSONValue.object([
                "name": .string(declaration.name), "class_name": .string(declaration.className),
                "config": declaration.arguments,
            ])
        }
        var declared = outer
        declared[0].declaration = KerasLayerDeclaration(
            name: "input_1", className: "InputLayer", arguments: .object([:]))
        declared[1].declaration = KerasLayerDeclaration(
            name: "model_1", className: "Model", arguments: .object(["layers": .array(declarations)]))
        let accepted = try #require(blueprint(KerasCheckpoint(kind: .fullModel, layers: declared)))
        #expect(accepted.weights == tensors)
        #expect(accepted.assumptions == [])
        declared[1].declaration?.arguments = inner
        #expect(!problems(of: KerasCheckpoint(kind: .fullModel, layers: declared)).isEmpty)
    }

    @Test(arguments: ["jax", "torch", "numpy", "openvino", "cntk"])
    func takesBackendsThatStoreTheSameKernels(backend: String) {
        var changed = weightsOnly
        changed.backend = backend
        #expect(KerasConventions.problems(of: changed) == [])
    }

    /// A file as tf.keras writes it, whose configuration begins with an input that is not among its layers.
    @Test func callsAnotherModelUnsupportedAndNotDamaged() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/sequential.h5"
        try { () throws in
            let editor = try HDF5Editor(creating: path)
            let text = """
                {"class_name": "Sequential", "config": {"name": "sequential", "layers": [
                {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 8], "name": "input_1"}},
                {"class_name": "LSTM", "config": {"name": "lstm", "units": 2}}]}}
                """
            try editor.attribute("model_config", at: "/", strings: [text], length: text.utf8.count)
            try editor.group("/model_weights")
            try editor.attribute("layer_names", at: "/model_weights", strings: ["lstm"], length: 4)
            try editor.group("/model_weights/lstm")
            try editor.attribute("weight_names", at: "/model_weights/lstm", strings: ["kernel"], length: 6)
            try editor.dataset("/model_weights/lstm/kernel", shape: [8, 8], values: [Float](repeating: 0, count: 64))
        }()
        let failure = try #require(Fixture.failure(of: path))
        #expect(failure.kind == .unsupported, "\(failure)")
        #expect(failure.description.contains("lstm"))
    }
}
