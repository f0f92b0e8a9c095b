/// What the generation of Keras that wrote a model decides.
struct KerasDialect: Hashable, Sendable {
    /// The major version: 1, 2 or 3. Where the file does not tell, 2.
    var generation = 2
    /// Whether the model was written by tf.keras, the Keras 2 that is part of TensorFlow, or by Keras 3.
    var isTensorFlowKeras = false
    /// Theano's convolution turns the kernel by 180 degrees, and pads `same` in its own way.
    var isTheano = false
    var defaultDataFormat = "channels_last"
}

extension KerasDialect {
    init(_ checkpoint: KerasCheckpoint) {
        if let major = checkpoint.kerasVersion?.prefix(while: \.isNumber), let number = Int(major) { generation = number }
        // tf.keras writes its version as `2.4.0-tf`, or just `2.15.0`; Keras itself ended with 2.3.1.
        let parts = (checkpoint.kerasVersion ?? "").split(separator: ".").prefix(2).compactMap { Int($0) }
        isTensorFlowKeras = generation >= 3 || checkpoint.kerasVersion?.hasSuffix("-tf") == true
            || (parts.count == 2 && parts[0] == 2 && parts[1] >= 4)
        isTheano = checkpoint.backend == "theano"
        guard let model = checkpoint.configuration else { return }
        if checkpoint.kerasVersion == nil, KerasFirstGeneration.wrote(model) { generation = 1 }
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
