import ArgumentParser
import DeviceCommandLine
import Optimizer
import Runtime

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures how fast a plan runs, or what the parts of a plan cost on this machine.",
        discussion: """
            A run that is not counted goes first, and rows go in and out as in `run`. Inputs without a file are filled with numbers \
            that are the same every time, so that the checksums of the outputs can be compared, also with those of `venule-run \
            bench`. That measures the memory that a device needs: this program's own libraries count here. A model is first \
            compiled in memory, as `compile` does without options.

            With --calibrate small plans are run, and a table of costs is made of their times, for `compile --target`.

            EXAMPLES
              venule bench iternet.plan --threads 2 --per-operation
              venule bench iternet.plan --runs 50 --json
              venule bench --calibrate -o this-machine.costs
            """)

    @Argument(help: "A plan, a model (Keras, ONNX) or a graph (.vir); none with --calibrate.") var plan: String?
    @Option(help: ArgumentHelp("A file for an input, as for `run`; without NAME for the next one.", valueName: "[NAME=]FILE"))
    var input: [String] = []
    @Option(parsing: .unconditional, help: "Measured runs. Default: 10; with --calibrate 5 of each small plan at least.")
    var runs: Int?
    @Option(parsing: .unconditional, help: "Only the first N outputs, and nothing that only later ones need.")
    var until: Int?
    @OptionGroup var modelInputs: ModelInputs
    @OptionGroup var threadCount: ThreadCount
    @Flag(help: "Also each operation's time, share, speed and algorithm.")
    var perOperation = false
    @OptionGroup var reporting: ReportOptions
    @Flag(help: "Measure the figures of the model of costs, on one core.")
    var calibrate = false
    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("The table to write. Default: standard output.", valueName: "FILE"))
    var output: String?

    func validate() throws {
        if let runs, runs < 1 { throw ValidationError("--runs \(runs): 1 or more is expected") }
        if let until, until < 1 { throw ValidationError("--until \(until): 1 or more is expected") }
        if calibrate {
            let others = [
                (plan != nil, "a plan"), (!input.isEmpty, "--input"), (until != nil, "--until"),
                (!modelInputs.inputShape.isEmpty, "--input-shape"), (!modelInputs.bind.isEmpty, "--bind"),
                (modelInputs.architecture.path != nil, "--architecture"), (threadCount.threads != nil, "--threads"),
                (perOperation, "--per-operation"),
            ]
            if output == nil { try reporting.requireLines(for: "--calibrate without --output") }
            if let other = others.first(where: \.0) {
                throw ValidationError("--calibrate takes no plan of yours: \(other.1) is not for it")
            }
        } else {
            if plan == nil { throw ValidationError("A plan is missing, or --calibrate") }
            if output != nil { throw ValidationError("--output is for --calibrate") }
        }
    }

    func run() throws {
        guard let plan else { return try writeTable() }
        let source = try PlanSource(path: plan, inputs: modelInputs, threads: threadCount.threads)
        let start = monotonicSeconds()
        let session = try Session(source.model, place: plan, threads: threadCount.threads)
        let load = source.loadSeconds + monotonicSeconds() - start
        var bench = PlanBench(inputs: try InputFiles.open(input, for: source.model.plan))
        bench.until = until
        bench.runs = runs ?? 10
        bench.profiles = perOperation
        let result = try bench.perform(on: session, note: Console.noteOnInput)
        try reporting.write(BenchReport(path: plan, session, load: load, source.compilation, result, hasOperations: perOperation))
    }

    private func writeTable() throws {
        // Before the work, so that a place that cannot be written to costs no waiting.
        if let output { try OutputFile.check(output, inputs: [], takesDevices: true) }
        let calibration = try Calibration.run(leastRuns: runs ?? 5)
        if let output { try OutputFile.write(Array(calibration.table.text.utf8), to: output) }
        try reporting.write(CalibrationReport(calibration, written: output))
    }
}
