import Files
import PlanFormat
import Platform
import Runtime

/// `venule-run`: see ``Arguments/usage``.
@c(venule_run_main)
public func runMain(_ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    do throws(DeviceFailure) {
        let arguments = try Arguments(arguments, count: Int(count))
        switch arguments.command {
        case .help: Console.write(literal: Arguments.usage)
        case .version: Console.write("venule-run \(RuntimeVersion.text)")
        case .run: try run(arguments)
        case .describe: try describe(arguments)
        case .bench: try bench(arguments)
        case .doctor: try doctor(arguments)
        case .install: try install(arguments)
        }
        guard Console.failure == 0 else { throw DeviceFailure(FileError(.write, "standard output", code: Console.failure)) }
        return 0
    } catch {
        Console.writeError("venule-run: \(error.message)")
        return error.status.rawValue
    }
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
