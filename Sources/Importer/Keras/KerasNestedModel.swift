/// A model that is used as a layer. Keras stores all of its tensors as tensors of that one layer, in the order of the model's
/// own layers.
enum KerasNestedModel {
    static let classNames: Set<String> = ["Model", "Functional", "Sequential"]

    /// Layers with every nested model replaced by its layers, as far as the file tells them: from the configuration or
    /// from the names of the tensors, which begin with their layer's.
    static func expanded(_ layers: [KerasLayer]) -> [KerasLayer] {
        var all: [KerasLayer] = []
        for layer in layers {
            let nested = nestedLayers(of: layer)
            // The input that the model had of its own takes the place of what it is applied to.
            if nested.first?.className == "InputLayer", all.last?.className == "InputLayer" { all.removeLast() }
            all += nested
        }
        return all
    }

    private static func nestedLayers(of layer: KerasLayer) -> [KerasLayer] {
        if let nested = layer.nested { return expanded(nested) }
        let groups = weightGroups(of: layer)
        guard let declaration = layer.declaration else {
            // Of one layer the tensors' names have one beginning.
            guard groups.count > 1 else { return [layer] }
            return groups.map { KerasLayer(name: $0.name, weights: $0.weights) }
        }
        guard classNames.contains(declaration.className),
            let configuration = try? KerasModelConfiguration(
                .object(["class_name": .string(declaration.className), "config": declaration.arguments]))
        else { return [layer] }
        var rest = groups[...]
        let nested = configuration.layers.map { inner -> KerasLayer in
            var nested = KerasLayer(name: inner.name, weights: [], declaration: inner)
            if KerasClassNames.weighted.contains(inner.className), let group = rest.popFirst() { nested.weights = group.weights }
            return nested
        }
        return rest.isEmpty ? expanded(nested) : [layer]
    }

    private static func weightGroups(of layer: KerasLayer) -> [(name: String, weights: [KerasWeight])] {
        var groups: [(name: String, weights: [KerasWeight])] = []
        for weight in layer.weights {
            let end = weight.name.lastIndex(of: "/") ?? weight.name.startIndex
            let name = String(weight.name[..<end])
            if groups.last?.name == name {
                groups[groups.count - 1].weights.append(weight)
            } else {
                groups.append((name, [weight]))
            }
        }
        return groups
    }
}
