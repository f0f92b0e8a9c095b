import ArgumentParser
import DeviceCommandLine
import Files
import PlanFormat
import Runtime

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a plan, or a model, on arrays and pictures.",
        discussion: """
            It does what `venule-run run` does on a device: rows of the inputs are read as they are needed, and rows of the \
            outputs are written as they are finished. A model is first compiled in memory, as `compile` does without options.

            An input is a .npy file of the type and shape that `inspect` shows, or of float64 for floats; an array of a .npz \
            file; or a binary PPM or PGM of an image's size, whose samples become 0 to 1. Of x.npz the arrays that are called \
            like inputs are taken, and x.npz:ARRAY is one of them.

            EXAMPLE
              venule run iternet.plan --input photograph.npy --output-dir out --threads 2
              venule run iternet.plan --input photograph.ppm --output vessels.pgm --until 1
              venule run model.onnx --input image=arrays.npz:photograph --output-dir out
            """)

    @Argument(help: "A plan, a model (Keras, ONNX) or a graph (.vir).") var plan: String
    @Option(help: ArgumentHelp("A file for an input; without NAME for the next one.", valueName: "[NAME=]FILE"))
    var input: [String] = []
    @Option(
        help: ArgumentHelp("Where the outputs go, a .npy each, named after them; made where it is missing.", valueName: "DIR"))
    var outputDir: String?
    @Option(help: ArgumentHelp("The last output alone: a .npy, or a .pgm of 255 times the value.", valueName: "FILE"))
    var output: String?
    @Option(parsing: .unconditional, help: "Only the first N outputs, and nothing that only later ones need.")
    var until: Int?
    @Option(parsing: .unconditional, help: "From then on only the first output is worked on; what is finished is written.")
    var deadlineMs: Int?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Masks instead of values: 1 (in a .pgm 255) where the value is at least P, else 0.", valueName: "P"))
    var threshold: Float?
    @OptionGroup var modelInputs: ModelInputs
    @OptionGroup var threadCount: ThreadCount
    @Option(
        name: .customLong("repeat"), parsing: .unconditional,
        help: "Run so many times and print the times; the outputs are those of the last run.")
    var repetitions = 1
    @OptionGroup var reporting: ReportOptions

    func validate() throws {
        guard repetitions >= 1 else { throw ValidationError("--repeat \(repetitions): 1 or more is expected") }
        if let until, until < 1 { throw ValidationError("--until \(until): 1 or more is expected") }
        if let deadlineMs, deadlineMs < 1 { throw ValidationError("--deadline-ms \(deadlineMs): 1 or more is expected") }
        if let threshold, !(threshold >= 0) { throw ValidationError("--threshold \(threshold): 0 or more is expected") }
        guard (output == nil) != (outputDir == nil) else { throw ValidationError("One of --output-dir and --output is expected") }
    }

    func run() throws {
        // The place before the model is read, the files' names before it is compiled.
        if let outputDir { try OutputFolder.check(outputDir) }
        if let output { try OutputFile.check(output, inputs: graphFiles(plan) + modelInputs.files) }
        let source = try PlanSource(path: plan, inputs: modelInputs, threads: threadCount.threads, check: checkFiles)
        let start = monotonicSeconds()
        let session = try Session(source.model, place: plan, threads: threadCount.threads)
        let load = source.loadSeconds + monotonicSeconds() - start
        var run = PlanRun(
            inputs: try InputFiles.open(input, for: source.model.plan),
            destination: output.map { .file($0) } ?? .folder(outputDir ?? "."))
        run.until = until
        run.deadlineMilliseconds = deadlineMs
        run.threshold = threshold
        run.repeats = repetitions
        let result = try run.perform(on: session, note: Console.noteOnInput)
        try reporting.write(RunReport(path: plan, session, load: load, source.compilation, result))
    }

    /// Refuses places where outputs cannot or must not go, so that a long run does not end in vain.
    private func checkFiles(inputs: [String], outputs: [String]) throws {
        let read = try graphFiles(plan) + modelInputs.files + InputFiles.paths(input, for: inputs)
        if let output { return try OutputFile.check(output, inputs: read) }
        guard let outputDir else { return }
        for name in OutputNames.fileNames(for: outputs.map { Array($0.utf8) }).prefix(until ?? outputs.count) {
            try OutputFile.check("\(outputDir)/\(String(decoding: name, as: UTF8.self)).npy", inputs: read, makesFolder: true)
        }
    }
}
