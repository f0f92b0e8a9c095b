import PlanFormat
import Runtime

/// `venule-run run`
func run(_ arguments: Arguments) throws(DeviceFailure) {
    let model = try loadModel(arguments)
    let session = try makeSession(model, arguments)
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
    let result = try run.perform(on: session, note: Console.note)
    for (index, path) in result.files {
        let entry = model.plan.outputs[index]
        Console.write("\(printableText(entry.name)) \(Tensors.text(model.plan.shape(of: entry))) \(path)")
    }
    if result.newest < result.count - 1 {
        Console.write("the deadline has passed: output \(result.newest + 1) of \(result.count) is the newest")
    }
}
