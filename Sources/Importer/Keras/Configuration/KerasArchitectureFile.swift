/// A model's architecture in a file of its own, as `to_json` writes it, beside which the weights lie in another file.
struct KerasArchitectureFile: Hashable, Sendable {
    let path: String
    private(set) var configuration: KerasModelConfiguration
    let kerasVersion: String?
    let backend: String?

    /// - Throws: what is wrong, under this file's path.
    init(path: String, limits: HDF5Limits = HDF5Limits()) throws(ImportFailure) {
        self.path = path
        let file = try InputFile(path: path)
        guard file.byteCount <= limits.attributeBytes else {
            throw ImportFailure(
                .unsupported, path: path, summary: "the architecture is too large",
                problems: [ImportProblem(found: "\(file.byteCount) bytes", accepted: "at most \(limits.attributeBytes)")])
        }
        let text = String(decoding: try file.bytes(at: 0, count: file.byteCount), as: UTF8.self)
        let reader = KerasOutlineReader(path: path)
        var json = try reader.json(text, attribute: "the architecture")
        // Who saves the text by json.dump has a text in a text.
        if let inner = json.string { json = try reader.json(inner, attribute: "the architecture") }
        guard json["class_name"]?.string != nil, json["config"] != nil else {
            throw ImportFailure(
                .arguments, path: path, summary: "no architecture of a Keras model",
                problems: [ImportProblem(found: "\(json)", accepted: "what model.to_json() returns")])
        }
        configuration = try reader.configuration(json)
        kerasVersion = json["keras_version"]?.string
        backend = json["backend"]?.string
    }
}

extension KerasArchitectureFile {
    /// With the names that the weights have for layers without one.
    func named(by names: [String]) -> KerasArchitectureFile {
        var named = self
        named.configuration = configuration.named(by: names)
        return named
    }

    /// Gives each layer of the architecture its tensors of a file of `save_weights`, as `load_weights` does it: by the layers' names
    /// if the architecture has all of them, else the layers with tensors in their order.
    ///
    /// - Throws: where they are not as many.
    func paired(with stored: [KerasLayer], dialect: KerasDialect, path weights: String) throws(ImportFailure) -> [KerasLayer] {
        let weighted = stored.filter { !$0.weights.isEmpty }
        let names = Set(configuration.layers.map(\.name))
        if weighted.allSatisfy({ names.contains($0.name) }) {
            let byName = Dictionary(weighted.map { ($0.name, $0.weights) }, uniquingKeysWith: { first, _ in first })
            return configuration.layers.map {
                KerasLayer(name: $0.name, weights: byName[$0.name] ?? [], declaration: $0)
            }
        }
        let modern = dialect.generation == 1 ? KerasFirstGeneration.modernised(configuration) : configuration
        let taking = modern.layers.indices.filter { KerasNestedWeights.takesTensors(modern.layers[$0], dialect: dialect) }
        guard taking.count == weighted.count else {
            throw mismatch(weights, [difference(weighted, taking.map { configuration.layers[$0] })])
        }
        var layers = configuration.layers.map { KerasLayer(name: $0.name, weights: [], declaration: $0) }
        for (index, layer) in zip(taking, weighted) { layers[index].weights = layer.weights }
        return layers
    }

    /// The first layer at which a list of layers with tensors and the architecture part, by the layers' classes.
    private func difference(_ weighted: [KerasLayer], _ taking: [KerasLayerDeclaration]) -> ImportProblem {
        let position =
            zip(weighted, taking).enumerated().first { _, pair in
                pair.0.className.map { $0 != pair.1.className } ?? false
            }?.offset ?? min(weighted.count, taking.count)
        let found = weighted.indices.contains(position) ? weighted[position] : nil
        let shapes = found?.weights.map { shapeText($0.shape) }.joined(separator: ", ")
        let declared = taking.indices.contains(position) ? taking[position] : nil
        return ImportProblem(
            place: declared?.name ?? found?.name, className: declared?.className ?? found?.className, attribute: "weights",
            found: "\(weighted.count) layers with tensors"
                + (found.map { ", the first that differs being '\($0.name)' with \(shapes ?? "none")" } ?? ""),
            accepted: "\(taking.count), as the architecture has")
    }

    /// The failure of weights that are those of another architecture.
    func mismatch(_ weights: String, _ problems: [ImportProblem]) -> ImportFailure {
        ImportFailure(
            .arguments, path: weights, summary: "the weights are not those of the architecture in \(path)", problems: problems)
    }
}
