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

    @Argument(help: "A Keras HDF5 file, a graph (.vir) or a plan.") var file: String
    @Option(help: ArgumentHelp("Count multiply-accumulates for this size.", valueName: "[NAME=]SHAPE"))
    var inputShape: [InputShape] = []

    func run() throws {
        guard try FileKind(of: file) == .plan else {
            var loaded = try LoadedModel(path: file)
            if !inputShape.isEmpty { loaded = try loaded.bound(to: inputShape) }
            for line in ModelDescription.lines(of: loaded) { Console.write(line) }
            return
        }
        guard inputShape.isEmpty else { throw CommandFailure(.usage, "\(file): --input-shape is not for plans") }
        let model = try loadPlan(file)
        var status = stat()
        let size = stat(file, &status) == 0 ? Int(status.st_size) : 0
        for line in PlanDescription.lines(of: model.plan, fileBytes: size) { Console.write(line) }
    }
}
