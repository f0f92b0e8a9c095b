import ArgumentParser
import DeviceCommandLine
import PlanFormat
import Reference
import Runtime

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares what two plans, models or stored results give.",
        discussion: """
            A plan is run, a model (Keras, ONNX, a graph) is evaluated slowly and plainly, and stored results (.npy, .npz) are what \
            another program computed on the same input. The input are the given arrays, or random numbers from 0 to 1 that are the \
            same every time, or photographs, which are prepared as `segment` does.

            EXAMPLES
              venule compare iternet.plan model.hdf5
              venule compare f16.plan f32.plan --input photograph.npy --per-operation
              venule compare model.onnx --expected onnxruntime.npz --input image=x.npy
              venule compare iternet.plan model.hdf5 --dump conv2d_4 --output-dir inside
            """)

    @Argument(
        help: ArgumentHelp(
            "Two plans, models, graphs or stored results, of which the second may be --expected instead; then photographs.",
            valueName: "A B IMAGE"))
    var files: [String] = []
    @Option(help: ArgumentHelp("What the outputs should be, in place of B.", valueName: "FILE.npy|FILE.npz"))
    var expected: String?
    @Option(help: ArgumentHelp("A file for an input, as for `run`; without NAME for the next one.", valueName: "[NAME=]FILE"))
    var input: [String] = []
    @Flag(help: "Also the values inside, operation by operation, and the first that differs, is NaN or infinite.")
    var perOperation = false
    @Option(help: ArgumentHelp("Write a value inside as a .npy, of both sides; may be given several times.", valueName: "NAME"))
    var dump: [String] = []
    @Option(help: ArgumentHelp("Where --dump writes to; made where it is missing.", valueName: "DIR"))
    var outputDir: String?
    @OptionGroup var tolerance: ToleranceOption
    @OptionGroup var modelInputs: ModelInputs
    @OptionGroup var threadCount: ThreadCount
    @OptionGroup var reporting: ReportOptions

    func validate() throws {
        guard files.count >= sideCount else { throw ValidationError("Two sides are expected: A and B, or A and --expected") }
        guard dump.isEmpty == (outputDir == nil) else {
            throw ValidationError(dump.isEmpty ? "--output-dir is for --dump" : "--dump: say with --output-dir where to")
        }
        if !images.isEmpty, !input.isEmpty { throw ValidationError("--input: the input are the photographs") }
        if images.count > 1, perOperation || !dump.isEmpty {
            throw ValidationError("--per-operation and --dump: look inside for one photograph at a time")
        }
    }

    /// How many of the files are sides.
    private var sideCount: Int { expected == nil ? 2 : 1 }
    private var images: [String] { Array(files.dropFirst(sideCount)) }

    func run() throws {
        let paths = files.prefix(sideCount) + (expected.map { [$0] } ?? [])
        var opening = ComparedSides(
            modelInputs: modelInputs, input: input, threads: threadCount.threads, looksInside: perOperation || !dump.isEmpty)
        opening.note = { if !reporting.quiet { Console.noteOnInput($0) } }
        let opened = try opening.open(paths[0], paths[1], expected: expected != nil)
        let (a, b) = (opened.a, opened.b)
        let kept = try outputDir.map { folder in
            try KeptValues(dump, of: a, b, in: folder, inputs: paths.flatMap(graphFiles) + images + modelInputs.files + opened.files)
        }
        var comparison = Comparison(a: a, b: b, tolerance: tolerance.value(for: opened.plans))
        if perOperation { comparison.operations = .between(a, b) }
        comparison.kept = kept?.values ?? []

        var report: ComparisonReport
        var result: Comparison.Result
        if images.isEmpty {
            let inputs = try ComparedInputs(input, for: opened.interface, note: opening.note)
            result = try comparison.run(on: inputs)
            report = ComparisonReport(comparison, result, inputs, otherSource: opened.otherSource)
        } else {
            (report, result) = try compare(images, comparison, opened)
        }
        if a.kind == .model { report.onlyA += opened.leftOut } else { report.onlyB += opened.leftOut }
        if let kept { report.written = try kept.write(a: result.keptA, b: result.keptB) }
        try reporting.write(report)
        if let failure = report.failure { throw CommandFailure(.mismatch, failure) }
    }

    /// - Returns: with all photographs; the result is that of the last one.
    private func compare(
        _ images: [String], _ comparison: Comparison, _ opened: ComparedSides.Opened
    ) throws -> (ComparisonReport, Comparison.Result) {
        var last: (report: ComparisonReport, result: Comparison.Result)?
        var photographs: [ComparedPhotograph] = []
        for image in images {
            let photograph = try PhotographInput(image, for: opened.interface)
            let result = try comparison.run(on: photograph.inputs)
            photographs.append(try ComparedPhotograph(photograph, result, comparison))
            let inputs = ComparedInputs(photograph.inputs.entries, description: images.joined(separator: ", "))
            last = (ComparisonReport(comparison, result, inputs, otherSource: opened.otherSource), result)
        }
        guard var last else { throw CommandFailure(.usage, "no photograph is given") }
        // Maps of the photographs' size are what counts.
        last.report.outputs = []
        last.report.photographs = photographs
        return last
    }
}

/// `--tolerance` of the commands that compare.
struct ToleranceOption: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: """
            The largest difference that is accepted; of an output of floats with numbers beyond 1, that times the largest of them. \
            Default: 1e-5, or 1e-4 for a plan with Winograd's algorithms, 0.03 for weights in f16 and 0.3 in bf16.
            """)
    var tolerance: Double?

    func validate() throws {
        if let tolerance, !(tolerance >= 0) { throw ValidationError("--tolerance \(tolerance): 0 or more is expected") }
    }

    /// What is accepted where plans are compared: the most that any of them needs.
    func value(for plans: [Plan]) -> Double { tolerance ?? plans.map(Tolerance.standard(for:)).max() ?? Tolerance.ofSums }
}
