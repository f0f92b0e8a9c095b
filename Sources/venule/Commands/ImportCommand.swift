import ArgumentParser
import GraphIR
import ModelFiles

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Reads a trained model and writes it as a graph.",
        discussion: """
            The graph is text; its weights lie beside it in a file of the same name ending in .virw. Without -o the model \
            is only checked. Everything that is not supported is reported at once, and nothing is written then.

            EXAMPLE
              venule import models/iternet_k8_n3.hdf5 -o iternet.vir
            """)

    @Argument(help: "A Keras file (HDF5, .keras) or an ONNX file.") var model: String
    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The graph to write.", valueName: "G.vir"))
    var output: String?
    @OptionGroup var inputs: ModelInputs
    @OptionGroup var reporting: ReportOptions

    func run() throws {
        let start = monotonicSeconds()
        if let output {
            for file in graphFiles(output) { try OutputFile.check(file, inputs: [model] + inputs.files) }
        }
        var loaded = try LoadedModel(path: model, options: try inputs.importOptions())
        if !inputs.inputShape.isEmpty { loaded = try loaded.bound(to: inputs.inputShape) }
        if let output {
            do throws(ModelFileError) {
                try ModelFile.write(loaded.graph, to: output)
            } catch {
                throw CommandFailure(.usage, "\(error)")
            }
        }
        try reporting.write(ImportReport(loaded, written: output, seconds: monotonicSeconds() - start))
    }
}
