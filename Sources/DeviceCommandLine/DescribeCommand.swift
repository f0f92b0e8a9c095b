import PlanFormat
import Runtime

/// Prints what a plan is, a fact a line: a name and then its value.
func describe(_ arguments: Arguments) throws(DeviceFailure) {
    let model = try loadModel(arguments)
    let plan = model.plan
    var lines: [String] = []
    for entry in plan.inputs { lines.append(line("input", entry, plan)) }
    for entry in plan.outputs { lines.append(line("output", entry, plan)) }
    lines += exitLines(plan)
    lines.append("batch \(plan.batch)")
    lines.append("operations \(plan.operations.count)")
    lines += kernelLines(plan)
    lines.append("values \(plan.values.count)")
    lines.append("steps \(plan.schedule.count)")
    lines.append("subnormal numbers \(plan.flushesSubnormals ? "flushed" : "kept")")
    lines.append("self-test \(plan.selfTest.count) operations")
    lines.append("file \(Console.bytes(UInt64(model.fileBytes)))")
    lines.append("constants \(Console.bytes(UInt64(plan.constantsSection.byteCount)))")
    lines.append("arena \(Console.bytes(UInt64(plan.memory.arenaBytes)))")
    lines.append("scratch per thread \(Console.bytes(UInt64(plan.memory.scratchBytesPerThread)))")
    lines.append("compiled for threads \(plan.memory.declaredThreads)")
    let declared = plan.memory.declaredThreads
    for threads in declared == 1 ? [1] : [1, declared] {
        do throws(RuntimeError) {
            let bytes = try Session.memoryBytes(model, threads: threads)
            lines.append("memory with \(threads) threads \(Console.bytes(UInt64(bytes)))")
        } catch {
            throw DeviceFailure(error, place: arguments.plan?.text ?? "")
        }
    }
    lines.append("instruction set here \(InstructionSet.best.name)")
    for entry in plan.provenance {
        lines.append("\(printableText(entry.key)): \(printableText(entry.value))")
    }
    Console.write(lines)
}

private func line(_ kind: StaticString, _ entry: EntryPoint, _ plan: Plan) -> String {
    let shape = Tensors.text(plan.shape(of: entry))
    return "\(kind) \(printableText(entry.name)) \(shape) \(entry.tensor.element.name)"
}

/// The kernels that run here, and how many operations each.
private func kernelLines(_ plan: Plan) -> [String] {
    var counts: [(name: UnsafePointer<CChar>, count: Int)] = []
    for operation in plan.operations {
        guard let name = InstructionSet.best.kernelName(for: operation.kernel) else { continue }
        if let place = counts.firstIndex(where: { $0.name == name }) {
            counts[place].count += 1
        } else {
            counts.append((name, 1))
        }
    }
    return counts.map { "  \(String(cString: $0.name)) \($0.count)" }
}

/// Outputs are exits: what share of all work each takes, in thousandths, with those before it.
private func exitLines(_ plan: Plan) -> [String] {
    var work = [Int64](repeating: 0, count: plan.outputs.count)
    for operation in plan.operations { work[operation.firstExit] += Int64(operation.work(in: plan.values)) }
    let total = max(1, work.reduce(0, +))
    var lines = ["work \(UInt64(total)) multiply-accumulates an image"]
    var sum: Int64 = 0
    for (exit, entry) in plan.outputs.enumerated() {
        sum += work[exit]
        let share = Console.fixed(UInt64(Double(sum) / Double(total) * 1000 + 0.5), decimals: 1)
        lines.append("exit \(exit + 1) \(printableText(entry.name)) \(share)% of the work")
    }
    return lines
}
