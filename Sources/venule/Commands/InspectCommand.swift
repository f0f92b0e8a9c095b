import ArgumentParser
import Glibc

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows what a model, graph or plan holds.",
        discussion: """
            Inputs, outputs, operations, parameters, multiply-accumulates and memory. What depends on the size of the input \
            needs --input-shape for a model or graph; a plan is for one size.

            EXAMPLES
              venule inspect iternet.plan
              venule inspect model.hdf5 --input-shape 1x592x592x3
            """)

    @Argument(help: "A Keras file (HDF5, .keras), an ONNX file, a graph (.vir) or a plan.") var file: String
    @OptionGroup var inputs: ModelInputs

    func run() throws {
        guard try FileKind(of: file) == .plan else {
            var loaded = try LoadedModel(path: file, options: try inputs.importOptions())
            if !inputs.inputShape.isEmpty { loaded = try loaded.bound(to: inputs.inputShape) }
            for line in ModelDescription.lines(of: loaded) { Console.write(line) }
            return
        }
        guard inputs.inputShape.isEmpty, inputs.bind.isEmpty else {
            throw CommandFailure(.usage, "\(file): --input-shape and --bind are not for plans")
        }
        let model = try loadPlan(file)
        var status = stat()
        let size = stat(file, &status) == 0 ? Int(status.st_size) : 0
        for line in PlanDescription.lines(of: model.plan, fileBytes: size) { Console.write(line) }
    }
}
