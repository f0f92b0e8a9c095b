import Foundation
import GraphIR
import Testing

@testable import Importer

@Suite struct KerasArchiveTests {
    private let folder: TemporaryFolder
    private let bytes: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Fixture.folder)/keras/keras3/classifier/model.keras")))
    }

    private func replacing(_ text: String, with other: String) -> [UInt8] {
        var changed = bytes
        let old = Array(text.utf8)
        for start in 0...(bytes.count - old.count) where bytes[start...].starts(with: old) {
            changed.replaceSubrange(start..<(start + old.count), with: Array(other.utf8))
        }
        return changed
    }

    @Test func tellsWhereTheModelCameFrom() throws {
        let model = try ModelImporter.read(path: try folder.write(bytes, as: "renamed.bin"))
        #expect(model.summary.architecture.hasPrefix("Keras model"))
        #expect(model.graph.metadata.contains(Graph.Metadata(key: "source.format", value: "Keras archive (.keras)")))
        #expect(model.graph.metadata.contains(Graph.Metadata(key: "source.keras", value: "3.15.1")))
    }

    @Test func refusesEveryTruncation() throws {
        for count in stride(from: 40, to: bytes.count, by: bytes.count / 9) {
            let failure = try #require(Fixture.failure(of: try folder.write(Array(bytes.prefix(count)), as: "cut.keras")))
            #expect(failure.kind == .corrupt, "\(count): \(failure)")
        }
    }

    /// The archive has a checksum of each entry.
    @Test func noticesAChangedWeight() throws {
        var changed = bytes
        changed[bytes.count / 2] ^= 1
        let failure = try #require(Fixture.failure(of: try folder.write(changed, as: "changed.keras")))
        #expect(failure.kind == .corrupt)
        #expect(failure.problems.first?.place == "model.weights.h5")
    }

    @Test func refusesAnArchiveOfAnotherProgram() throws {
        let path = try folder.write(replacing("config.json", with: "readme.text"), as: "other.keras")
        let failure = try #require(Fixture.failure(of: path))
        #expect(failure.kind == .unsupported)
        #expect(failure.problems.map(\.description) == ["'config.json': found no such entry, accepted: an archive of Keras 3"])
    }

    @Test func refusesAnArchiveWithoutWeights() throws {
        let path = try folder.write(replacing("model.weights.h5", with: "model.weights.h6"), as: "hollow.keras")
        let failure = try #require(Fixture.failure(of: path))
        #expect(failure.kind == .corrupt)
        #expect(failure.problems.first?.place == "model.weights.h5")
    }

    /// A layer whose group is not there has no tensors.
    @Test func namesLayersWithoutTensors() throws {
        var checkpoint: KerasCheckpoint?
        let path = try folder.write(bytes, as: "whole.keras")
        try withKerasArchive(path: path) { found, _ throws(ImportFailure) in checkpoint = found }
        var changed = try #require(checkpoint)
        let index = try #require(changed.layers.firstIndex { $0.name == "dense" })
        changed.layers[index].weights.removeLast()
        guard case .rejected(let rejection) = Architecture.kerasModel.recognise(changed) else {
            Issue.record("it was accepted")
            return
        }
        #expect(rejection.problems.map(\.description) == ["'dense' (Dense), weights: found 1 tensors: 0, accepted: kernel, bias"])
    }

    @Test(arguments: [
        ("Conv2D", "conv2d"), ("Conv2DTranspose", "conv2d_transpose"), ("PReLU", "p_re_lu"), ("ReLU", "re_lu"),
        ("MaxPooling2D", "max_pooling2d"), ("BatchNormalization", "batch_normalization"), ("InputLayer", "input_layer"),
        ("UpSampling2D", "up_sampling2d"), ("SeparableConv2D", "separable_conv2d"), ("ELU", "elu"), ("Functional", "functional"),
    ])
    func derivesNamesFromClasses(className: String, name: String) {
        #expect(KerasClassNames.snakeCase(className) == name)
    }
}

@Suite struct GroupedWeightsTests {
    @Test func recognisesAnIterNet() throws {
        let model = try ModelImporter.read(path: "\(Fixture.folder)/keras/keras3/iternet/model.weights.h5")
        #expect(model.summary.architecture == "IterNet")
        #expect([model.summary["k"], model.summary["N"], model.summary["channels"]] == [2, 2, 3])
        #expect(model.summary.assumptions.contains(IterNetGroupedLayers.assumption))
    }

    @Test func noticesAnotherActivation() throws {
        var checkpoint: KerasCheckpoint?
        try withKerasCheckpoint(path: "\(Fixture.folder)/keras/keras3/iternet/model.weights.h5") { found, _ throws(ImportFailure) in
            checkpoint = found
        }
        var changed = try #require(checkpoint)
        for index in changed.layers.indices where changed.layers[index].className == "ReLU" {
            changed.layers[index].name = changed.layers[index].name.replacing("re_lu", with: "leaky_re_lu")
        }
        guard case .rejected(let rejection) = Architecture.iterNet.recognise(changed) else {
            Issue.record("it was accepted")
            return
        }
        #expect(rejection.problems.count == 28)
        #expect(rejection.problems.allSatisfy { $0.found == "LeakyReLU" })
    }
}
