import ArgumentParser
import GraphIR
import Imaging
import PlanFormat
import Reference
import Runtime

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a plan on arrays.",
        discussion: """
            Inputs are .npy files (C order) of the type and shape that `inspect` shows. Each output becomes a .npy file \
            named after it.

            EXAMPLE
              venule run iternet.plan --input photograph.npy --output-dir out --threads 2
              venule run iternet.plan --input photograph.npy --output-dir out --until 1
            """)

    @Argument(help: "A plan.") var plan: String
    @Option(help: ArgumentHelp("An array for an input; without NAME for the next one.", valueName: "[NAME=]x.npy"))
    var input: [String] = []
    @Option(help: ArgumentHelp("Where the outputs go; made where it is missing.", valueName: "DIR"))
    var outputDir: String
    @Option(help: "Only the first N outputs, and nothing that only later ones need.")
    var until: Int?
    @Option(help: "From then on only the first output is worked on; what is finished is written.")
    var deadlineMs: Int?
    @OptionGroup var threadCount: ThreadCount
    @Option(name: .customLong("repeat"), help: "Run so many times and print the times; the outputs are those of the last run.")
    var repetitions = 1

    func validate() throws {
        guard repetitions >= 1 else { throw ValidationError("--repeat \(repetitions): 1 or more is expected") }
        if let until, until < 1 { throw ValidationError("--until \(until): 1 or more is expected") }
        if let deadlineMs, deadlineMs < 1 { throw ValidationError("--deadline-ms \(deadlineMs): 1 or more is expected") }
    }

    func run() throws {
        let model = try loadPlan(plan)
        let inputs = try PlanInputs.read(input, for: model.plan, place: plan)
        let runner = try PlanRunner(model, place: plan, threads: threadCount.threads)
        let count = until ?? model.plan.outputs.count
        guard count <= model.plan.outputs.count else {
            throw CommandFailure(.usage, "--until \(count): \(plan) has \(model.plan.outputs.count) outputs")
        }
        let options = RunOptions(outputs: count, deadline: deadlineMs.map { UInt64($0) * 1_000_000 })
        try OutputFolder.check(outputDir)
        let names = OutputFolder.fileNames(for: model.plan.outputs.map(\.text))
        let paths = names.map { "\(outputDir)/\($0).npy" }
        let read = try [plan] + InputFiles.assign(input, to: model.plan.inputs.map(\.text), of: plan)
        for path in paths.prefix(count) { try OutputFile.check(path, inputs: read) }
        var newest = 0
        var times: [Double] = []
        for _ in 0..<repetitions {
            let start = monotonicSeconds()
            newest = try runner.run(inputs, options: options)
            times.append(monotonicSeconds() - start)
        }
        let finished = (0..<count).filter { runner.isComplete(output: $0) }
        let files = finished.map { index in
            (path: paths[index], bytes: NumPyTensor(runner.output(index)).fileBytes)
        }
        try OutputFolder.make(outputDir)
        try AtomicFile.write(files)
        for (index, file) in zip(finished, files) {
            let entry = model.plan.outputs[index]
            Console.write(Format.line(entry.text, "\(file.path), \(Format.shape(model.plan.shape(of: entry)))"))
        }
        if count < paths.count {
            let others = model.plan.outputs.dropFirst(count).map(\.text)
            Console.write(Format.line("left out", "\(Format.names(others)), by --until \(count)"))
        }
        if newest < count - 1 {
            Console.write(Format.line("newest", "output \(newest + 1) of \(count): the deadline has passed"))
        }
        times.sort()
        let text =
            repetitions == 1
            ? Format.duration(times[0])
            : "\(Format.duration(times[times.count / 2])) median of \(repetitions), \(Format.duration(times[0])) best"
        Console.write(Format.line("time", "\(text), \(runner.threads) thread\(runner.threads == 1 ? "" : "s")"))
    }
}

/// The arrays for a plan's inputs.
enum PlanInputs {
    /// - Throws: for a file that is no array, and for an array of another type or shape than the input's.
    static func read(_ arguments: [String], for plan: Plan, place: String) throws -> [Tensor] {
        let paths = try InputFiles.assign(arguments, to: plan.inputs.map(\.text), of: place)
        return try zip(plan.inputs, paths).map { entry, path in try read(path, for: entry, of: plan, place: place) }
    }

    /// The same, with nil for inputs that no argument is for.
    static func readSome(_ arguments: [String], for plan: Plan, place: String) throws -> [Tensor?] {
        let paths = try InputFiles.assignSome(arguments, to: plan.inputs.map(\.text), of: place)
        return try zip(plan.inputs, paths).map { entry, path in
            try path.map { try read($0, for: entry, of: plan, place: place) }
        }
    }

    private static func read(_ path: String, for entry: EntryPoint, of plan: Plan, place: String) throws -> Tensor {
        let tensor = Tensor(try NumPyTensor(contentsOf: path))
        let expected = plan.shape(of: entry)
        guard tensor.shape == expected else {
            throw CommandFailure(
                .usage,
                "\(path): shape \(Format.shape(tensor.shape)) found; input '\(entry.text)' of \(place) wants "
                    + Format.shape(expected))
        }
        guard tensor.element == ElementType(entry.tensor.element) else {
            throw CommandFailure(
                .usage,
                "\(path): elements of type \(tensor.element.rawValue) found; input '\(entry.text)' of \(place) wants "
                    + entry.tensor.element.text)
        }
        return tensor
    }
}

extension NumPyTensor.Element {
    fileprivate init(_ element: ElementType) {
        switch element {
        case .float32: self = .float32
        case .int32: self = .int32
        case .int64: self = .int64
        case .uint8: self = .uint8
        case .int8: self = .int8
        case .bool: self = .bool
        }
    }

    fileprivate var type: ElementType {
        switch self {
        case .float32: .float32
        case .int32: .int32
        case .int64: .int64
        case .uint8: .uint8
        case .int8: .int8
        case .bool: .bool
        }
    }
}

extension NumPyTensor {
    init(_ tensor: Tensor) {
        self.init(Element(tensor.element), shape: tensor.shape, bytes: tensor.constant.bytes.withUnsafeBytes { Array($0) })
    }
}

extension Tensor {
    init(_ array: NumPyTensor) {
        self.init(Constant(element: array.element.type, shape: array.shape, bytes: .owned(array.bytes)))
    }
}
