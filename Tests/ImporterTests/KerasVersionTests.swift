import Foundation
import GraphIR
import TestSupport
import Testing

@testable import Importer

/// What a name in a file means: what the version of Keras that wrote it has under that name, and nothing else.
@Suite struct KerasVersionTests {
    private func version(_ text: String) throws -> KerasVersion { try #require(KerasVersion(text)) }

    @Test func readsVersions() throws {
        for (text, expected) in [
            ("1.2.2", "Keras 1.2.2"), ("2.3.1", "Keras 2.3.1"), ("2.2.4-tf", "tf.keras 2.2.4"), ("2.4.0", "tf.keras 2.4.0"),
            ("2.15.0", "tf.keras 2.15.0"), ("3.0.0.dev2023", "Keras 3.0.0"), ("3.11", "Keras 3.11.0"), ("2.1.6-tf", "tf.keras 2.1.6"),
        ] { #expect(try version(text).description == expected) }
        #expect(try version("2.3.1").line != version("2.3.0-tf").line)
        for text in ["", "x", "v2.3.1", "-1.0"] { #expect(KerasVersion(text) == nil) }
        // No trap on a number beyond any version.
        #expect(KerasVersion("99999999999999999999.1.1")?.number.major == 0)
    }

    /// The table says of versions what their sources say: the last without and the first with a name.
    @Test(arguments: [
        ("elu", "1.1.0", "1.1.1"), ("softsign", "1.0.2", "1.0.3"), ("selu", "2.0.5", "2.0.6"), ("exponential", "2.2.2", "2.2.3"),
        ("exponential", "2.1.6-tf", "2.2.4-tf"), ("swish", "2.3.1", "2.3.0-tf"), ("gelu", "2.3.0-tf", "2.4.0"),
        ("leaky_relu", "2.5.0", "2.6.0"),
        ("leaky_relu", "2.3.1", "3.0.0"), ("mish", "2.12.0", "2.13.1"), ("relu6", "2.2.0", "2.1.6"), ("relu6", "2.5.0", "2.6.0"),
        ("relu6", "2.0.5", "2.0.6"), ("hard_silu", "3.0.0", "3.0.1"), ("hard_silu", "2.15.0", "3.0.5"), ("celu", "3.6.0", "3.7.0"),
    ])
    func activationsOfVersions(name: String, without: String, with: String) throws {
        let availability = try #require(KerasBuiltIns.activations[name])
        #expect(try !availability.includes(version(without)))
        #expect(try availability.includes(version(with)))
    }

    @Test(arguments: [
        ("Conv2D", "1.2.2", "2.0.0"), ("Convolution2D", "2.0.0", "1.2.2"), ("Deconvolution2D", "1.0.6", "1.0.7"),
        ("Minimum", "2.0.8", "2.0.9"),
        ("Subtract", "2.0.6", "2.0.7"), ("Softmax", "2.1.2", "2.1.3"), ("ReLU", "2.1.6", "2.2.0"), ("ReLU", "2.1.5-tf", "2.1.6-tf"),
        ("DepthwiseConv2D", "2.0.5", "2.0.6"), ("Resizing", "2.3.1", "2.2.4-tf"), ("GroupNormalization", "2.10.0", "2.11.0"),
        ("Relu", "2.15.0", "3.0.0"), ("TFOpLambda", "3.0.0", "2.15.0"), ("AlphaDropout", "2.0.5", "2.0.6"),
        ("BatchNormalizationV1", "2.3.0-tf", "2.2.4-tf"), ("SyncBatchNormalization", "2.2.4-tf", "2.3.0-tf"),
        ("Identity", "2.11.0", "2.12.0"),
        ("CenterCrop", "2.3.1", "2.2.4-tf"), ("RandomFlip", "2.2.4-tf", "2.3.0-tf"), ("RandomBrightness", "2.8.0", "2.9.0"),
        ("RandomHeight", "3.0.0", "2.15.0"), ("RandomShear", "3.5.0", "3.6.0"), ("MixUp", "3.7.0", "3.8.0"), ("CutMix", "3.8.0", "3.9.0"),
        ("DepthToSpace", "3.13.0", "3.14.0"), ("HardSilu", "3.0.5", "3.1.0"), ("SlicingOpLambda", "2.3.0-tf", "2.4.0"),
        ("SeparableConv1D", "2.1.2", "2.1.3"), ("DepthwiseConv1D", "2.6.0", "2.7.0"), ("UnitNormalization", "2.8.0", "2.9.0"),
    ])
    func layersOfVersions(name: String, without: String, with: String) throws {
        let availability = try #require(KerasBuiltIns.layers[name])
        #expect(try !availability.includes(version(without)))
        #expect(try availability.includes(version(with)))
    }

    /// Everything that is read by a name has a place in the table, and what is in the table is read.
    @Test func theTableIsComplete() throws {
        var newest = KerasDialect()
        newest.version = try version("3.999.0")
        let read = KerasActivation.names(newest).replacingOccurrences(of: " or linear", with: "").split(separator: ", ").map(String.init)
        #expect(Set(read + ["linear"]) == Set(KerasBuiltIns.activations.filter { $0.value.includes(newest.version) }.keys))
        let keras1 = ["Convolution2D", "Deconvolution2D", "AtrousConvolution2D", "SeparableConvolution2D", "Merge"]
        #expect(Set(KerasLayerKinds.classNames + keras1) == Set(KerasBuiltIns.layers.keys))
    }

    /// Written by Keras 2.3.1: functions and classes of somebody's own, under names that came later or are second names.
    @Test func namesOfLaterVersionsAreSomebodysOwn() throws {
        let failure = try #require(Fixture.failure(of: "\(Fixture.folder)/keras/keras2.3/own_names/model.h5"))
        #expect(failure.kind == .unsupported)
        #expect(failure.problems.map(\.place) == ["function", "swish", "resizing", "rescaling", "relu", "maxpool2d"])
        let text = failure.description
        for part in [
            "'function' (Activation), activation: found 'leaky_relu', which Keras 2.3.1, which wrote the file, does not have (it is built in since "
                + "tf.keras 2.6.0, Keras 3.0.0), so that it is a function or class of somebody's own, accepted: one of elu, ",
            "'swish' (Activation), activation: found 'swish', which Keras 2.3.1",
            "'resizing' (Resizing), class: found Resizing, which Keras 2.3.1, which wrote the file, does not have (it is built in since tf.keras 2.2.4, "
                + "Keras 3.0.0), so that",
            "'relu' (Relu), class: found Relu, which Keras 2.3.1",
            "'maxpool2d' (MaxPool2D), class: found MaxPool2D, accepted: MaxPooling2D",
        ] { #expect(text.contains(part), "\(text)") }
    }

    /// Keras 3 writes whose a thing is, so that even names that this version has are told apart; of classes it does so in
    /// archives, and in HDF5 files of those that are registered.
    @Test(arguments: [true, false])
    func registeredNamesAreSomebodysOwn(isArchive: Bool) throws {
        let file = isArchive ? "model.keras" : "model.h5"
        let failure = try #require(Fixture.failure(of: "\(Fixture.folder)/keras/keras3/own_names/\(file)"))
        #expect(failure.kind == .unsupported)
        #expect(failure.problems.map(\.place) == ["registered", "unregistered", "registered_class"] + (isArchive ? ["class"] : []))
        let text = failure.description
        for part in [
            "'registered' (Activation), activation: found 'mine>swish'",
            "'unregistered' (Activation), activation: found 'hard_swish', a function",
        ]
            + (isArchive
                ? [
                    "'registered_class' (Dropout), class: found Dropout registered as 'mine>Dropout'",
                    "'class' (Rescaling), class: found Rescaling registered as 'Rescaling'",
                ] : ["'registered_class' (mine>Dropout), class: found mine>Dropout"])
        { #expect(text.contains(part), "\(text)") }
    }

    @Test func classesOfSomebodysOwnAreNoIterNet() throws {
        let path = Fixture.iterNet("k2_n3_full")
        var checkpoint = try withKerasCheckpoint(path: path) { checkpoint, _ throws(ImportFailure) in checkpoint }
        let index = try #require(checkpoint.layers.firstIndex { $0.declaration?.className == "Conv2D" })
        guard case .accepted = Architecture.iterNet.recognise(checkpoint) else { return #expect(Bool(false), "the fixture is refused") }
        checkpoint.layers[index].declaration?.module = "__main__"
        guard case .rejected(let rejection) = Architecture.iterNet.recognise(checkpoint) else {
            return #expect(Bool(false), "it is accepted")
        }
        #expect(rejection.problems.map(\.found) == ["Conv2D of __main__"])
    }

    // MARK: The same configuration under other versions

    private func checkpoint(_ name: String, version: String?) throws -> KerasCheckpoint {
        let path = "\(Fixture.folder)/keras/\(name)/model.h5"
        var checkpoint = try withKerasCheckpoint(path: path) { checkpoint, _ throws(ImportFailure) in checkpoint }
        checkpoint.kerasVersion = version
        return checkpoint
    }

    /// What is refused of a model with the activation of one layer changed, as another version may have written it.
    private func problems(_ activation: JSONValue, version: String?) throws -> [String] {
        var checkpoint = try checkpoint("keras2.3/unet_up", version: version)
        let index = try #require(checkpoint.configuration?.layers.firstIndex { $0.name == "activation_1" })
        checkpoint.configuration?.layers[index].arguments = .object(["name": .string("activation_1"), "activation": activation])
        switch Architecture.kerasModel.recognise(checkpoint) {
        case .accepted: return []
        case .rejected(let rejection): return rejection.problems.map(\.description)
        }
    }

    @Test func theVersionDecides() throws {
        for (name, version, isKnown) in [
            ("leaky_relu", "2.3.1", false), ("leaky_relu", "2.4.0", false), ("leaky_relu", "2.6.0", true), ("leaky_relu", "3.5.0", true),
            ("swish", "2.2.4-tf", true), ("swish", "2.1.6-tf", false), ("selu", "2.0.4", false), ("selu", "2.3.1", true),
            ("relu6", "2.1.5", true),
            ("relu6", "2.2.4", false), ("mish", "2.15.0", true), ("relu", "2.0.0", true), ("softplus", nil, true),
            ("leaky_relu", nil, false),
        ] as [(String, String?, Bool)] {
            #expect(try problems(.string(name), version: version).isEmpty == isKnown, "\(name) \(version ?? "none")")
        }
        // Without a version only what every version has.
        let text = try problems(.string("swish"), version: nil).joined()
        #expect(
            text.contains("which not every version that may have written the file has (it is built in since tf.keras 2.2.4, Keras 3.0.0)"),
            "\(text)")
    }

    @Test func objectsOfOthersAreNoActivations() throws {
        func object(_ className: String, _ config: JSONValue, _ rest: [String: JSONValue] = [:]) -> JSONValue {
            .object(["class_name": .string(className), "config": config].merging(rest) { $1 })
        }
        let slope = JSONValue.object(["alpha": .number(0.1)])
        for (activation, version, isKnown) in [
            (object("LeakyReLU", slope), "2.9.0", true), (object("Own>LeakyReLU", slope), "2.9.0", false),
            (object("LeakyReLU", slope, ["module": .string("keras.layers"), "registered_name": .null]), "2.13.1", true),
            (object("LeakyReLU", slope, ["module": .string("mine.layers"), "registered_name": .string("LeakyReLU")]), "3.1.0", false),
            (object("LeakyReLU", slope, ["module": .string("keras.layers"), "registered_name": .string("Own>LeakyReLU")]), "3.1.0", false),
            (object("ReLU", .object([:])), "2.1.6", false), (object("ReLU", .object([:])), "2.2.0", true),
            (object("function", .string("relu"), ["module": .string("builtins"), "registered_name": .string("function")]), "2.13.1", true),
            (object("function", .string("relu"), ["module": .string("mine")]), "2.13.1", false),
            (object("function", .string("relu"), ["module": .string("builtins"), "registered_name": .string("function")]), "3.2.0", false),
            (object("function", .string("Own>relu"), ["module": .string("builtins")]), "2.13.1", false),
            (object("function", .string("relu"), ["registered_name": .string("Own>relu")]), "2.13.1", false),
        ] as [(JSONValue, String, Bool)] {
            #expect(try problems(activation, version: version).isEmpty == isKnown, "\(activation) \(version)")
        }
    }

    /// A model's own class is said, the classes of models in it are refused.
    @Test func modelsOfSomebodysOwn() throws {
        var checkpoint = try checkpoint("keras3/nested", version: "3.15.1")
        func assumptions() -> [String]? {
            if case .accepted(let blueprint) = Architecture.kerasModel.recognise(checkpoint) { blueprint.assumptions } else { nil }
        }
        #expect(assumptions() == [])
        checkpoint.configuration?.isOfKeras = false
        #expect(
            assumptions() == ["the model is of a class of somebody's own, Functional: that it computes what its layers and connections say"]
        )
        func model(_ module: String) throws -> KerasModelConfiguration {
            try KerasModelConfiguration(
                JSONParser.parse(
                    """
                    {"class_name": "Functional", "module": "\(module)", "config": {"name": "m", "layers": [
                    {"class_name": "Functional", "module": "\(module)", "name": "inner", "config": {"name": "inner", "layers": []}, "inbound_nodes": []}]}}
                    """))
        }
        #expect(try model("keras.src.models.functional").isOfKeras && model("keras").layers[0].model != nil)
        #expect(try !model("__main__").isOfKeras && model("__main__").layers[0].model == nil)
    }

    /// Keras 2 and TensorFlow 1.13 and 1.14 interpolate between the pixels' corners, later ones between their centres.
    @Test func bilinearUpSampling() throws {
        func dialect(_ version: String?, ragged: Bool = false, initializerType: Bool? = nil, hasInput: Bool = true) throws -> KerasDialect {
            let input =
                hasInput
                ? """
                {"class_name": "InputLayer", "config": {"name": "i"\(ragged ? ", \"ragged\": false" : "")}, "name": "i", "inbound_nodes": []},
                """ : ""
            let initializer =
                initializerType.map {
                    """
                    , "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null\($0 ? ", \"dtype\": \"float32\"" : "")}}
                    """
                } ?? ""
            let json = """
                {"class_name": "Model", "config": {"layers": [\(input)
                {"class_name": "Conv2D", "config": {"name": "c"\(initializer)}, "name": "c", "inbound_nodes": []}]}}
                """
            var checkpoint = KerasCheckpoint(kind: .fullModel, layers: [], kerasVersion: version)
            checkpoint.configuration = try KerasModelConfiguration(JSONParser.parse(json))
            return KerasDialect(checkpoint)
        }
        #expect(try dialect("2.3.1").centresBilinear == false)
        #expect(try dialect("2.4.0").centresBilinear == true)
        #expect(try dialect("3.1.0").centresBilinear == true)
        #expect(try dialect("2.2.4-tf", ragged: true, initializerType: true).centresBilinear == true)
        #expect(try dialect("2.2.4-tf", initializerType: true).centresBilinear == false)
        #expect(try dialect("2.2.4-tf", initializerType: false).centresBilinear == true)
        #expect(try dialect("2.2.4-tf", initializerType: true, hasInput: false).centresBilinear == nil)
        #expect(try dialect("2.3.0-tf").centresBilinear == nil)
        #expect(try dialect(nil).centresBilinear == nil)

        // Where it is not known, the model is refused, and only if it interpolates.
        for (interpolation, isKnown) in [("nearest", true), ("bilinear", false)] {
            let layer = KerasLayerDeclaration(
                name: "up", className: "UpSampling2D", arguments: .object(["interpolation": .string(interpolation)]))
            var arguments = KerasArguments(layer, dialect: try dialect("2.3.0-tf"))
            _ = KerasUpSampling(&arguments)
            #expect(arguments.problems.isEmpty == isKnown, "\(arguments.problems)")
        }
    }

    /// What backends compute otherwise under one name, as far as the file tells the backend.
    @Test func backendsThatComputeOtherwise() throws {
        var torch = KerasDialect()
        var theano = KerasDialect()
        (torch.isTorch, torch.version, torch.centresBilinear, theano.isTheano) = (true, try version("3.5.0"), true, true)
        func problems<Kind: KerasLayerKind>(
            _ kind: Kind.Type, _ className: String, _ members: [String: JSONValue], _ dialect: KerasDialect
        ) -> Int {
            var arguments = KerasArguments(
                KerasLayerDeclaration(name: "x", className: className, arguments: .object(members)), dialect: dialect)
            _ = Kind(&arguments)
            return arguments.problems.count
        }
        let three = JSONValue.array([.number(3), .number(3)])
        let one = JSONValue.array([.number(1), .number(1)])
        #expect(problems(KerasUpSampling.self, "UpSampling2D", ["interpolation": .string("bicubic")], torch) == 1)
        #expect(problems(KerasUpSampling.self, "UpSampling2D", ["interpolation": .string("bilinear")], torch) == 0)
        #expect(problems(KerasUpSampling.self, "UpSampling2D", ["interpolation": .string("bilinear")], theano) == 1)
        #expect(problems(KerasPooling.self, "AveragePooling2D", ["padding": .string("same")], torch) == 1)
        #expect(
            problems(KerasPooling.self, "AveragePooling2D", ["padding": .string("same"), "pool_size": three, "strides": one], torch) == 0)
        #expect(problems(KerasPooling.self, "MaxPooling2D", ["padding": .string("same")], torch) == 0)
    }
}
