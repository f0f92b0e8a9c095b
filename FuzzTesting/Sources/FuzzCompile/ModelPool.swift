import FuzzSupport

@testable import Importer

/// Models that have run, to be changed without being decoded again.
///
/// libFuzzer keeps an input for each reason to refuse one, and what comes out of a refused model mostly is refused as well.
struct ModelPool {
    private var models: [ONNXModel] = []
    private var random = Randomness(seed: 1)

    private static let capacity = 1024

    /// Once the pool is full a model replaces another one rarely, lest all descend from a few.
    mutating func offer(_ model: ONNXModel) {
        guard model.graph.nodes.count <= 16, models.count < Self.capacity || random.once(in: 16) else { return }
        if models.count < Self.capacity { models.append(model) } else { models[random.below(models.count)] = model }
    }

    func model(_ random: inout Randomness) -> ONNXModel? { models.isEmpty ? nil : random.element(of: models) }
}

/// libFuzzer is single-threaded.
nonisolated(unsafe) var modelPool = ModelPool()
