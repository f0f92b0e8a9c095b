import GraphIR
import TestSupport
import Testing

@testable import Importer

/// Configurations that no Keras wrote: refused, or turned into a graph that verifies, and never a trap.
@Suite struct KerasHostileConfigurationTests {
    private func checkpoint(_ name: String) throws -> (KerasCheckpoint, JSONValue) {
        let path = try Fixtures.path("keras/\(name)/model.h5")
        let checkpoint = try withKerasCheckpoint(path: path) { checkpoint, _ throws(ImportFailure) in checkpoint }
        let text = try #require(try HDF5File(path: path).strings(attribute: "model_config", at: "/")?.first)
        return (checkpoint, try JSONParser.parse(text))
    }

    /// What becomes of a model with another configuration; nil where it is no configuration at all.
    private func recognition(_ original: KerasCheckpoint, _ json: JSONValue) -> Recognition? {
        guard let configuration = try? KerasModelConfiguration(json) else { return nil }
        var checkpoint = original
        checkpoint.configuration = configuration
        return Architecture.kerasModel.recognise(checkpoint)
    }

    private func rejection(_ original: KerasCheckpoint, _ json: JSONValue) throws -> Rejection {
        guard case .rejected(let rejection)? = recognition(original, json) else {
            Issue.record("it was not rejected")
            throw GraphError("accepted")
        }
        return rejection
    }

    /// Changes one member of one layer, found by its name.
    private func changing(
        _ json: JSONValue, layer name: String, _ change: (inout [String: JSONValue]) -> Void
    ) throws -> JSONValue {
        guard case .object(var model) = json, case .object(var config)? = model["config"], var layers = config["layers"]?.array,
            let index = layers.firstIndex(where: { $0["name"] == .string(name) }), case .object(var layer) = layers[index]
        else { throw GraphError("no layer \(name)") }
        change(&layer)
        layers[index] = .object(layer)
        config["layers"] = .array(layers)
        model["config"] = .object(config)
        return .object(model)
    }

    @Test func refusesACircle() throws {
        let (checkpoint, json) = try checkpoint("keras2.3/unet_up")
        let reference = JSONValue.array([.array([.array([.string("activation_2"), .number(0), .number(0), .object([:])])])])
        let circular = try changing(json, layer: "conv2d_1") { $0["inbound_nodes"] = reference }
        let rejection = try rejection(checkpoint, circular)
        #expect(rejection.isCorrupt)
        #expect(rejection.problems.map(\.found) == ["connections that lead in a circle"])
    }

    @Test func refusesConnectionsThatLeadNowhere() throws {
        let (checkpoint, json) = try checkpoint("keras2.3/unet_up")
        for (name, number, found) in [
            ("nothing", 0.0, "layer 'nothing', which is not there"), ("activation_1", 7, "application 7 of 'activation_1'"),
        ] {
            let reference = JSONValue.array([.array([.array([.string(name), .number(number), .number(0)])])])
            let changed = try changing(json, layer: "conv2d_2") { $0["inbound_nodes"] = reference }
            let rejection = try rejection(checkpoint, changed)
            #expect(rejection.isCorrupt)
            #expect(rejection.problems.map(\.found) == [found])
            #expect(rejection.problems.map(\.place) == ["conv2d_2"])
        }
    }

    /// A model and its tensors that do not belong together are damaged; both sides are named.
    @Test func refusesTensorsOfAnotherModel() throws {
        let (checkpoint, json) = try checkpoint("keras2.3/unet_up")
        let wider = try changing(json, layer: "conv2d_1") { layer in
            guard case .object(var config)? = layer["config"] else { return }
            config["filters"] = .number(5)
            layer["config"] = .object(config)
        }
        let rejection = try rejection(checkpoint, wider)
        #expect(rejection.isCorrupt)
        #expect(
            rejection.problems.map(\.description) == [
                "'conv2d_1' (Conv2D), weights: found a kernel 3x3x3x4, accepted: 3x3x3x5"
            ])
    }

    @Test func boundsTheNumberOfLayers() throws {
        let layer = JSONValue.object(["class_name": .string("Activation"), "config": .object(["name": .string("a")])])
        let model = JSONValue.object([
            "class_name": .string("Sequential"), "config": .array(Array(repeating: layer, count: 10_001)),
        ])
        #expect(throws: KerasConfigurationError.self) { try KerasModelConfiguration(model) }
    }

    @Test func boundsTheNestingOfModels() throws {
        var model = JSONValue.object(["class_name": .string("Sequential"), "config": .array([])])
        for _ in 0..<20 { model = .object(["class_name": .string("Sequential"), "config": .array([model])]) }
        #expect(throws: KerasConfigurationError.self) { try KerasModelConfiguration(model) }
    }

    /// Parts of genuine configurations replaced by other values, by each other, or taken away.
    @Test(arguments: [
        "keras1/layers_th", "keras2.3/nested", "keras2.3/convolutions", "keras3/shapes", "keras3/activations", "tf-keras/merges",
    ])
    func survivesAnyConfiguration(name: String) throws {
        let (checkpoint, json) = try checkpoint(name)
        var random = SplitMix64(seed: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        var accepted = 0
        var rejected = 0
        for _ in 0..<150 {
            var changed = json
            for _ in 0..<(1 + Int(random.next() % 3)) { changed = Mutation.mutate(changed, &random) }
            switch recognition(checkpoint, changed) {
            case nil, .rejected: rejected += 1
            case .accepted(let blueprint):
                accepted += 1
                let constants = blueprint.weights.map {
                    Constant([Float](repeating: 0, count: $0.elementCount), shape: $0.shape)
                }
                try blueprint.makeGraph(constants).verify()
            }
        }
        #expect(accepted > 10)
        #expect(rejected > 10)
    }
}

/// Changes of a JSON value.
private enum Mutation {
    private static let values: [JSONValue] = [
        .null, .bool(true), .bool(false), .number(0), .number(-1), .number(1), .number(2), .number(3), .number(0.5), .number(1e9),
        .number(1e19), .number(-1e300), .number(.nan), .number(.infinity), .string(""), .string("same"), .string("channels_first"),
        .string("softmax"), .array([]), .array([.number(2), .number(2)]), .array([.null, .number(2_147_483_648), .number(2_147_483_648)]),
        .array([.number(1), .number(2), .number(3), .number(4)]), .object([:]), .object(["class_name": .string("ReLU")]),
    ]

    static func mutate(_ json: JSONValue, _ random: inout SplitMix64) -> JSONValue {
        switch json {
        case .object(var members) where !members.isEmpty && random.next() % 24 != 0:
            let keys = members.keys.sorted()
            let key = keys[Int(random.next() % UInt64(keys.count))]
            if random.next() % 32 == 0 {
                members[key] = nil
            } else {
                members[key] = mutate(members[key] ?? .null, &random)
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty && random.next() % 24 != 0:
            let index = Int(random.next() % UInt64(elements.count))
            switch random.next() % 24 {
            case 0: elements.remove(at: index)
            case 1: elements.swapAt(index, 0)
            case 2: elements.append(elements[index])
            default: elements[index] = mutate(elements[index], &random)
            }
            return .array(elements)
        default:
            return values[Int(random.next() % UInt64(values.count))]
        }
    }
}
