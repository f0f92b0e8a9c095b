import ArgumentParser
import Importer

/// The architecture of a Keras model that lies beside its weights.
struct ArchitectureOption: ParsableArguments {
    @Option(
        name: .customLong("architecture"),
        help: ArgumentHelp(
            "The architecture of a file of Keras weights (save_weights, .weights.h5): what model.to_json() returned.",
            valueName: "JSON"))
    var path: String?

    /// Refuses the option for what has its architecture in itself.
    func requireNone(for file: String, _ kind: String) throws {
        guard let path else { return }
        throw CommandFailure(.usage, "--architecture \(path): \(file) is \(kind), which has its architecture in itself")
    }
}
