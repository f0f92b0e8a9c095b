import GraphIR

/// Makes a graph of a model's configuration. Models that are applied several times become functions, others are inlined.
struct KerasModelEmission {
    let dialect: KerasDialect
    /// For each function, by the path of its model, of what the symbolic sides of its inputs are multiples.
    private(set) var multiples: [String: Int] = [:]
    private(set) var problems: [ImportProblem] = []
    private var functions: [Function] = []
    /// Functions of models, by the models' paths.
    private var built: [String: BuiltFunction] = [:]
    private var store = KerasWeightStore()

    private struct BuiltFunction {
        /// The function's name; nil where there were problems.
        var name: String?
        var problems: [ImportProblem]
    }

    /// Pooling halves sides; so a network with symbolic ones may need them to be multiples.
    private static let candidates = [1, 2, 4, 8, 16, 32, 64, 128, 3, 6, 12, 24, 9, 18, 27, 5, 10, 20]

    init(dialect: KerasDialect) { self.dialect = dialect }

    /// Goes through the model without its tensors' values and finds all problems.
    ///
    /// - Returns: the tensors that the graph takes.
    mutating func examine(_ network: KerasNetwork, weights: [KerasLayerWeights]) -> [KerasWeight] {
        _ = function(network, path: "", name: "main", weights: weights)
        return store.needed
    }

    /// The graph, of a model in which `examine` has found no problem.
    mutating func graph(
        _ network: KerasNetwork, weights: [KerasLayerWeights], values: [String: Constant]
    ) throws(GraphError) -> Graph {
        functions = []
        built = [:]
        store = KerasWeightStore(values: values)
        let main = function(network, path: "", name: "main", weights: weights)
        if let problem = problems.first { throw GraphError("\(problem)") }
        guard let main else { throw GraphError("there is no graph") }
        var graph = Graph(main: main, constants: store.table)
        graph.functions += functions
        return graph
    }
}

// MARK: Functions
extension KerasModelEmission {
    /// A function of the model. The first time the smallest multiple is looked for with which all types fit.
    private mutating func function(
        _ network: KerasNetwork, path: String, name: String, weights: [KerasLayerWeights]
    ) -> Function? {
        if let multiple = multiples[path] {
            return attempt(network, path: path, name: name, weights: weights, multiple: multiple)
        }
        let before = problems
        var best: (problems: [ImportProblem], multiple: Int, result: Function?)?
        for multiple in Self.candidates {
            problems = before
            let result = attempt(network, path: path, name: name, weights: weights, multiple: multiple)
            if problems.count < best?.problems.count ?? .max { best = (problems, multiple, result) }
            // Other problems than those of sides are there with every multiple.
            if problems.count == before.count || !problems.contains(where: { $0.attribute == nil }) { break }
        }
        problems = best?.problems ?? before
        multiples[path] = best?.multiple
        return best?.result
    }

    private mutating func attempt(
        _ network: KerasNetwork, path: String, name: String, weights: [KerasLayerWeights], multiple: Int
    ) -> Function? {
        var emitter = KerasEmitter(function: name, functions: functions, store: store, dialect: dialect)
        defer { store = emitter.store }
        var inputs: [KerasTensor?] = []
        for index in network.inputs {
            let declaration = network.model.layers[index]
            var arguments = KerasArguments(declaration, dialect: dialect)
            let type = KerasInput.type(&arguments, multiple: multiple)
            problems += arguments.problems
            inputs.append(type.map { KerasTensor(value: emitter.input(declaration.name, $0)) })
        }
        let outputs = emit(network, inputs: inputs, path: path, weights: weights, into: &emitter)
        var names: [String: Int] = [:]
        for (source, tensor) in zip(network.outputs, outputs) {
            guard let tensor else { return nil }
            let layer = network.model.layers[network.nodes[source.node].layer]
            let count = names[layer.name, default: 0]
            names[layer.name] = count + 1
            do throws(GraphError) {
                emitter.begin(layer: layer.name)
                emitter.output(count == 0 ? layer.name : "\(layer.name)_\(count)", try result(tensor, &emitter))
            } catch {
                report(layer, error)
            }
        }
        var function = emitter.builder.finish()
        // Without values the tensors are inputs as well.
        function.inputs = Array(function.inputs.prefix(network.inputs.count))
        return function
    }

    /// What a function gives: no input itself, and in the model's order of axes.
    private func result(_ tensor: KerasTensor, _ emitter: inout KerasEmitter) throws(GraphError) -> ValueID {
        let value = try emitter.inModelOrder(tensor)
        guard emitter.builder.finish().inputs.contains(value) else { return value }
        return try emitter.append(.identity(Identity()), [value])
    }

    private mutating func report(_ declaration: KerasLayerDeclaration, _ error: GraphError, acceptedWeights: String? = nil) {
        problems.append(
            ImportProblem(
                place: declaration.name, className: declaration.className,
                attribute: acceptedWeights == nil ? nil : KerasEmitter.weightsAttribute, found: error.message, accepted: acceptedWeights))
    }
}

// MARK: Layers
extension KerasModelEmission {
    /// Adds a model's layers. Results that depend on a layer with a problem are nil.
    private mutating func emit(
        _ network: KerasNetwork, inputs: [KerasTensor?], path: String, weights: [KerasLayerWeights],
        into emitter: inout KerasEmitter
    ) -> [KerasTensor?] {
        var results: [[KerasTensor?]] = []
        let layers = network.model.layers
        let kinds = layers.enumerated().map { index, layer in kind(of: layer, weights: weights[index].own) }
        for node in network.nodes {
            let layer = layers[node.layer]
            if layer.className == "InputLayer" {
                results.append(input(node, of: network, inputs))
            } else if let operands = operands(node.sources, of: layer, "inbound_nodes", results) {
                let weights = weights[node.layer]
                results.append(
                    apply(node, of: network, kinds[node.layer], operands, path: path, weights: weights, into: &emitter))
            } else {
                results.append([])
            }
        }
        return network.outputs.map { source in
            operands([source], of: layers[network.nodes[source.node].layer], "output_layers", results)?.first
        }
    }

    private mutating func input(
        _ node: KerasNetwork.Node, of network: KerasNetwork, _ inputs: [KerasTensor?]
    ) -> [KerasTensor?] {
        guard let position = network.inputs.firstIndex(of: node.layer), inputs.indices.contains(position) else {
            let layer = network.model.layers[node.layer]
            problems.append(
                ImportProblem(
                    place: layer.name, className: layer.className, attribute: "input_layers", found: "not this one",
                    accepted: "every InputLayer"))
            return []
        }
        return inputs[position].map { [$0] } ?? []
    }

    /// What the sources have given; nil where one of them has a problem of its own, or no such result.
    private mutating func operands(
        _ sources: [KerasNetwork.Source], of layer: KerasLayerDeclaration, _ attribute: String, _ results: [[KerasTensor?]]
    ) -> [KerasTensor]? {
        var operands: [KerasTensor] = []
        for source in sources {
            let given = results[source.node]
            if source.output < given.count {
                guard let tensor = given[source.output] else { return nil }
                operands.append(tensor)
            } else {
                guard !given.isEmpty else { return nil }
                problems.append(
                    ImportProblem(
                        place: layer.name, className: layer.className, attribute: attribute,
                        found: "result \(source.output) of a layer that has \(given.count)", accepted: "one that it has"))
                return nil
            }
        }
        return operands
    }

    /// Reads the arguments of a layer that is no model; nil where its class or an argument is not supported.
    private mutating func kind(of layer: KerasLayerDeclaration, weights: [KerasWeight]) -> (any KerasLayerKind)? {
        guard layer.model == nil, layer.className != "InputLayer" else { return nil }
        guard let type = KerasLayerKinds.kind(of: layer, in: dialect) else {
            problems.append(KerasUnsupportedLayers.problem(of: layer, in: dialect))
            return nil
        }
        var arguments = KerasArguments(layer, dialect: dialect)
        let kind = type.init(&arguments)
        arguments.checkType()
        problems += arguments.problems
        if arguments.problems.isEmpty, kind.weights.count != weights.count {
            let names = kind.weights.map(\.name).joined(separator: ", ")
            problems.append(
                ImportProblem(
                    place: layer.name, className: layer.className, attribute: KerasEmitter.weightsAttribute,
                    found: "\(weights.count) tensors\(weights.isEmpty ? "" : ": \(weights.map(\.name).joined(separator: ", "))")",
                    accepted: names.isEmpty ? "none" : names))
            return nil
        }
        return arguments.problems.isEmpty ? kind : nil
    }

    private mutating func apply(
        _ node: KerasNetwork.Node, of network: KerasNetwork, _ kind: (any KerasLayerKind)?, _ operands: [KerasTensor],
        path: String, weights: KerasLayerWeights, into emitter: inout KerasEmitter
    ) -> [KerasTensor?] {
        let layer = network.model.layers[node.layer]
        let prefix = path.isEmpty || built[path] != nil ? "" : path + "/"
        emitter.begin(layer: prefix + layer.name, weights: weights.own, application: node.application)
        do throws(GraphError) {
            // Keras 3 writes it down for every layer with that default, and at inference calls them otherwise nevertheless.
            if dialect.generation < 3, node.application.keywords["training"] == .constant(.bool(true)), layer.dependsOnTraining {
                throw GraphError("a call with training=True, so that the model computes otherwise than at inference")
            }
            if let model = layer.model?.model {
                return try apply(model, of: layer, operands, path: path, weights: weights, into: &emitter)
            }
            guard let kind else { return [] }
            return try kind.apply(operands, in: &emitter)
        } catch {
            report(layer, error, acceptedWeights: emitter.acceptedWeights)
            return []
        }
    }

    private mutating func apply(
        _ model: KerasModelConfiguration, of layer: KerasLayerDeclaration, _ operands: [KerasTensor], path: String,
        weights: KerasLayerWeights, into emitter: inout KerasEmitter
    ) throws(GraphError) -> [KerasTensor?] {
        let inner = path.isEmpty ? layer.name : "\(path)/\(layer.name)"
        let network: KerasNetwork
        do throws(KerasConfigurationError) {
            network = try KerasNetwork(model.supplied(with: operands.first.map { emitter.sides(of: $0) } ?? []))
        } catch {
            problems += error.problems.filter { !problems.contains($0) }
            return []
        }
        guard operands.count == network.inputs.count else {
            throw GraphError("\(operands.count) operands for a model of \(network.inputs.count) inputs")
        }
        guard let parts = weights.distributed(over: network.model, dialect: dialect) else {
            let unsupported = KerasUnsupportedLayers.problems(in: model, dialect)
            problems += unsupported
            if unsupported.isEmpty {
                throw GraphError("\(weights.own.count) tensors, which is not what its layers have together")
            }
            return []
        }
        if layer.applications.count == 1 {
            return emit(network, inputs: operands, path: inner, weights: parts, into: &emitter)
        }
        guard let name = sharedFunction(network, layer: layer, path: inner, weights: parts, into: &emitter) else { return [] }
        var values: [ValueID] = []
        for operand in operands { values.append(try emitter.inModelOrder(operand)) }
        return try emitter.call(name, values).map { KerasTensor(value: $0) }
    }

    /// The name of a model's function, which is made when it is called first; nil where it has problems, which are
    /// reported for each function that calls it.
    private mutating func sharedFunction(
        _ network: KerasNetwork, layer: KerasLayerDeclaration, path: String, weights: [KerasLayerWeights],
        into emitter: inout KerasEmitter
    ) -> String? {
        if let known = built[path] {
            problems += known.problems.filter { !problems.contains($0) }
            return known.name
        }
        let name = uniqueFunctionName(layer.name)
        built[path] = BuiltFunction(name: name, problems: [])
        let outer = problems
        problems = []
        store = emitter.store
        let function = function(network, path: path, name: name, weights: weights)
        emitter.store = store
        built[path] = BuiltFunction(name: problems.isEmpty && function != nil ? name : nil, problems: problems)
        problems = outer + problems
        guard let function, built[path]?.name != nil else { return nil }
        functions.append(function)
        emitter.addFunction(function)
        return name
    }

    private func uniqueFunctionName(_ name: String) -> String {
        let taken = Set(built.values.compactMap(\.name)).union(["main"])
        var unique = name
        var number = 1
        while taken.contains(unique) {
            unique = "\(name)_\(number)"
            number += 1
        }
        return unique
    }
}
