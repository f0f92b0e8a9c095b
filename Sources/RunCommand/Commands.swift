import PlanFormat
import Platform
import Runtime

/// `venule-run`: see ``Arguments/usage``.
@c(venule_run_main)
public func runMain(_ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    do {
        let arguments = try Arguments(arguments, count: Int(count))
        switch arguments.command {
        case .help: Console.write(Arguments.usage)
        case .version: Console.write("venule-run \(RuntimeVersion.text)\n")
        case .run: try run(arguments)
        case .describe: try describe(arguments)
        case .bench: try bench(arguments)
        case .doctor: try doctor(arguments)
        case .install: try install(arguments)
        }
        return 0
    } catch {
        Console.writeError("venule-run: \(error.message)\n")
        return error.status.rawValue
    }
}

func loadModel(_ arguments: Arguments) throws(CommandFailure) -> Model {
    guard let path = arguments.plan else { throw CommandFailure(.usage, "a plan is missing") }
    do {
        return try Model(path: path.start)
    } catch {
        throw CommandFailure(error, place: path.text)
    }
}

func makeSession(_ model: Model, _ arguments: Arguments) throws(CommandFailure) -> Session {
    do {
        return try Session(model, options: SessionOptions(threads: arguments.threads))
    } catch {
        throw CommandFailure(error, place: arguments.plan?.text ?? "")
    }
}

func infer(_ session: Session, _ tensors: Tensors) throws(CommandFailure) {
    do {
        try session.run(inputs: tensors.inputViews, outputs: tensors.outputViews)
    } catch {
        throw CommandFailure(error, place: "run")
    }
}

private func run(_ arguments: Arguments) throws(CommandFailure) {
    let model = try loadModel(arguments)
    guard let directory = arguments.outputDirectory else { throw CommandFailure(.usage, "--output-dir is missing") }
    let tensors = try Tensors(model.plan, files: arguments.inputs, fillsMissing: false)
    // Before the work, so that a directory that cannot be made costs no waiting.
    let code = venule_directory_create(directory.start)
    guard code == 0 else { throw .file(directory.text, "created", code: code) }
    let session = try makeSession(model, arguments)
    for _ in 0..<arguments.repeats { try infer(session, tensors) }
    let files = OutputFiles(directory: directory.text, model.plan)
    try files.write(model.plan, tensors)
    for (entry, path) in zip(model.plan.outputs, files.paths) {
        let shape = Tensors.text(model.plan.shape(of: entry))
        Console.write("\(String(decoding: entry.name, as: UTF8.self)) \(shape) \(path)\n")
    }
}
