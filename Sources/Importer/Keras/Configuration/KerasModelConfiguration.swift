/// What a `model_config` attribute declares: the layers, in the order of `layer_names`.
struct KerasModelConfiguration: Hashable, Sendable {
    /// `Model`, `Functional` or `Sequential`.
    var className: String
    var layers: [KerasLayerDeclaration]
}

/// One layer of a model's configuration.
struct KerasLayerDeclaration: Hashable, Sendable {
    var name: String
    var className: String
    /// The layer's arguments.
    var arguments: JSONValue
    /// For each call of the layer, names of the layers whose results it gets, in order. Empty in the files that the
    /// reference code of IterNet writes, since it renames the layers after the model is built.
    var calls: [[String]]
}

extension KerasModelConfiguration {
    /// Throws every part that is not as Keras writes it.
    init(_ json: JSONValue) throws(KerasConfigurationError) {
        let config = json["config"]
        // Keras before 2.2.3 wrote a sequential model's configuration as the bare list of layers.
        guard let className = json["class_name"]?.string, let layers = (config?["layers"] ?? config)?.array else {
            throw KerasConfigurationError(problems: [
                ImportProblem(
                    attribute: "model_config", found: "\(json)", accepted: "an object with class_name and config.layers")
            ])
        }
        self.className = className
        self.layers = []
        var problems: [ImportProblem] = []
        for (index, layer) in layers.enumerated() {
            let arguments = layer["config"] ?? .null
            guard let name = (layer["name"] ?? arguments["name"])?.string, let className = layer["class_name"]?.string else {
                problems.append(
                    ImportProblem(
                        attribute: "model_config, layer number \(index)", found: "\(layer)",
                        accepted: "an object with name and class_name"))
                continue
            }
            self.layers.append(
                KerasLayerDeclaration(
                    name: name, className: className, arguments: arguments, calls: Self.calls(layer["inbound_nodes"])))
        }
        if !problems.isEmpty { throw KerasConfigurationError(problems: problems) }
    }

    /// `[[["a", 0, 0, {}], ["b", 0, 0, {}]], …]`, as Keras 2 writes it; what is written otherwise counts as not told.
    private static func calls(_ json: JSONValue?) -> [[String]] {
        (json?.array ?? []).compactMap { call in
            call.array?.compactMap { $0.array?.first?.string }
        }
    }
}

struct KerasConfigurationError: Error, Hashable {
    var problems: [ImportProblem]
}
