import ArgumentParser
import Glibc
import GraphIR
import Optimizer
import PlanFormat

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows what a model, graph or plan holds.",
        discussion: """
            Inputs, outputs, operations, parameters, multiply-accumulates and memory. What depends on the size of the input \
            needs --input-shape for a model or graph; a plan is for one size.

            --html writes a page for a browser, in one file: the graph drawn, before and behind the passes, the schedule and the arena \
            as pictures, weights and times of each operation.

            EXAMPLES
              venule inspect iternet.plan
              venule inspect iternet.plan --schedule
              venule inspect model.hdf5 --input-shape 1x592x592x3 --html model.html
              venule inspect model.onnx --dot | dot -Tsvg > model.svg
            """)

    @Argument(help: "A Keras file (HDF5, .keras), an ONNX file, a graph (.vir) or a plan.") var file: String
    @OptionGroup var inputs: ModelInputs
    @Flag(help: "Of a plan: each operation's algorithm and step height, and what the model of costs says of the alternatives.")
    var schedule = false
    @Flag(help: "Print the graph as text for Graphviz, in place of a report.")
    var dot = false
    @Option(help: ArgumentHelp("Write a page that shows all of it.", valueName: "REPORT"))
    var html: String?
    @Option(
        help: ArgumentHelp(
            "For the page: the times of the operations, as `bench --json --per-operation` has printed them.", valueName: "FILE"))
    var bench: String?
    @Option(
        help: ArgumentHelp(
            "For the page of a plan: the model that it was made of, whose graph is drawn too; --bind and --architecture are for it then.",
            valueName: "MODEL"))
    var model: String?
    @Flag(help: "Replace the page if it exists.")
    var force = false
    @OptionGroup var reporting: ReportOptions

    func validate() throws {
        if dot {
            let others = [(reporting.json, "--json"), (reporting.quiet, "--quiet"), (schedule, "--schedule"), (html != nil, "--html")]
            if let other = others.first(where: \.0) { throw ValidationError("--dot prints a graph alone: \(other.1) is not for it") }
        }
        for (isGiven, option) in [(bench != nil, "--bench"), (model != nil, "--model"), (force, "--force")] where isGiven && html == nil {
            throw ValidationError("\(option) is for --html")
        }
    }

    func run() throws {
        if let html {
            try OutputFile.check(html, inputs: [file] + inputs.files + [bench, model].compactMap { $0 })
            guard force || !FileStatus.isTaken(html) else {
                throw CommandFailure(.usage, "\(html): exists; --force replaces it")
            }
        }
        if try FileKind(of: file) == .plan { try inspectPlan() } else { try inspectModel() }
    }

    private func inspectModel() throws {
        guard !schedule else { throw CommandFailure(.usage, "\(file): --schedule is for plans") }
        guard model == nil else { throw CommandFailure(.usage, "\(file): --model is for plans") }
        var loaded = try LoadedModel(path: file, options: try inputs.importOptions())
        if !inputs.inputShape.isEmpty { loaded = try loaded.bound(to: inputs.inputShape) }
        if dot { return Console.write(text: OperationDiagram(loaded.graph).diagram.dotText(name: file)) }
        var report = ModelReport(loaded)
        if let html { report.page = try write(try InspectionPage(loaded, report, measuredBy: bench), to: html) }
        try reporting.write(report)
    }

    private func inspectPlan() throws {
        if model == nil {
            guard inputs.inputShape.isEmpty, inputs.bind.isEmpty else {
                throw CommandFailure(.usage, "\(file): --input-shape and --bind are not for plans")
            }
            try inputs.architecture.requireNone(for: file, "a plan")
        }
        let plan = try loadPlan(file).plan
        if dot { return Console.write(text: OperationDiagram(plan, groups: CallGroups(named: plan)).diagram.dotText(name: file)) }
        var status = stat()
        let size = stat(file, &status) == 0 ? Int(status.st_size) : 0
        var report = PlanReport(plan, file: file, fileBytes: size, describesSchedule: schedule)
        if let html {
            let source = try model.map { path in
                try MatchingModel(path, for: plan, at: file, inputs: inputs, warn: { Console.note("venule: warning: \($0)") }).model
            }
            report.page = try write(try InspectionPage(plan, report, madeOf: source, measuredBy: bench), to: html)
        }
        try reporting.write(report)
    }

    private func write(_ page: InspectionPage, to path: String) throws -> PageReport {
        for notice in page.notices { Console.noteOnInput(notice) }
        let bytes = Array(try page.html().utf8)
        try OutputFile.write(bytes, to: path)
        return PageReport(path: path, bytes: bytes.count)
    }
}
