import Files
import PlanFormat
import Platform
import Runtime

/// `venule-run`: see ``Arguments/usage``.
@c(venule_run_main)
public func runMain(_ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    var report = CommandReport()
    let failure: DeviceFailure
    do throws(DeviceFailure) {
        try perform(arguments, count: Int(count), &report)
        guard Console.failure != 0 else { return 0 }
        failure = DeviceFailure(FileError(.write, "standard output", code: Console.failure))
    } catch {
        report.finish(error)
        failure = error
    }
    Console.writeError("venule-run: \(failure.message)")
    return failure.status.rawValue
}

private func perform(
    _ words: UnsafePointer<UnsafeMutablePointer<CChar>?>, count: Int, _ report: inout CommandReport
) throws(DeviceFailure) {
    // Also where the rest of the command line cannot be understood.
    for index in 0..<count {
        if let word = words[index], CArgument(start: UnsafePointer(word)) == "--json" { report.style = .json }
    }
    let arguments = try Arguments(words, count: count)
    report.style = arguments.style
    report.isVerbose = arguments.isVerbose
    switch arguments.command {
    case .help: return Console.write(literal: Arguments.usage)
    case .version: return Console.write("venule-run \(RuntimeVersion.text)")
    case .run: try run(arguments, &report)
    case .describe: try describe(arguments, &report)
    case .bench: try bench(arguments, &report)
    case .doctor: try doctor(arguments, &report)
    case .install: try install(arguments, &report)
    }
    report.finish()
}

func loadModel(_ arguments: Arguments) throws(DeviceFailure) -> Model {
    guard let path = arguments.plan else { throw DeviceFailure(.usage, "a plan is missing") }
    do {
        return try Model(path: path.start, isMapped: arguments.isMapped)
    } catch {
        throw DeviceFailure(error, place: path.text)
    }
}

func makeSession(_ model: Model, _ arguments: Arguments) throws(DeviceFailure) -> Session {
    do {
        return try Session(model, options: SessionOptions(threads: arguments.threads))
    } catch {
        throw DeviceFailure(error, place: arguments.plan?.text ?? "")
    }
}

/// The file that is for each input, nil where no argument is.
func openInputs(_ arguments: Arguments, _ plan: Plan) throws(DeviceFailure) -> [FileReader?] {
    let paths: [[UInt8]?]
    do {
        paths = try InputAssignment.assign(arguments.inputs.map { $0.bytes }, to: plan.inputs.map { $0.name })
    } catch {
        throw DeviceFailure(.usage, error.message)
    }
    var readers: [FileReader?] = []
    for path in paths {
        guard let path else {
            readers.append(nil)
            continue
        }
        do throws(FileError) {
            readers.append(try FileReader(path))
        } catch {
            // As `venule` names a member of an archive.
            guard !namesMember(path) else {
                throw DeviceFailure(.unsupported, "\(error.path): archives are not read here, expected a .npy file, which np.save writes")
            }
            if let message = InputAssignment.unknownName(in: path, plan.inputs.map { $0.name }) { throw DeviceFailure(.usage, message) }
            throw DeviceFailure(error)
        }
    }
    return readers
}

/// Whether there is a ".npz:" in a path.
private func namesMember(_ path: [UInt8]) -> Bool {
    let mark = Array(".npz:".utf8)
    return path.indices.contains { path[$0...].starts(with: mark) }
}
