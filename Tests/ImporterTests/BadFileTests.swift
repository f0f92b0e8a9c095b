import Foundation
import Testing

@testable import Importer

/// Every file that must be refused: with which kind, and that the message names the place.
@Suite struct BadFileTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var name: String
        var kind: ImportFailure.Kind
        /// What the message must contain.
        var texts: [String]
        var testDescription: String { name }
    }

    private static let kernel = "/model2_conv2d_53/conv2d_15/kernel:0"

    @Test(arguments: [
        Refusal(name: "missing_dataset", kind: .corrupt, texts: ["'\(kernel)': found nothing, accepted: a dataset"]),
        Refusal(
            name: "wrong_shape", kind: .unsupported,
            texts: ["'model2_conv2d_53' (Conv2D), weights: found 3x3x4x3 and 2, accepted: 3x3x4x2 and 2", "36 of 37 layers"]),
        Refusal(
            name: "nan_weight", kind: .corrupt,
            texts: ["'\(kernel)': found 1 of 72 values not finite, the first at position 34"]),
        Refusal(name: "no_names", kind: .corrupt, texts: ["'/', layer_names: found no such attribute"]),
        Refusal(name: "truncated", kind: .corrupt, texts: ["truncated file: eof = 46581"]),
        Refusal(
            name: "leaky_relu_full", kind: .unsupported,
            texts: ["'model2_leaky_re_lu_2' (LeakyReLU), class: found LeakyReLU, accepted: ReLU", "37 of 37 layers"]),
        Refusal(
            name: "elu_full", kind: .unsupported, texts: ["'model2_elu_103' (ELU), class: found ELU, accepted: ReLU"]),
        Refusal(
            name: "relu6_full", kind: .unsupported,
            texts: ["'model2_re_lu_2' (ReLU), max_value: found 6, accepted: none", "'model2_re_lu_103' (ReLU)"]),
        Refusal(
            name: "unet_weights", kind: .unsupported,
            texts: [
                "IterNet (k = 1, N = 1, 3 input channels): 23 of 37 layers",
                "no layer with weights 1x1x2x1 and 1 after 'model2_conv2d_64'", "no MaxPooling2D after",
            ]),
        Refusal(
            name: "sequential_full", kind: .unsupported,
            texts: ["the model has what is not imported", "Sequential, 3 layers", "'lstm_1' (LSTM), class: found LSTM"]),
        Refusal(
            name: "residual_weights", kind: .unsupported,
            texts: [
                "of no family", "weights only, 12 layers", "1 Dense, 2 BatchNormalization, 3 Conv2D", "accepted: a full model (model.save)",
            ]),
    ])
    func refuses(refusal: Refusal) throws {
        let path = Fixture.bad(refusal.name)
        let failure = try #require(Fixture.failure(of: path))
        #expect(failure.kind == refusal.kind)
        #expect(failure.path == path)
        for text in refusal.texts {
            #expect(failure.description.contains(text), "\(failure)")
        }
    }

    /// All 28 activations are named, not only the first.
    @Test func reportsEverythingAtOnce() throws {
        let failure = try #require(Fixture.failure(of: Fixture.bad("relu6_full")))
        #expect(failure.problems.count == 28)
        #expect(failure.problems.allSatisfy { $0.attribute == "max_value" && $0.className == "ReLU" })
    }

    @Test func reportsSeveralDamagedTensorsAtOnce() throws {
        let folder = try TemporaryFolder()
        let path = try folder.copy(Fixture.bad("missing_dataset"), as: "worse.h5")
        try { () throws in
            let editor = try HDF5Editor(changing: path)
            try editor.delete("/model2_conv2d_1/conv2d_1/bias:0")
            try editor.delete("/model2_conv2d_4")
            try editor.delete("/model2_conv2d_8/conv2d_3/kernel:0")
            try editor.dataset("/model2_conv2d_8/conv2d_3/kernel:0", shape: [2], element: .int32)
        }()
        let failure = try #require(Fixture.failure(of: path))
        #expect(failure.kind == .corrupt)
        #expect(
            failure.problems.compactMap(\.place) == [
                "/model2_conv2d_1/conv2d_1/bias:0", "/model2_conv2d_4", "/model2_conv2d_8/conv2d_3/kernel:0", Self.kernel,
            ])
    }

    @Test func refusesATensorOfATrillionElements() throws {
        let folder = try TemporaryFolder()
        let path = try folder.copy(Fixture.iterNet("k1_n1_gzip"), as: "huge.h5")
        try { () throws in
            let editor = try HDF5Editor(changing: path)
            try editor.delete("/model2_conv2d_1/conv2d_1/kernel:0")
            try editor.dataset(
                "/model2_conv2d_1/conv2d_1/kernel:0", shape: [3, 3, 333_333, 333_333], storage: .chunked([3, 3, 8, 8]))
        }()
        let failure = try #require(Fixture.failure(of: path))
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("'/model2_conv2d_1/conv2d_1/kernel:0': found a tensor of shape 3x3x333333x333333"))
    }

    @Test func refusesInfiniteWeights() throws {
        let folder = try TemporaryFolder()
        let path = try folder.copy(Fixture.iterNet("k1_n1_gzip"), as: "infinite.h5")
        try { () throws in
            let editor = try HDF5Editor(changing: path)
            try editor.delete("/model2_conv2d_4/conv2d_2/bias:0")
            try editor.dataset("/model2_conv2d_4/conv2d_2/bias:0", shape: [1], values: [.infinity])
        }()
        let failure = try #require(Fixture.failure(of: path))
        #expect(failure.kind == .corrupt)
        #expect(failure.description.contains("'/model2_conv2d_4/conv2d_2/bias:0': found 1 of 1 values not finite"))
    }

    /// Cut at any place the file is refused, and never by a crash.
    @Test func refusesEveryTruncation() throws {
        let folder = try TemporaryFolder()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixture.iterNet("k1_n1_float16"))))
        for count in [1, 7, 8, 9, 47, 48, 100, 511, 512, 1000, 4096, 20_000, bytes.count - 1] {
            let path = try folder.write(Array(bytes.prefix(count)), as: "cut.h5")
            let failure = try #require(Fixture.failure(of: path), "cut at \(count)")
            #expect(failure.kind == .corrupt, "\(count): \(failure)")
        }
    }
}

@Suite struct FileFormatTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func namesFormatsThatAreNotImported() throws {
        let entry = { (name: String) in
            [0x50, 0x4B, 0x03, 0x04] + [UInt8](repeating: 0, count: 26) + Array(name.utf8) + [0, 0]
        }
        let files: [(String, [UInt8], String)] = [
            ("model.pt", entry("model/data.pkl"), "PyTorch"), ("thing.zip", entry("readme.txt"), "a zip archive"),
            ("model.bin", [0x1C, 0, 0, 0] + Array("TFL3".utf8), "TensorFlow Lite"),
            ("old.pth", [0x80, 2, 0x8A], "a Python pickle, such as PyTorch writes"),
            ("x.npy", [0x93] + Array("NUMPY".utf8), "a NumPy array"),
        ]
        for (name, bytes, format) in files {
            let failure = try #require(Fixture.failure(of: folder.write(bytes, as: name)))
            #expect(failure.kind == .unsupported, "\(name)")
            #expect(failure.problems.first?.found == format, "\(name)")
        }
    }

    @Test func callsWhatIsNoModelCorrupt() throws {
        for (name, bytes) in [("empty.hdf5", []), ("text.hdf5", Array("hello".utf8)), ("zeros.h5", [UInt8](repeating: 0, count: 5000))] {
            let failure = try #require(Fixture.failure(of: folder.write(bytes, as: name)))
            #expect(failure.kind == .corrupt, "\(name)")
        }
    }

    @Test func tellsWhyAFileCannotBeOpened() throws {
        let missing = try #require(Fixture.failure(of: "\(folder.path)/none.hdf5"))
        #expect(missing.kind == .unreadable)
        #expect(missing.summary == "cannot be opened: No such file or directory")
        let directory = try #require(Fixture.failure(of: folder.path))
        #expect(directory.summary == "is a folder; a model is one file")
        #expect(try #require(Fixture.failure(of: "/dev/zero")).summary == "is no ordinary file")
    }

    /// HDF5 allows a block of other bytes in front.
    @Test func readsAFileBehindAUserBlock() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixture.iterNet("k1_n1_float16"))))
        let path = try folder.write([UInt8](repeating: 0x23, count: 512) + bytes, as: "block.h5")
        #expect(try ModelImporter.read(path: path).summary["k"] == 1)
    }

    @Test func refusesAnHDF5FileOfAnotherProgram() throws {
        let path = "\(folder.path)/other.h5"
        try { () throws in
            let editor = try HDF5Editor(creating: path)
            try editor.group("/spectra")
            try editor.dataset("/time", shape: [1], values: [0])
        }()
        let failure = try #require(Fixture.failure(of: path))
        #expect(failure.kind == .unsupported)
        #expect(failure.summary == "an HDF5 file, but not one of Keras: its root holds spectra, time")
    }
}
