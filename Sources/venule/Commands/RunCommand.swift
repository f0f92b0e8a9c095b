import ArgumentParser
import Imaging
import PlanFormat
import Runtime

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a plan on arrays.",
        discussion: """
            Inputs are .npy files (float32, C order) of the shape that `inspect` shows. Each output becomes a .npy file \
            named after it.

            EXAMPLE
              venule run iternet.plan --input photograph.npy --output-dir out --threads 2
            """)

    @Argument(help: "A plan.") var plan: String
    @Option(help: ArgumentHelp("An array for an input; without NAME for the next one.", valueName: "[NAME=]x.npy"))
    var input: [String] = []
    @Option(help: ArgumentHelp("Where the outputs go; made where it is missing.", valueName: "DIR"))
    var outputDir: String
    @OptionGroup var threadCount: ThreadCount
    @Option(name: .customLong("repeat"), help: "Run so many times and print the times; the outputs are those of the last run.")
    var repetitions = 1

    func validate() throws {
        guard repetitions >= 1 else { throw ValidationError("--repeat \(repetitions): 1 or more is expected") }
    }

    func run() throws {
        let model = try loadPlan(plan)
        let inputs = try PlanInputs.read(input, for: model.plan, place: plan)
        let runner = try PlanRunner(model, place: plan, threads: threadCount.threads)
        try OutputFolder.check(outputDir)
        var times: [Double] = []
        for _ in 0..<repetitions {
            let start = monotonicSeconds()
            try runner.run(inputs)
            times.append(monotonicSeconds() - start)
        }
        let names = OutputFolder.fileNames(for: model.plan.outputs.map(\.text))
        let files = model.plan.outputs.indices.map { index in
            let shape = model.plan.shape(of: model.plan.outputs[index])
            return (
                path: "\(outputDir)/\(names[index]).npy",
                bytes: NumPyArray(shape: shape, values: runner.output(index)).bytes
            )
        }
        try OutputFolder.make(outputDir)
        try AtomicFile.write(files)
        for (entry, file) in zip(model.plan.outputs, files) {
            Console.write(Format.line(entry.text, "\(file.path), \(Format.shape(model.plan.shape(of: entry)))"))
        }
        times.sort()
        let text = repetitions == 1
            ? Format.duration(times[0])
            : "\(Format.duration(times[times.count / 2])) median of \(repetitions), \(Format.duration(times[0])) best"
        Console.write(Format.line("time", "\(text), \(runner.threads) thread\(runner.threads == 1 ? "" : "s")"))
    }
}

/// The arrays for a plan's inputs.
enum PlanInputs {
    /// - Throws: for a file that is no array, and for an array of another shape than the input's.
    static func read(_ arguments: [String], for plan: Plan, place: String) throws -> [[Float]] {
        let paths = try InputFiles.assign(arguments, to: plan.inputs.map(\.text), of: place)
        return try zip(plan.inputs, paths).map { entry, path in
            let array = try NumPyArray(contentsOf: path)
            let expected = plan.shape(of: entry)
            guard array.shape == expected else {
                throw CommandFailure(
                    .usage,
                    "\(path): shape \(Format.shape(array.shape)) found; input '\(entry.text)' of \(place) wants "
                        + Format.shape(expected))
            }
            return array.values
        }
    }
}
