import PlanFormat
import Platform
import Runtime

/// `venule-run`: see ``Arguments/usage``.
@c(venule_run_main)
public func runMain(_ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    do throws(CommandFailure) {
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
        guard Console.failure == 0 else { throw CommandFailure.file("standard output", "written", code: Console.failure) }
        return 0
    } catch {
        Console.writeError("venule-run: \(error.message)")
        return error.status.rawValue
    }
}

func loadModel(_ arguments: Arguments) throws(CommandFailure) -> Model {
    guard let path = arguments.plan else { throw CommandFailure(.usage, "a plan is missing") }
    do {
        return try Model(path: path.start, isMapped: arguments.isMapped)
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

/// How many outputs are asked for, by `--until`.
func outputCount(_ arguments: Arguments, _ plan: Plan) throws(CommandFailure) -> Int {
    let count = arguments.until ?? plan.outputs.count
    guard count <= plan.outputs.count else {
        throw CommandFailure(.usage, "--until \(count): the plan has \(plan.outputs.count) outputs")
    }
    return count
}
