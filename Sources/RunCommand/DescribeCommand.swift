import PlanFormat
import Runtime

func describe(_ arguments: Arguments) throws(CommandFailure) {
    let model = try loadModel(arguments)
    let plan = model.plan
    var text = ""
    for entry in plan.inputs { text += line("input", entry, plan) }
    for entry in plan.outputs { text += line("output", entry, plan) }
    text += "operations \(plan.operations.count)\n"
    text += "values \(plan.values.count)\n"
    text += "steps \(plan.schedule.count)\n"
    text += "constants \(Console.bytes(UInt64(plan.constantsSection.byteCount)))\n"
    text += "arena \(Console.bytes(UInt64(plan.memory.arenaBytes)))\n"
    text += "scratch per thread \(Console.bytes(UInt64(plan.memory.scratchBytesPerThread)))\n"
    text += "compiled for threads \(plan.memory.declaredThreads)\n"
    text += "instruction set here \(InstructionSet.best.name)\n"
    for entry in plan.provenance {
        text += "\(String(decoding: entry.key, as: UTF8.self)): \(String(decoding: entry.value, as: UTF8.self))\n"
    }
    Console.write(text)
}

private func line(_ kind: StaticString, _ entry: EntryPoint, _ plan: Plan) -> String {
    let shape = Tensors.text(plan.shape(of: entry))
    return "\(kind) \(String(decoding: entry.name, as: UTF8.self)) \(shape) \(entry.tensor.element.name)\n"
}
