/// Everything that depends on the version of Keras which wrote a model.
struct KerasDialect: Hashable, Sendable {
    /// The version that wrote the model; where the file does not tell, the earliest that may have, whose names all later ones have.
    var version = KerasVersion(line: .keras2, number: .init(2, 0, 0))
    var isVersionTold = false
    /// Whether bilinear UpSampling2D takes pixels for squares, as TensorFlow 2 does, or for points at their top left corners; nil
    /// where versions that may have written the file differ.
    var centresBilinear: Bool? = false
    /// Theano's convolution turns the kernel by 180 degrees, and pads `same` in its own way.
    var isTheano = false
    var isTorch = false
    var defaultDataFormat = "channels_last"
}

extension KerasDialect {
    /// The major version: 1, 2 or 3.
    var generation: Int { version.number.major }

    init(_ checkpoint: KerasCheckpoint) {
        let told = checkpoint.kerasVersion.flatMap(KerasVersion.init)
        isVersionTold = told != nil
        isTheano = checkpoint.backend == "theano"
        isTorch = checkpoint.backend == "torch"
        version = told ?? checkpoint.configuration.map(KerasVersion.init(earliestThatWrites:)) ?? version
        guard let model = checkpoint.configuration else { return }
        centresBilinear = isVersionTold || generation != 2 ? version.centresBilinear(in: model) : nil
        guard generation == 1 else { return }
        defaultDataFormat = KerasFirstGeneration.dataFormat(of: model) ?? defaultDataFormat
        // Keras 1 does not tell its backend, but only TensorFlow's variables have a number behind a colon.
        let names = checkpoint.layers.flatMap(\.weights).map(\.name)
        isTheano = checkpoint.backend.map { $0 == "theano" } ?? !names.contains { $0.contains(":") }
    }
}

extension KerasDialect {
    /// What no generation that is read has.
    @Sendable static func problems(of checkpoint: KerasCheckpoint) -> [ImportProblem] {
        guard let version = checkpoint.kerasVersion, version.hasPrefix("0.") else { return [] }
        return [ImportProblem(attribute: "keras_version", found: "'\(version)'", accepted: "1.0 or newer")]
    }
}

extension KerasDialect {
    /// Why something that is built into some versions is not what the file means; nil where the file's version has it.
    func absence(of availability: KerasAvailability) -> String? {
        guard !availability.includes(version) else { return nil }
        let writer =
            isVersionTold ? "\(version), which wrote the file, does not have" : "not every version that may have written the file has"
        return "which \(writer) (it is built in \(availability.description)), so that it is a function or class of somebody's own"
    }
}

// MARK: What versions write
extension KerasVersion {
    /// The earliest version that may have written a model, by the names in it, where the file does not tell. Keras 3 tells of each
    /// class whether it is its own, and of functions of its own the names only, so that the newest one is assumed.
    init(earliestThatWrites model: KerasModelConfiguration) {
        if KerasFirstGeneration.wrote(model) {
            self.init(line: .keras1, number: Number(1, 0, 0))
        } else if model.allLayers.contains(where: { $0.module != nil }) {
            self.init(line: .keras3, number: Number(3, 15, 1))
        } else if model.className == "Functional" {
            self.init(line: .tensorFlow, number: Number(2, 4, 0))
        } else {
            self.init(line: .keras2, number: Number(2, 0, 0))
        }
    }

    /// See ``KerasDialect/centresBilinear``. Keras 2 calls TensorFlow 1's `resize_bilinear`, and so does the tf.keras of TensorFlow 1.13 and
    /// 1.14; that of 1.15 and 2.0 calls `resize_images_v2`. From 1.13 to 2.2 all say that they are 2.2.4 or 2.3.0. Of
    /// these 1.15 and 2.1 write whether inputs are ragged, and TensorFlow 1 writes the type that initializers make.
    fileprivate func centresBilinear(in model: KerasModelConfiguration) -> Bool? {
        guard line == .tensorFlow else { return line == .keras3 }
        if number >= Number(2, 4, 0) { return true }
        guard number >= Number(2, 2, 4) else { return false }
        let inputs = model.allLayers.filter { $0.className == "InputLayer" }
        if inputs.contains(where: { $0.arguments["ragged"] != nil }) { return true }
        let initializers = model.allLayers.compactMap { $0.arguments["kernel_initializer"]?["config"] }
        guard !initializers.isEmpty else { return nil }
        guard initializers.contains(where: { $0["dtype"] != nil }) else { return true }
        // A sequential model's input is not written, not even by 1.15.
        return inputs.isEmpty ? nil : false
    }
}

extension KerasModelConfiguration {
    /// The layers of the model and of the models in it.
    var allLayers: [KerasLayerDeclaration] { layers.flatMap { layer in [layer] + (layer.model?.model.allLayers ?? []) } }
}
