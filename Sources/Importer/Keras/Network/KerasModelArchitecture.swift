import GraphIR

extension Architecture {
    /// Any model whose configuration has its connections.
    static let kerasModel = Architecture(name: "Keras model", conventions: KerasDialect.problems(of:)) { checkpoint in
        guard var model = checkpoint.configuration, KerasNetwork.isConnected(model) else {
            return .rejected(unconnected(checkpoint))
        }
        let dialect = KerasDialect(checkpoint)
        if dialect.generation == 1 { model = KerasFirstGeneration.modernised(model) }
        let network: KerasNetwork
        do throws(KerasConfigurationError) {
            network = try KerasNetwork(model)
        } catch {
            return .rejected(rejection(model, error.problems, isCorrupt: error.isCorrupt))
        }
        let weights = KerasLayerWeights.byName(checkpoint.layers)
        let byLayer = network.model.layers.map { weights[$0.name] ?? KerasLayerWeights() }
        var emission = KerasModelEmission(dialect: dialect)
        let needed = emission.examine(network, weights: byLayer)
        guard emission.problems.isEmpty else {
            // Tensors that are not those of the layers: nothing else is known to be wrong.
            let isCorrupt = emission.problems.allSatisfy { $0.attribute == KerasEmitter.weightsAttribute }
            let missing = model.hasAssumedShape && !isCorrupt ? [model.missingShape] : []
            return .rejected(rejection(model, missing + emission.problems, isCorrupt: isCorrupt))
        }
        return .accepted(
            Blueprint(
                architecture: "Keras model\(model.name.map { " '\($0)'" } ?? "")",
                parameters: [.init(name: "layers", value: network.model.layers.count)],
                assumptions: assumptions(checkpoint, dialect), weights: needed,
                makeGraph: { [emission] constants throws(GraphError) in
                    var emission = emission
                    let values = Dictionary(zip(needed.map(\.objectPath), constants), uniquingKeysWith: { first, _ in first })
                    return try emission.graph(network, weights: byLayer, values: values)
                }))
    }

    private static func assumptions(_ checkpoint: KerasCheckpoint, _ dialect: KerasDialect) -> [String] {
        var assumptions: [String] = []
        if dialect.generation == 1, checkpoint.backend == nil {
            let backend = dialect.isTheano ? "Theano" : "TensorFlow"
            assumptions.append("the file does not tell its backend: by the names of its tensors it was taken for \(backend)")
        }
        if let model = checkpoint.configuration, !model.isOfKeras {
            assumptions.append(
                "the model is of a class of somebody's own, \(model.className): that it computes what its layers and connections say")
        }
        return assumptions
    }

    private static func rejection(
        _ model: KerasModelConfiguration, _ problems: [ImportProblem], isCorrupt: Bool
    ) -> Rejection {
        Rejection(
            family: "Keras model", likeness: 1, recognised: "\(model.className), \(model.layers.count) layers",
            summary: isCorrupt ? "the model's description and its tensors do not agree" : "the model has what is not imported",
            isCorrupt: isCorrupt, problems: problems)
    }

    private static func unconnected(_ checkpoint: KerasCheckpoint) -> Rejection {
        let isDeclared = checkpoint.configuration != nil
        return Rejection(
            family: "Keras model", likeness: -1, recognised: "",
            summary: "the file does not tell how its layers are connected",
            problems: [
                ImportProblem(
                    attribute: "model_config", found: isDeclared ? "layers without inbound_nodes" : "none",
                    accepted: "a full model (model.save)")
            ])
    }
}
