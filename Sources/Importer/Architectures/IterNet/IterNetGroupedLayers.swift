/// Puts the layers of a `.weights.h5` into the order that an IterNet has. Such a file only tells the order of layers of the
/// same class.
enum IterNetGroupedLayers {
    static let assumption =
        "the file does not tell how layers of different classes follow each other: the order of an IterNet was taken for granted"

    /// Every place of the network gets the next layer of its class. Layers that are left over come last.
    static func arranged(_ grouped: [KerasLayer]) -> [KerasLayer] {
        let layers = unnested(grouped)
        let convolutions = layers.filter { $0.className == "Conv2D" }.map { $0.weights.map(\.shape) }
        guard let member = IterNetMember(weightShapes: convolutions) else { return layers }
        var queues = Dictionary(grouping: layers.indices, by: { layers[$0].className ?? "" }).mapValues { $0[...] }
        var arranged: [Int] = []
        for place in IterNetLayout(member).layers {
            for className in classNames(place) {
                if let next = queues[className]?.popFirst() {
                    arranged.append(next)
                    break
                }
            }
        }
        let placed = Set(arranged)
        return (arranged + layers.indices.filter { !placed.contains($0) }).map { layers[$0] }
    }

    /// The layers of models inside the model in their places. Of the inputs, which such models have of their own, one is left.
    private static func unnested(_ layers: [KerasLayer]) -> [KerasLayer] {
        let all = layers.flatMap { layer in layer.nested.map(unnested) ?? [layer] }
        let inputs = all.indices.filter { all[$0].className == "InputLayer" }
        let superfluous = Set(inputs.dropLast())
        return all.indices.filter { !superfluous.contains($0) }.map { all[$0] }
    }

    /// The classes of layers that stand at such a place in an IterNet, or in a model that resembles one.
    private static func classNames(_ place: IterNetLayer) -> [String] {
        switch place.kind {
        case .relu: ["ReLU"] + KerasClassNames.activations.subtracting(["ReLU"]).sorted()
        case .dropout: ["Dropout"] + KerasClassNames.identitiesAtInference.subtracting(["Dropout"]).sorted()
        default: [place.className]
        }
    }
}
