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
        let model = try PlanSource(path: plan, inputs: modelInputs, threads: threadCount.threads, check: checkFiles).model
        let session = try Session(model, place: plan, threads: threadCount.threads)
        var run = PlanRun(
            inputs: try InputFiles.open(input, for: model.plan),
            destination: output.map { .file($0) } ?? .folder(outputDir ?? "."))
        run.until = until
        run.deadlineMilliseconds = deadlineMs
        run.threshold = threshold
        run.repeats = repetitions
        try report(try run.perform(on: session, note: Console.noteOnInput), session)
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

    private func report(_ result: PlanRun.Result, _ session: Session) throws {
        let plan = session.model.plan
        for (index, path) in result.files {
            let entry = plan.outputs[index]
            Console.write(Format.line(entry.text, "\(path), \(Format.shape(plan.shape(of: entry)))"))
        }
        if result.count < plan.outputs.count {
            let others = plan.outputs.dropFirst(result.count).map(\.text)
            Console.write(Format.line("left out", "\(Format.names(others)), by --until \(result.count)"))
        }
        if result.newest < result.count - 1 {
            Console.write(Format.line("newest", "output \(result.newest + 1) of \(result.count): the deadline has passed"))
        }
        let times = result.nanoseconds.map { Double($0) * 1e-9 }.sorted()
        let text =
            repetitions == 1
            ? Format.duration(times[0])
            : "\(Format.duration(times[times.count / 2])) median of \(repetitions), \(Format.duration(times[0])) best"
        Console.write(Format.line("time", "\(text), \(session.threads) thread\(session.threads == 1 ? "" : "s")"))
    }
}
