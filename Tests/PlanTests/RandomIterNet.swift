import GraphIR
import TestSupport

@testable import Importer

/// An IterNet of any size with random weights, for what does not depend on them: memory, and schedules.
func randomIterNet(channels: Int, iterations: Int) throws -> Graph {
    let member = IterNetMember(baseChannels: channels, iterations: iterations, inputChannels: 3)
    let layout = IterNetLayout(member)
    var random = SplitMix64(seed: 7)
    let weights = layout.weightedLayers.flatMap { layer in
        layout.layers[layer].weightShapes.map { shape in
            // He et al. 2015: keeps the size of the activations from layer to layer.
            let bound = (6 / Float(max(1, shape.dropLast().reduce(1, *)))).squareRoot()
            return Constant(random.floats(shape.reduce(1, *), from: -bound, to: bound), shape: shape)
        }
    }
    let names = layout.layers.indices.map { "layer\($0)" }
    return try IterNetGraph(layout: layout, names: names, dropoutRates: [:], weights: weights).build()
}
