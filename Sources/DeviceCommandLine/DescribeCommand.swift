import PlanFormat
import Runtime

/// Prints what a plan is, a fact a line: a name and then its value.
func describe(_ arguments: Arguments, _ report: inout CommandReport) throws(DeviceFailure) {
    let model = try loadModel(arguments)
    let plan = model.plan
    let kernels = kernelCounts(plan)
    let exits = ExitWork(plan)
    let declared = plan.memory.declaredThreads
    var memory: [(threads: Int, bytes: Int)] = []
    for threads in declared == 1 ? [1] : [1, declared] {
        do throws(RuntimeError) {
            memory.append((threads, try Session.memoryBytes(model, threads: threads)))
        } catch {
            throw DeviceFailure(error, place: arguments.plan?.text ?? "")
        }
    }

    for entry in plan.inputs { report.write(line("input", entry, plan)) }
    for entry in plan.outputs { report.write(line("output", entry, plan)) }
    exits.write(plan, report)
    report.write("batch \(plan.batch)")
    report.write("operations \(plan.operations.count)")
    for (name, count) in kernels { report.write("  \(String(cString: name)) \(count)") }
    report.write("values \(plan.values.count)")
    report.write("steps \(plan.schedule.count)")
    report.write("subnormal numbers \(plan.flushesSubnormals ? "flushed" : "kept")")
    report.write("self-test \(plan.selfTest.count) operations")
    report.write("file \(Console.bytes(UInt64(model.fileBytes)))")
    report.write("constants \(Console.bytes(UInt64(plan.constantsSection.byteCount)))")
    report.write("arena \(Console.bytes(UInt64(plan.memory.arenaBytes)))")
    report.write("scratch per thread \(Console.bytes(UInt64(plan.memory.scratchBytesPerThread)))")
    report.write("compiled for threads \(declared)")
    for (threads, bytes) in memory { report.write("memory with \(threads) threads \(Console.bytes(UInt64(bytes)))") }
    report.write("instruction set here \(InstructionSet.best.name)")
    for entry in plan.provenance {
        report.write("\(printableText(entry.key)): \(printableText(entry.value))")
    }
    report.writeDetails(plan.operations.map { "operation \(printableText($0.name)) \(kernelName($0))" })

    report.json.add("plan", arguments.plan?.bytes ?? [])
    report.json.addEntries(plan, exits)
    report.json.add("workMultiplyAccumulates", UInt64(exits.total))
    report.json.add("batch", plan.batch)
    report.json.beginArray("kernels")
    for (name, count) in kernels {
        report.json.beginObject()
        report.json.add("name", String(cString: name))
        report.json.add("count", count)
        report.json.endObject()
    }
    report.json.endArray()
    report.json.addOperations(plan)
    report.json.add("valueCount", plan.values.count)
    report.json.add("stepCount", plan.schedule.count)
    report.json.add("flushesSubnormals", plan.flushesSubnormals)
    report.json.add("selfTestProbes", plan.selfTest.count)
    report.json.add("fileBytes", model.fileBytes)
    report.json.add("constantBytes", plan.constantsSection.byteCount)
    report.json.add("arenaBytes", plan.memory.arenaBytes)
    report.json.add("scratchPerThreadBytes", plan.memory.scratchBytesPerThread)
    report.json.add("threads", declared)
    report.json.beginArray("memory")
    for (threads, bytes) in memory {
        report.json.beginObject()
        report.json.add("threads", threads)
        report.json.add("sessionBytes", bytes)
        report.json.endObject()
    }
    report.json.endArray()
    report.json.add("instructionSet", InstructionSet.best.name)
    report.json.addProvenance(plan)
}

private func line(_ kind: StaticString, _ entry: EntryPoint, _ plan: Plan) -> String {
    let shape = Tensors.text(plan.shape(of: entry))
    return "\(kind) \(printableText(entry.name)) \(shape) \(entry.tensor.element.name)"
}

/// The kernels that run here, and how many operations each.
private func kernelCounts(_ plan: Plan) -> [(name: UnsafePointer<CChar>, count: Int)] {
    var counts: [(name: UnsafePointer<CChar>, count: Int)] = []
    for operation in plan.operations {
        guard let name = InstructionSet.best.kernelName(for: operation.kernel) else { continue }
        if let place = counts.firstIndex(where: { $0.name == name }) {
            counts[place].count += 1
        } else {
            counts.append((name, 1))
        }
    }
    return counts
}

private func kernelName(_ operation: PlanOperation) -> String {
    InstructionSet.best.kernelName(for: operation.kernel).map { String(cString: $0) } ?? ""
}

/// Outputs are exits: how much of all work each takes with those before it.
private struct ExitWork {
    /// Multiply-accumulates for one image.
    let total: Int64
    /// From 0 to 1.
    let shares: [Double]

    init(_ plan: Plan) {
        var work = [Int64](repeating: 0, count: plan.outputs.count)
        for operation in plan.operations { work[operation.firstExit] += Int64(operation.work(in: plan.values)) }
        let total = max(1, work.reduce(0, +))
        var sum: Int64 = 0
        var shares: [Double] = []
        for exit in work {
            sum += exit
            shares.append(Double(sum) / Double(total))
        }
        self.total = total
        self.shares = shares
    }

    func write(_ plan: Plan, _ report: CommandReport) {
        report.write("work \(UInt64(total)) multiply-accumulates an image")
        for (exit, entry) in plan.outputs.enumerated() {
            let share = Console.fixed(UInt64(shares[exit] * 1000 + 0.5), decimals: 1)
            report.write("exit \(exit + 1) \(printableText(entry.name)) \(share)% of the work")
        }
    }
}

extension JSONText {
    fileprivate mutating func addEntries(_ plan: Plan, _ exits: ExitWork) {
        beginArray("inputs")
        for entry in plan.inputs {
            beginObject()
            addEntry(entry, plan)
            endObject()
        }
        endArray()
        beginArray("outputs")
        for (entry, share) in zip(plan.outputs, exits.shares) {
            beginObject()
            addEntry(entry, plan)
            add("workShare", fraction: share)
            endObject()
        }
        endArray()
    }

    fileprivate mutating func addOperations(_ plan: Plan) {
        beginArray("operations")
        for operation in plan.operations {
            beginObject()
            add("name", operation.name)
            add("algorithm", operation.algorithmName)
            add("kernel", kernelName(operation))
            endObject()
        }
        endArray()
    }

    fileprivate mutating func addProvenance(_ plan: Plan) {
        beginArray("provenance")
        for entry in plan.provenance {
            beginObject()
            add("key", entry.key)
            add("value", entry.value)
            endObject()
        }
        endArray()
    }
}
