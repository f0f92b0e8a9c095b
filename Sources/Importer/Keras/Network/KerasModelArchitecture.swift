import GraphIR

extension Architecture {
    /// Any model whose configuration has its connections.
    static let kerasModel = Architecture(name: "Keras model", conventions: KerasDialect.problems(of:)) { checkpoint in
        guard let model = checkpoint.configuration, KerasNetwork.isConnected(model) else {
            return .rejected(KerasModelRecognition.unconnected(checkpoint))
        }
        return KerasModelRecognition(checkpoint, model).result
    }
}

private struct KerasModelRecognition {
    private let checkpoint: KerasCheckpoint
    private let model: KerasModelConfiguration
    private let dialect: KerasDialect

    init(_ checkpoint: KerasCheckpoint, _ model: KerasModelConfiguration) {
        self.checkpoint = checkpoint
        dialect = KerasDialect(checkpoint)
        self.model = dialect.generation == 1 ? KerasFirstGeneration.modernised(model) : model
    }

    /// A model that was gone through without its tensors' values.
    private struct Examined {
        var network: KerasNetwork
        var weights: [KerasLayerWeights]
        var emission: KerasModelEmission
        /// The tensors that the graph takes.
        var needed: [KerasWeight]
        var problems: [ImportProblem] { emission.problems }
        /// Tensors that are not those of the layers: nothing else is known to be wrong.
        var isCorrupt: Bool {
            problems.allSatisfy { $0.attribute == KerasEmitter.weightsAttribute } && !network.model.hasGivenShape
        }
        /// What depends on shapes has no attribute.
        var mayBeAboutShapes: Bool { problems.contains { $0.attribute == nil } }
    }

    var result: Recognition {
        if let problem = KerasMultipleDevices.problem(of: model) { return .rejected(rejection([problem], isCorrupt: false)) }
        var examined: Examined
        do throws(KerasConfigurationError) {
            examined = try examine(model)
            if examined.mayBeAboutShapes, let given = checkpoint.givenShapes, let closed = model.closed(by: given) {
                examined = try examine(closed)
            }
        } catch {
            return .rejected(rejection(error.problems, isCorrupt: error.isCorrupt))
        }
        guard examined.problems.isEmpty else {
            let missing = model.hasAssumedShape && !examined.isCorrupt ? [model.missingShape] : []
            return .rejected(rejection(missing + advised(examined), isCorrupt: examined.isCorrupt))
        }
        return .accepted(blueprint(examined))
    }

    private func examine(_ model: KerasModelConfiguration) throws(KerasConfigurationError) -> Examined {
        let network = try KerasNetwork(model)
        let byName = KerasLayerWeights.byName(checkpoint.layers)
        let weights = network.model.layers.map { byName[$0.name] ?? KerasLayerWeights() }
        var emission = KerasModelEmission(dialect: dialect)
        let needed = emission.examine(network, weights: weights)
        return Examined(network: network, weights: weights, emission: emission, needed: needed)
    }

    /// The problems, where they would not be there with known sides with that advice.
    private func advised(_ examined: Examined) -> [ImportProblem] {
        // A side that divides by what poolings and strides usually ask for.
        guard examined.mayBeAboutShapes, let closed = model.closed(by: 192), let trial = try? examine(closed) else {
            return examined.problems
        }
        return examined.problems.map { problem in
            guard problem.attribute == nil, problem.accepted == nil, !trial.problems.contains(where: { $0.place == problem.place }) else {
                return problem
            }
            var advised = problem
            advised.accepted = "an input whose sides are known, in the file or given (--input-shape)"
            return advised
        }
    }

    private func blueprint(_ examined: Examined) -> Blueprint {
        let (network, weights, needed) = (examined.network, examined.weights, examined.needed)
        let emission = examined.emission
        return Blueprint(
            architecture: "Keras model\(model.name.map { " '\($0)'" } ?? "")",
            parameters: [.init(name: "layers", value: network.model.layers.count)],
            assumptions: assumptions, weights: needed,
            makeGraph: { constants throws(GraphError) in
                var emission = emission
                let values = Dictionary(zip(needed.map(\.objectPath), constants), uniquingKeysWith: { first, _ in first })
                return try emission.graph(network, weights: weights, values: values)
            })
    }

    private var assumptions: [String] {
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

    private func rejection(_ problems: [ImportProblem], isCorrupt: Bool) -> Rejection {
        Rejection(
            family: "Keras model", likeness: 1, recognised: "\(model.className), \(model.layers.count) layers",
            summary: isCorrupt ? "the model's description and its tensors do not agree" : "the model has what is not imported",
            isCorrupt: isCorrupt, problems: problems)
    }

    static func unconnected(_ checkpoint: KerasCheckpoint) -> Rejection {
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
