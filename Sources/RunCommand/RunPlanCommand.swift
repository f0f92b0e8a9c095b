import PlanFormat
import Platform
import Runtime

/// `venule-run run`: rows of the files go through the plan as it asks for them.
func run(_ arguments: Arguments) throws(CommandFailure) {
    let model = try loadModel(arguments)
    let count = try outputCount(arguments, model.plan)
    let session = try makeSession(model, arguments)
    let inputs = try openInputs(arguments, session)
    let outputs = try OutputFiles(arguments, model.plan, count: count)
    var newest = 0
    for _ in 0..<arguments.repeats {
        newest = try exchangeRows(
            session, inputs: inputs.bindings, outputs: [RunOutput](repeating: .rows, count: count),
            deadline: arguments.deadlineMilliseconds.map { UInt64($0) * 1_000_000 }
        ) { (rows) throws(CommandFailure) in
            try inputs.files[rows.entry].read(rows)
        } write: { (rows) throws(CommandFailure) in
            try outputs.write(rows)
        }
    }
    for (index, path) in try outputs.commit(newest: newest, isComplete: { session.isComplete(output: $0) }) {
        let entry = model.plan.outputs[index]
        Console.write("\(printableText(entry.name)) \(Tensors.text(model.plan.shape(of: entry))) \(path)")
    }
    if newest < count - 1 { Console.write("the deadline has passed: output \(newest + 1) of \(count) is the newest") }
}

private struct RunInputs {
    var files: [InputFile] = []
    var bindings: [RunInput] = []
    /// Inputs that several operations read are held whole.
    var buffers: [TensorBuffer] = []
}

private func openInputs(_ arguments: Arguments, _ session: Session) throws(CommandFailure) -> RunInputs {
    let plan = session.model.plan
    let assigned = try assign(arguments.inputs, to: plan)
    var inputs = RunInputs()
    for (index, entry) in plan.inputs.enumerated() {
        let name = printableText(entry.name)
        guard let path = assigned[index] else { throw CommandFailure(.usage, "input '\(name)': --input is missing") }
        let file = try InputFile(path, entry, plan)
        inputs.files.append(file)
        if session.isReadOnce[index] {
            inputs.bindings.append(.rows)
        } else {
            let buffer = try TensorBuffer(byteCount: entry.byteCount * plan.batch, name: name)
            try file.readAll(buffer.bytes)
            inputs.bindings.append(.whole(UnsafeRawBufferPointer(buffer.bytes)))
            inputs.buffers.append(buffer)
        }
    }
    return inputs
}
