import PlanFormat
import Runtime

/// Prints what a plan is, a fact a line: a name and then its value.
func describe(_ arguments: Arguments) throws(CommandFailure) {
    let model = try loadModel(arguments)
    let plan = model.plan
    var text = ""
    for entry in plan.inputs { text += line("input", entry, plan) }
    for entry in plan.outputs { text += line("output", entry, plan) }
    text += exitLines(plan)
    text += "batch \(plan.batch)\n"
    text += "operations \(plan.operations.count)\n"
    text += kernelLines(plan)
    text += "values \(plan.values.count)\n"
    text += "steps \(plan.schedule.count)\n"
    text += "subnormal numbers \(plan.flushesSubnormals ? "flushed" : "kept")\n"
    text += "self-test \(plan.selfTest.count) operations\n"
    text += "file \(Console.bytes(UInt64(model.fileBytes)))\n"
    text += "constants \(Console.bytes(UInt64(plan.constantsSection.byteCount)))\n"
    text += "arena \(Console.bytes(UInt64(plan.memory.arenaBytes)))\n"
    text += "scratch per thread \(Console.bytes(UInt64(plan.memory.scratchBytesPerThread)))\n"
    text += "compiled for threads \(plan.memory.declaredThreads)\n"
    let declared = plan.memory.declaredThreads
    for threads in declared == 1 ? [1] : [1, declared] {
        do throws(RuntimeError) {
            let bytes = try Session.memoryBytes(model, threads: threads)
            text += "memory with \(threads) threads \(Console.bytes(UInt64(bytes)))\n"
        } catch {
            throw CommandFailure(error, place: arguments.plan?.text ?? "")
        }
    }
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

/// The kernels that run here, and how many operations each.
private func kernelLines(_ plan: Plan) -> String {
    var counts: [(name: UnsafePointer<CChar>, count: Int)] = []
    for operation in plan.operations {
        guard let name = InstructionSet.best.kernelName(for: operation.kernel) else { continue }
        if let place = counts.firstIndex(where: { $0.name == name }) {
            counts[place].count += 1
        } else {
            counts.append((name, 1))
        }
    }
    var text = ""
    for (name, count) in counts { text += "  \(String(cString: name)) \(count)\n" }
    return text
}

/// Outputs are exits: what share of all work each takes, in thousandths, with those before it.
private func exitLines(_ plan: Plan) -> String {
    var work = [Int64](repeating: 0, count: plan.outputs.count)
    for operation in plan.operations { work[operation.firstExit] += Int64(operation.work(in: plan.values)) }
    let total = max(1, work.reduce(0, +))
    var text = "work \(UInt64(total)) multiply-accumulates an image\n"
    var sum: Int64 = 0
    for (exit, entry) in plan.outputs.enumerated() {
        sum += work[exit]
        text += "exit \(exit + 1) \(String(decoding: entry.name, as: UTF8.self)) "
            + "\(Console.fixed(UInt64(Double(sum) / Double(total) * 1000 + 0.5), decimals: 1))% of the work\n"
    }
    return text
}
