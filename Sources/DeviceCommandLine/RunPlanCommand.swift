import PlanFormat
import Platform
import Runtime

/// `venule-run run`
func run(_ arguments: Arguments, _ report: inout CommandReport) throws(DeviceFailure) {
    let start = venule_monotonic_nanoseconds()
    let model = try loadModel(arguments)
    let session = try makeSession(model, arguments)
    let loaded = venule_monotonic_nanoseconds() - start
    let destination: PlanRun.Destination
    if let folder = arguments.outputDirectory {
        destination = .folder(folder.text)
    } else if let file = arguments.output {
        destination = .file(file.text)
    } else {
        throw DeviceFailure(.usage, "--output or --output-dir is missing")
    }
    var run = PlanRun(inputs: try openInputs(arguments, model.plan), destination: destination)
    run.until = arguments.until
    run.deadlineMilliseconds = arguments.deadlineMilliseconds
    run.threshold = arguments.threshold
    run.repeats = arguments.repeats
    let result = try run.perform(on: session, note: report.note)
    for (index, path) in result.files {
        let entry = model.plan.outputs[index]
        report.write("\(printableText(entry.name)) \(Tensors.text(model.plan.shape(of: entry))) \(path)")
    }
    if result.isCutShort { report.write("the deadline has passed: output \(result.newest + 1) of \(result.count) is the newest") }
    report.addSession(session, arguments, loaded: loaded)
    report.json.beginArray("outputs")
    for (index, path) in result.files {
        report.json.beginObject()
        report.json.addEntry(model.plan.outputs[index], model.plan)
        report.json.add("file", path)
        report.json.endObject()
    }
    report.json.endArray()
    report.json.add("leftOut", texts: model.plan.outputs.dropFirst(result.count).map { $0.name })
    report.json.add("newestOutput", result.newest + 1)
    report.json.add("deadlinePassed", result.isCutShort)
    report.json.add("runSeconds", nanoseconds: result.nanoseconds)
    report.writeDetails(
        [
            "instruction set \(session.instructionSet.name)", "threads \(session.threads)", "load \(Console.milliseconds(loaded))",
            "session \(Console.bytes(UInt64(session.memoryBytes)))",
        ] + result.nanoseconds.map { "run \(Console.milliseconds($0))" })
}

extension CommandReport {
    /// What `run` and `bench` have in common.
    mutating func addSession(_ session: Session, _ arguments: Arguments, loaded: UInt64) {
        json.add("plan", arguments.plan?.bytes ?? [])
        json.add("version", RuntimeVersion.text)
        json.add("instructionSet", session.instructionSet.name)
        json.add("threads", session.threads)
        json.add("loadSeconds", nanoseconds: loaded)
        json.add("sessionBytes", session.memoryBytes)
    }
}

extension JSONText {
    /// The fields of an input or output.
    mutating func addEntry(_ entry: EntryPoint, _ plan: Plan) {
        add("name", entry.name)
        add("element", entry.tensor.element.name.description)
        add("shape", numbers: plan.shape(of: entry))
    }
}
