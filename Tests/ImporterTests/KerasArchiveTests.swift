import Archives
import CZip
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

    /// An entry that inflates to more than it claims is given up there.
    @Test func entriesInflateNoFurtherThanDeclared() throws {
        let path = "\(folder.path)/bomb.keras"
        let entry = KerasArchive.weights
        let count = 16 << 20
        let zeros = [UInt8](repeating: 0, count: count)
        try zeros.withUnsafeBytes { zeros in
            var code: Int32 = 0
            let archive = try #require(zip_open(path, Int32(ZIP_CREATE | ZIP_TRUNCATE), &code))
            let source = try #require(zip_source_buffer(archive, zeros.baseAddress, UInt64(count), 0))
            try #require(zip_file_add(archive, entry, source, UInt32(ZIP_FL_OVERWRITE)) >= 0)
            try #require(zip_close(archive) == 0)
        }
        var whole = 0
        try read(path, entry) { whole += $0 }
        #expect(whole == count)
        // The size in front of the entry and in the directory, behind the signatures "PK".
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let claimed = 3 << 20
        for (signature, offset) in [([0x50, 0x4B, 3, 4], 22), ([0x50, 0x4B, 1, 2], 24)] as [([UInt8], Int)] {
            let start = try #require((0..<(bytes.count - 46)).last { bytes[$0..<($0 + 4)].elementsEqual(signature) })
            for byte in 0..<4 { bytes[start + offset + byte] = UInt8(truncatingIfNeeded: claimed >> (8 * byte)) }
        }
        let changed = try folder.write(bytes, as: "changed.keras")
        var handedOver = 0
        #expect(throws: ZipArchive.Failure.self) { try read(changed, entry) { handedOver += $0 } }
        #expect(handedOver <= claimed)
    }

    private func read(_ path: String, _ entry: String, _ body: (Int) -> Void) throws {
        let archive = try ZipArchive(path: path)
        try archive.read(entry, atMost: 1 << 30) { bytes throws(ZipArchive.Failure) in body(bytes.count) }
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
