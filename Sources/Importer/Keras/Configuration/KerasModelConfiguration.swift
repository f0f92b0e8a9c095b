/// What a `model_config` attribute declares: the layers, in the order of `layer_names`.
struct KerasModelConfiguration: Hashable, Sendable {
    /// `Model`, `Functional` or `Sequential`.
    var className: String
    /// Whether the class is Keras' own, and not one that a person has derived from it.
    var isOfKeras = true
    var name: String?
    var layers: [KerasLayerDeclaration]
    /// The results that are the model's inputs and outputs; both empty for a sequential model.
    var inputs: [KerasTensorReference] = []
    var outputs: [KerasTensorReference] = []
    /// The shape with the batch in front that a sequential model without an input layer was built for.
    var builtShape: JSONValue?
    /// Whether only the channels of that shape are known.
    var hasAssumedShape = false
    /// Whether that shape is what the user gives, and no contradiction to it a fault of the file.
    var hasGivenShape = false
}

/// One layer of a model's configuration.
struct KerasLayerDeclaration: Hashable, Sendable {
    var name: String
    var className: String
    /// The module that the class is of, where the file tells: `keras.layers`, or a person's own.
    var module: String?
    /// The name under which a person's own class is registered, where the file tells: `package>name`.
    var registeredName: String?
    /// The class in the file, where ``className`` is its name in a later generation.
    var writtenClass: String?
    /// The layer's arguments.
    var arguments: JSONValue
    /// Empty in the files that the reference code of IterNet writes, since it renames the layers after the model is built.
    var applications: [KerasApplication] = []
    /// The model, where the layer is one.
    var model: Box?
    /// Whether the name is made up: Keras before 2.2.3 wrote no name of a sequential model in a sequential model.
    var isUnnamed = false

    /// For each application of the layer, names of the layers whose results it gets, in order.
    var calls: [[String]] { applications.map { $0.references.map(\.layer) } }

    /// Whether the layer computes otherwise in training.
    var dependsOnTraining: Bool {
        model?.model.layers.contains(where: \.dependsOnTraining) ?? KerasClassNames.trainingDependent.contains(className)
    }

    /// A model inside a model.
    struct Box: Hashable, Sendable {
        private var content: [KerasModelConfiguration]
        init(_ model: KerasModelConfiguration) { content = [model] }
        var model: KerasModelConfiguration { content[0] }
    }
}

extension KerasModelConfiguration {
    /// Classes of layers that are models. Keras 1 and 2.0 to 2.3 say `Model`, later versions `Functional`.
    static let classNames: Set<String> = ["Model", "Functional", "Sequential"]
    /// Models in models in models; each level takes stack.
    private static let deepestNesting = 16
    /// Layers of one model, and applications of one layer.
    fileprivate static let mostLayers = 10_000

    /// Throws every part that is not as Keras writes it.
    init(_ json: JSONValue) throws(KerasConfigurationError) {
        try self.init(json, depth: 0)
    }

    private init(_ json: JSONValue, depth: Int) throws(KerasConfigurationError) {
        let config = json["config"]
        // Keras before 2.2.3 wrote a sequential model's configuration as the bare list of layers.
        guard let className = json["class_name"]?.string, let layers = (config?["layers"] ?? config)?.array,
            depth < Self.deepestNesting
        else {
            throw KerasConfigurationError(
                found: "\(json)",
                accepted: "an object with class_name and config.layers, at most \(Self.deepestNesting) models deep")
        }
        guard layers.count <= Self.mostLayers else {
            throw KerasConfigurationError(found: "\(layers.count) layers", accepted: "at most \(Self.mostLayers)")
        }
        self.className = className
        isOfKeras =
            Self.classNames.contains(className)
            && KerasBuiltIns.isOfKeras(module: json["module"]?.string, registeredName: json["registered_name"]?.string)
        name = config?["name"]?.string
        self.layers = []
        builtShape = config?["build_input_shape"] ?? json["build_config"]?["input_shape"]
        var problems: [ImportProblem] = []
        for (index, layer) in layers.enumerated() {
            do throws(KerasConfigurationError) {
                self.layers.append(try KerasLayerDeclaration(layer, number: index, depth: depth))
            } catch {
                problems += error.problems
            }
        }
        guard let inputs = KerasTensorReference.list(config?["input_layers"]),
            let outputs = KerasTensorReference.list(config?["output_layers"])
        else {
            throw KerasConfigurationError(
                problems: problems + [
                    ImportProblem(
                        place: name, attribute: "input_layers and output_layers", found: "something else",
                        accepted: "lists of layers' results")
                ])
        }
        (self.inputs, self.outputs) = (inputs, outputs)
        if layers.contains(where: { $0["inbound_nodes"]?.array?.first?["args"] != nil }) { countFromOne() }
        if !problems.isEmpty { throw KerasConfigurationError(problems: problems) }
    }

    /// With the names that `layer_names` has for layers without one, which are in the same order.
    func named(by names: [String]) -> KerasModelConfiguration {
        var named = self
        guard className == "Sequential", names.count == layers.count else { return named }
        for index in layers.indices where layers[index].isUnnamed { named.layers[index].name = names[index] }
        return named
    }

    /// Keras 3 counts a nested model's applications from 0 in `inbound_nodes` and, unless it is sequential, from 1 in
    /// `output_layers`. After this they count from 1 in both.
    private mutating func countFromOne() {
        let models = layers.filter { KerasModelConfiguration.classNames.contains($0.className) }
        let names = Set(models.map(\.name))
        let sequential = Set(models.filter { $0.className == "Sequential" }.map(\.name))
        for index in layers.indices {
            for number in layers[index].applications.indices { layers[index].applications[number].countFromOne(names) }
        }
        for index in outputs.indices where sequential.contains(outputs[index].layer) { outputs[index].application += 1 }
    }

    /// The model that a layer's own configuration declares.
    fileprivate static func nested(_ json: JSONValue, depth: Int) throws(KerasConfigurationError) -> KerasModelConfiguration {
        try KerasModelConfiguration(json, depth: depth + 1)
    }
}

extension KerasLayerDeclaration {
    fileprivate init(_ json: JSONValue, number: Int, depth: Int) throws(KerasConfigurationError) {
        let arguments = json["config"] ?? .null
        let className = json["class_name"]?.string
        // A sequential model of Keras 1 and of 2.0 to 2.2.2 is its bare list of layers, and has no name.
        let unnamed = className == "Sequential" && arguments.array != nil ? "sequential_\(number)" : nil
        guard let className, let name = (json["name"] ?? arguments["name"])?.string ?? unnamed else {
            throw KerasConfigurationError(
                place: "layer number \(number)", found: "\(json)", accepted: "an object with name and class_name")
        }
        self.init(
            name: name, className: className, module: json["module"]?.string, registeredName: json["registered_name"]?.string,
            arguments: arguments)
        let nodes = json["inbound_nodes"]?.array ?? []
        guard nodes.count <= KerasModelConfiguration.mostLayers else {
            throw KerasConfigurationError(
                place: name, className: className, attribute: "inbound_nodes", found: "\(nodes.count) applications",
                accepted: "at most \(KerasModelConfiguration.mostLayers)")
        }
        for node in nodes {
            guard let application = KerasApplication(node) else {
                throw KerasConfigurationError(
                    place: name, className: className, attribute: "inbound_nodes", found: "\(node)",
                    accepted: "names of layers with the numbers of their results")
            }
            applications.append(application)
        }
        isUnnamed = unnamed != nil
        if isOfKeras, KerasModelConfiguration.classNames.contains(className) {
            model = Box(try KerasModelConfiguration.nested(json, depth: depth))
        }
    }
}

struct KerasConfigurationError: Error, Hashable {
    var problems: [ImportProblem]
    /// False for what Keras may well write, but is not read.
    var isCorrupt = true
}

extension KerasConfigurationError {
    init(place: String? = nil, className: String? = nil, attribute: String? = nil, found: String, accepted: String) {
        problems = [
            ImportProblem(
                place: place, className: className, attribute: attribute ?? "model_config", found: found, accepted: accepted)
        ]
    }
}
