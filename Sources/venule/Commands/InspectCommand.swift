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
              venule inspect iternet.plan --schedule
              venule inspect model.hdf5 --input-shape 1x592x592x3
            """)

    @Argument(help: "A Keras file (HDF5, .keras), an ONNX file, a graph (.vir) or a plan.") var file: String
    @OptionGroup var inputs: ModelInputs
    @Flag(help: "Of a plan: each operation's algorithm and step height, and what the model of costs says of the alternatives.")
    var schedule = false

    func run() throws {
        guard try FileKind(of: file) == .plan else {
            guard !schedule else { throw CommandFailure(.usage, "\(file): --schedule is for plans") }
            var loaded = try LoadedModel(path: file, options: try inputs.importOptions())
            if !inputs.inputShape.isEmpty { loaded = try loaded.bound(to: inputs.inputShape) }
            for line in ModelDescription.lines(of: loaded) { Console.write(line) }
            return
        }
        guard inputs.inputShape.isEmpty, inputs.bind.isEmpty else {
            throw CommandFailure(.usage, "\(file): --input-shape and --bind are not for plans")
        }
        try inputs.architecture.requireNone(for: file, "a plan")
        let model = try loadPlan(file)
        var status = stat()
        let size = stat(file, &status) == 0 ? Int(status.st_size) : 0
        for line in PlanDescription.lines(of: model.plan, fileBytes: size) { Console.write(line) }
        if schedule { for line in ScheduleDescription.lines(of: model.plan) { Console.write(line) } }
    }
}
