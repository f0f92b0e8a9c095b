import ArgumentParser
import DeviceCommandLine

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares a plan with its model.",
        discussion: """
            Runs the plan, and evaluates the model slowly and plainly, on the same input: the given arrays, or random \
            numbers from 0 to 1 that are the same every time. The plan's checksums are compared as well. `compare` also \
            tells where inside a difference begins.

            EXAMPLE
              venule verify iternet.plan models/iternet_k8_n3.hdf5 --input photograph.npy
            """)

    @Argument(help: "A plan.") var plan: String
    @Argument(help: "The model or graph that it was made of.") var model: String
    @Option(help: ArgumentHelp("A file for an input, as for `run`; without NAME for the next one.", valueName: "[NAME=]FILE"))
    var input: [String] = []
    @OptionGroup var tolerance: ToleranceOption
    @OptionGroup var modelInputs: ModelInputs
    @OptionGroup var threadCount: ThreadCount
    @OptionGroup var reporting: ReportOptions

    func run() throws {
        var sides = ComparedSides(modelInputs: modelInputs, input: input, threads: threadCount.threads, looksInside: false)
        sides.note = { if !reporting.quiet { Console.noteOnInput($0) } }
        let pair = try sides.open(try ComparedSides.loadCheckedPlan(plan), plan, against: model)
        let compiled = pair.plan.model.plan
        let comparison = Comparison(a: pair.plan, b: pair.model, tolerance: tolerance.value(for: [compiled]))
        let inputs = try ComparedInputs(input, for: compiled, note: sides.note)
        var report = ComparisonReport(comparison, try comparison.run(on: inputs), inputs, otherSource: pair.otherSource)
        report.onlyB = pair.leftOut
        report.isDetailed = false
        try reporting.write(report)
        if let failure = report.failure { throw CommandFailure(.mismatch, failure) }
    }
}
