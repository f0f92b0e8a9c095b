/// The tensors of one layer.
struct KerasLayerWeights: Sendable {
    /// Of a model as a layer, those of all its layers where the file does not keep them apart.
    var own: [KerasWeight] = []
    /// Of a model as a layer, those of each of its layers where the file keeps them apart.
    var inner: [String: KerasLayerWeights]?

    init(own: [KerasWeight] = []) { self.own = own }

    init(_ layer: KerasLayer) {
        own = layer.weights
        inner = layer.nested.map { Self.byName($0) }
    }

    static func byName(_ layers: [KerasLayer]) -> [String: KerasLayerWeights] {
        Dictionary(layers.map { ($0.name, KerasLayerWeights($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// For each layer of the model its tensors, or nil where their number is another.
    func distributed(over model: KerasModelConfiguration, dialect: KerasDialect) -> [KerasLayerWeights]? {
        if let inner { return model.layers.map { inner[$0.name] ?? KerasLayerWeights() } }
        return KerasNestedWeights.distribute(own, over: model, dialect: dialect)?.map { KerasLayerWeights(own: $0) }
    }
}

/// Finds which layer of a nested model each tensor belongs to. The file lists them for the model as a whole: first those that
/// training changes, layer by layer, and then the others.
enum KerasNestedWeights {
    private struct Slot {
        var layer: Int
        var role: KerasWeightRole
    }

    /// See ``KerasLayerWeights/distributed(over:dialect:)``.
    static func distribute(
        _ weights: [KerasWeight], over model: KerasModelConfiguration, dialect: KerasDialect
    ) -> [[KerasWeight]]? {
        let slots = model.layers.enumerated().flatMap { index, layer in
            roles(of: layer, dialect: dialect).map { Slot(layer: index, role: $0) }
        }
        guard slots.count == weights.count else { return nil }
        let order = slots.indices.filter { slots[$0].role.isTrainable } + slots.indices.filter { !slots[$0].role.isTrainable }
        var weightOfSlot: [Int: KerasWeight] = [:]
        for (slot, weight) in zip(order, weights) { weightOfSlot[slot] = weight }
        var parts: [[KerasWeight]] = Array(repeating: [], count: model.layers.count)
        for layer in model.layers.indices {
            let own = slots.indices.filter { slots[$0].layer == layer }
            // Of a model within the model the same order holds; of a layer it is that of its kind.
            let sorted =
                model.layers[layer].model == nil
                ? own : own.filter { slots[$0].role.isTrainable } + own.filter { !slots[$0].role.isTrainable }
            parts[layer] = sorted.compactMap { weightOfSlot[$0] }
        }
        return parts
    }

    /// Whether the layer has tensors by its class and arguments.
    static func takesTensors(_ layer: KerasLayerDeclaration, dialect: KerasDialect) -> Bool {
        !roles(of: layer, dialect: dialect).isEmpty
            || KerasLayerKinds.kind(ofClass: layer.className) == nil && KerasClassNames.weighted.contains(layer.className)
    }

    /// The tensors of a layer; of a class that is not known none.
    private static func roles(of layer: KerasLayerDeclaration, dialect: KerasDialect) -> [KerasWeightRole] {
        var roles: [KerasWeightRole]
        if let model = layer.model?.model {
            roles = model.layers.flatMap { Self.roles(of: $0, dialect: dialect) }
        } else if let type = KerasLayerKinds.kind(ofClass: layer.className) {
            var arguments = KerasArguments(layer, dialect: dialect)
            roles = type.init(&arguments).weights
        } else {
            return []
        }
        if layer.arguments["trainable"] == .bool(false) {
            for index in roles.indices { roles[index].isTrainable = false }
        }
        return roles
    }
}
