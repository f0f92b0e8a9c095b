import PlanFormat
import Platform
import Runtime

/// Says of this machine and a plan whether one suits the other, a fact a line, before the first frame.
///
/// - Throws: What is worst: a corrupt plan, then a self-test that failed, then a plan that does not fit.
func doctor(_ arguments: Arguments) throws(CommandFailure) {
    let system = venule_memory_of_system()
    Console.write(machineLines(system))
    // Machine first: a plan that is refused should not hide it.
    let model = try loadModel(arguments)
    let place = arguments.plan?.text ?? ""
    let health = Health(model: model, place: place)
    Console.write("plan \(Console.bytes(UInt64(model.fileBytes))), \(model.plan.operations.count) operations, \(model.plan.schedule.count) steps\n")

    var worst: CommandFailure?
    do throws(CommandFailure) {
        try checkFit(model, system, arguments, place)
    } catch {
        Console.write("fits no\n")
        worst = error
    }
    do throws(CommandFailure) {
        let probes = try health.selfTest(threads: arguments.threads)
        Console.write(probes > 0 ? "self-test ok, \(probes) operations\n" : "self-test none in this plan\n")
    } catch {
        Console.write("self-test \(error.status == .mismatch ? "failed" : "not run")\n")
        if error.status == .mismatch || worst == nil { worst = error }
    }
    do throws(CommandFailure) {
        try health.checkConstants()
        Console.write("constants ok, \(Console.bytes(UInt64(model.plan.constantsSection.byteCount)))\n")
        if let warning = model.subnormalWeights.warning(in: model.plan) { Console.write("warning \(warning)\n") }
    } catch {
        Console.write("constants corrupt\n")
        worst = error
    }
    if let worst { throw worst }
}

private func machineLines(_ system: venule_system_memory) -> String {
    var text = "instruction sets"
    for set in InstructionSet.allCases where set.isAvailable { text += " \(set.name)" }
    text += "\n"
    do throws(RuntimeError) {
        let chosen = try InstructionSet.selected()
        text += "instruction set \(chosen.name), \(chosen.fusesMultiplyAdd ? "fused" : "no fused") multiply-add\n"
    } catch {
        text += "instruction set none: \(error.description)\n"
    }
    text += "processors allowed \(venule_allowed_processors())\n"
    text += "page size \(system.pageBytes) B\n"
    text += "memory \(Console.bytes(system.total)), available \(Console.bytes(system.available))\n"
    text += "memory limit of the control group \(limit(system.groupLimit))\n"
    text += "limit of the address space \(limit(system.addressLimit))\n"
    return text
}

private func limit(_ bytes: UInt64) -> String { bytes > 0 ? Console.bytes(bytes) : "none" }

/// Compares what a run takes with what there is.
private func checkFit(
    _ model: Model, _ system: venule_system_memory, _ arguments: Arguments, _ place: String
) throws(CommandFailure) {
    let session: Int
    do {
        session = try Session.memoryBytes(model, threads: arguments.threads)
    } catch {
        throw CommandFailure(error, place: place)
    }
    // What this process takes besides is in its peak already, with the plan's tables.
    let needed = UInt64(session) + UInt64(model.fileBytes) + venule_peak_resident_bytes()
    Console.write("needed \(Console.bytes(needed)) for the plan, its buffers, inputs, outputs and the program\n")
    for (name, bytes) in [
        ("the memory available is", system.available), ("the limit of the control group is", system.groupLimit),
        ("the limit of the address space is", system.addressLimit),
    ] as [(StaticString, UInt64)] where bytes > 0 && bytes < needed {
        throw CommandFailure(.doesNotFit, "\(place): needs \(Console.bytes(needed)), \(name) \(Console.bytes(bytes))")
    }
    Console.write("fits yes\n")
}
