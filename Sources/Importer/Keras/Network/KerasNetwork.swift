/// The layers of a model with their applications, in an order in which each application comes after those whose results it
/// uses.
struct KerasNetwork: Sendable {
    /// A result of an application.
    struct Source: Hashable, Sendable {
        var node: Int
        var output: Int
    }

    /// One application of a layer.
    struct Node: Sendable {
        /// The layer's place in the configuration.
        var layer: Int
        /// Which of the layer's applications it is, from 0.
        var number: Int
        var application: KerasApplication
        /// For each reference of the application what it refers to.
        var sources: [Source]
    }

    let model: KerasModelConfiguration
    /// In an order in which they can be computed.
    private(set) var nodes: [Node] = []
    /// Places of the input layers in the configuration.
    private(set) var inputs: [Int] = []
    private(set) var outputs: [Source] = []
}

extension KerasNetwork {
    /// - Throws: every connection that leads nowhere or in circles, as problems.
    init(_ model: KerasModelConfiguration) throws(KerasConfigurationError) {
        var model = model
        if model.outputs.isEmpty, model.className == "Sequential" { model = try model.chained() }
        self.model = model
        var resolver = KerasConnectionResolver(model)
        resolver.resolve()
        guard resolver.problems.isEmpty else { throw KerasConfigurationError(problems: resolver.problems) }
        nodes = resolver.nodes
        inputs = resolver.inputs
        outputs = resolver.outputs
    }

    /// Whether the configuration has connections at all. The reference code of IterNet loses them by renaming layers.
    static func isConnected(_ model: KerasModelConfiguration) -> Bool {
        if model.className == "Sequential" { return true }
        guard !model.outputs.isEmpty, !model.inputs.isEmpty else { return false }
        return model.layers.allSatisfy { $0.className == "InputLayer" || !$0.applications.isEmpty }
    }
}

extension KerasModelConfiguration {
    /// A sequential model as one with connections: each layer is applied to the one before it.
    fileprivate func chained() throws(KerasConfigurationError) -> KerasModelConfiguration {
        var chained = self
        if layers.first?.className != "InputLayer" {
            guard let shape = inputShape else {
                throw KerasConfigurationError(problems: [missingShape], isCorrupt: false)
            }
            var names = Set(layers.map(\.name))
            var name = "\(layers.first?.name ?? "model")_input"
            while !names.insert(name).inserted { name += "_" }
            chained.layers.insert(
                KerasLayerDeclaration(name: name, className: "InputLayer", arguments: .object(["batch_input_shape": shape])),
                at: 0)
        }
        for index in chained.layers.indices {
            // A model's applications are counted from 1, a layer's from 0.
            func reference(_ layer: KerasLayerDeclaration) -> KerasTensorReference {
                KerasTensorReference(layer: layer.name, application: layer.model == nil ? 0 : 1, output: 0)
            }
            if index > 0 {
                chained.layers[index].applications = [KerasApplication(operands: [.tensor(reference(chained.layers[index - 1]))])]
            }
            if index == 0 { chained.inputs = [reference(chained.layers[0])] }
            if index == chained.layers.count - 1 { chained.outputs = [reference(chained.layers[index])] }
        }
        return chained
    }

    /// The shape with the batch in front of a sequential model's input, without a layer for it; nil where nothing tells it.
    var inputShape: JSONValue? { layers.first.flatMap(Self.declaredShape) ?? (builtShape == .null ? nil : builtShape) }

    /// The shape with the batch in front that the first layer of a sequential model declares, or its own first layer.
    private static func declaredShape(_ layer: KerasLayerDeclaration) -> JSONValue? {
        if let shape = layer.arguments["batch_input_shape"] ?? layer.arguments["batch_shape"], shape.array != nil { return shape }
        if let model = layer.model?.model {
            return model.layers.first.flatMap(declaredShape) ?? model.builtShape
        }
        // Keras 1: a dense layer's number of inputs.
        if let count = layer.arguments["input_dim"], count.integer != nil { return .array([.null, count]) }
        return nil
    }
}

/// Finds out what each reference in a configuration means, and an order in which the applications can be computed.
private struct KerasConnectionResolver {
    private let model: KerasModelConfiguration
    private var layerByName: [String: Int] = [:]
    /// The number of a layer's first application in references.
    private var base: [Int: Int] = [:]
    /// For each layer the ids of its applications, in their order in the file.
    private var nodeIDs: [[Int]] = []
    private var unordered: [KerasNetwork.Node] = []
    var problems: [ImportProblem] = []
    var nodes: [KerasNetwork.Node] = []
    var inputs: [Int] = []
    var outputs: [KerasNetwork.Source] = []

    init(_ model: KerasModelConfiguration) { self.model = model }

    mutating func resolve() {
        for (index, layer) in model.layers.enumerated() {
            if layerByName.updateValue(index, forKey: layer.name) != nil {
                report(index, "name", found: "a second layer '\(layer.name)'", accepted: "different names")
            }
        }
        findBases()
        addNodes()
        guard problems.isEmpty else { return }
        for id in unordered.indices {
            let layer = unordered[id].layer
            unordered[id].sources = unordered[id].application.references.compactMap { source($0, of: layer, "inbound_nodes") }
        }
        for reference in model.inputs {
            guard let source = source(reference, of: nil, "input_layers") else { continue }
            let layer = unordered[source.node].layer
            inputs.append(layer)
            if model.layers[layer].className != "InputLayer" {
                report(layer, "input_layers", found: "a layer that is no InputLayer", accepted: "an InputLayer")
            }
        }
        outputs = model.outputs.compactMap { source($0, of: nil, "output_layers") }
        if model.outputs.isEmpty { report(nil, "output_layers", found: "none", accepted: "at least one") }
        guard problems.isEmpty else { return }
        order()
    }

    private mutating func report(_ layer: Int?, _ attribute: String, found: String, accepted: String) {
        let declaration = layer.map { model.layers[$0] }
        problems.append(
            ImportProblem(
                place: declaration?.name ?? model.name, className: declaration?.className ?? model.className,
                attribute: attribute, found: found, accepted: accepted))
    }

    /// Keras 2 and 3 count a nested model's applications from 1, and some versions a sequential one's from 0. Every
    /// application has a reader, so that the smallest number in use tells which.
    private mutating func findBases() {
        var smallest: [String: Int] = [:]
        let references = model.layers.flatMap { $0.applications.flatMap(\.references) } + model.outputs
        for reference in references {
            smallest[reference.layer] = min(reference.application, smallest[reference.layer] ?? .max)
        }
        for (index, layer) in model.layers.enumerated() where layer.model != nil {
            base[index] = min(smallest[layer.name] ?? 1, 1)
        }
    }

    private mutating func addNodes() {
        for (index, layer) in model.layers.enumerated() {
            var applications = layer.applications
            if layer.className == "InputLayer", applications.isEmpty { applications = [KerasApplication(operands: [])] }
            nodeIDs.append([])
            for (number, application) in applications.enumerated() {
                nodeIDs[index].append(unordered.count)
                unordered.append(KerasNetwork.Node(layer: index, number: number, application: application, sources: []))
            }
            if applications.isEmpty {
                report(index, "inbound_nodes", found: "none", accepted: "at least one")
            }
        }
    }

    private mutating func source(
        _ reference: KerasTensorReference, of layer: Int?, _ attribute: String
    ) -> KerasNetwork.Source? {
        guard let index = layerByName[reference.layer] else {
            report(
                layer, attribute, found: "layer '\(reference.layer)', which is not there", accepted: "one of the model's layers")
            return nil
        }
        let number = reference.application.subtractingReportingOverflow(base[index] ?? 0).partialValue
        guard nodeIDs[index].indices.contains(number) else {
            report(
                layer, attribute, found: "application \(reference.application) of '\(reference.layer)'",
                accepted: "one of its \(nodeIDs[index].count)")
            return nil
        }
        return KerasNetwork.Source(node: nodeIDs[index][number], output: reference.output)
    }

    /// Takes the applications whose operands are there, in the order of the file, until none is left. (Kahn 1962)
    private mutating func order() {
        var waiting = unordered.map(\.sources.count)
        var readers: [[Int]] = Array(repeating: [], count: unordered.count)
        for (id, node) in unordered.enumerated() {
            for source in node.sources { readers[source.node].append(id) }
        }
        var ready = unordered.indices.filter { waiting[$0] == 0 }
        var place: [Int?] = Array(repeating: nil, count: unordered.count)
        var next = 0
        while next < ready.count {
            let id = ready[next]
            next += 1
            place[id] = nodes.count
            nodes.append(unordered[id])
            for reader in readers[id] {
                waiting[reader] -= 1
                if waiting[reader] == 0 { ready.append(reader) }
            }
        }
        if let stuck = place.firstIndex(of: nil) {
            report(
                unordered[stuck].layer, "inbound_nodes", found: "connections that lead in a circle", accepted: "an acyclic graph")
            return
        }
        for index in nodes.indices {
            nodes[index].sources = nodes[index].sources.map { .init(node: place[$0.node] ?? 0, output: $0.output) }
        }
        outputs = outputs.map { .init(node: place[$0.node] ?? 0, output: $0.output) }
    }
}
