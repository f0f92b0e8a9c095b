import PlanFormat
import Platform
import Runtime

/// Says of this machine and a plan whether one suits the other, a fact a line, before the first frame.
///
/// - Throws: What is worst: a corrupt plan, then a self-test that failed or, in its place, a plan that does not fit.
func doctor(_ arguments: Arguments) throws(DeviceFailure) {
    let system = venule_memory_of_system()
    Console.write(machineLines(system))
    // Machine first: a plan that is refused should not hide it.
    let model = try loadModel(arguments)
    let place = arguments.plan?.text ?? ""
    let health = Health(model: model, place: place)
    Console.write(
        "plan \(Console.bytes(UInt64(model.fileBytes))), \(model.plan.operations.count) operations, \(model.plan.schedule.count) steps")

    var worst: DeviceFailure?
    do throws(DeviceFailure) {
        let needed = try health.neededBytes(threads: arguments.threads)
        Console.write("needed \(Console.bytes(needed)) for the plan, its buffers, inputs, outputs and the program")
        try health.checkFit(needed, system)
        Console.write("fits yes")
    } catch {
        Console.write("fits no")
        worst = error
    }
    if worst != nil {
        // Taking the memory all the same may be the end of this process, or of another.
        Console.write("self-test not run")
    } else {
        do throws(DeviceFailure) {
            let probes = try health.selfTest(threads: arguments.threads)
            Console.write(probes > 0 ? "self-test ok, \(probes) operations" : "self-test none in this plan")
        } catch {
            Console.write("self-test \(error.status == .mismatch ? "failed" : "not run")")
            worst = error
        }
    }
    do throws(DeviceFailure) {
        try health.checkConstants()
        Console.write("constants ok, \(Console.bytes(UInt64(model.plan.constantsSection.byteCount)))")
        if let warning = model.subnormalWeights.warning(in: model.plan) { Console.write("warning \(warning)") }
    } catch {
        Console.write("constants corrupt")
        worst = error
    }
    if let worst { throw worst }
}

private func machineLines(_ system: venule_system_memory) -> [String] {
    var sets = "instruction sets"
    for set in InstructionSet.allCases where set.isAvailable { sets += " \(set.name)" }
    var lines = [sets]
    do throws(RuntimeError) {
        let chosen = try InstructionSet.selected()
        lines.append("instruction set \(chosen.name), \(chosen.fusesMultiplyAdd ? "fused" : "no fused") multiply-add")
    } catch {
        lines.append("instruction set none: \(error.description)")
    }
    lines.append("processors allowed \(venule_allowed_processors())")
    lines.append("page size \(system.pageBytes) B")
    lines.append("memory \(text(system.total, "unknown")), available \(text(system.available, "unknown"))")
    lines.append("memory limit of the control group \(text(system.groupLimit, "none"))")
    lines.append("limit of the address space \(text(system.addressLimit, "none"))")
    return lines
}

private func text(_ bytes: UInt64, _ zero: StaticString) -> String { bytes > 0 ? Console.bytes(bytes) : zero.description }
