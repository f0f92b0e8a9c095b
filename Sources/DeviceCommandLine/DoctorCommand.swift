import PlanFormat
import Platform
import Runtime

/// Says of this machine and a plan whether one suits the other, a fact a line, before the first frame.
///
/// - Throws: What is worst: a corrupt plan, then a self-test that failed or, in its place, a plan that does not fit.
func doctor(_ arguments: Arguments, _ report: inout CommandReport) throws(DeviceFailure) {
    let system = venule_memory_of_system()
    describeMachine(system, &report)
    // Machine first: a plan that is refused should not hide it.
    let model = try loadModel(arguments)
    let place = arguments.plan?.text ?? ""
    let health = Health(model: model, place: place)
    report.write(
        "plan \(Console.bytes(UInt64(model.fileBytes))), \(model.plan.operations.count) operations, \(model.plan.schedule.count) steps")
    report.json.add("plan", place)
    report.json.add("fileBytes", model.fileBytes)
    report.json.add("operationCount", model.plan.operations.count)
    report.json.add("stepCount", model.plan.schedule.count)

    var worst: DeviceFailure?
    do throws(DeviceFailure) {
        let needed = try health.neededBytes(threads: arguments.threads)
        report.write("needed \(Console.bytes(needed.total)) for the plan, its buffers, inputs, outputs and the program")
        report.writeDetails([
            "session \(Console.bytes(needed.session)) with its inputs and outputs", "file \(Console.bytes(needed.file))",
            "program \(Console.bytes(needed.program))",
        ])
        report.json.add("neededBytes", needed.total)
        report.json.add("sessionBytes", needed.session)
        report.json.add("programBytes", needed.program)
        try health.checkFit(needed.total, system)
    } catch {
        worst = error
    }
    report.write("fits \(worst == nil ? "yes" : "no")")
    report.json.add("fits", worst == nil)
    // Taking the memory all the same may be the end of this process, or of another.
    if worst != nil {
        report.write("self-test not run")
    } else {
        worst = testItself(health, arguments, &report)
    }
    report.json.add("selfTestProbes", model.plan.selfTest.count)
    if let damage = checkConstants(health, &report) { worst = damage }
    if let worst { throw worst }
}

/// - Returns: why the self-test did not succeed.
private func testItself(_ health: Health, _ arguments: Arguments, _ report: inout CommandReport) -> DeviceFailure? {
    do throws(DeviceFailure) {
        let probes = try health.selfTest(threads: arguments.threads)
        report.write(probes > 0 ? "self-test ok, \(probes) operations" : "self-test none in this plan")
        if probes > 0 { report.json.add("selfTestPassed", true) }
        return nil
    } catch {
        report.write("self-test \(error.status == .mismatch ? "failed" : "not run")")
        if error.status == .mismatch { report.json.add("selfTestPassed", false) }
        return error
    }
}

/// - Returns: what is wrong with them.
private func checkConstants(_ health: Health, _ report: inout CommandReport) -> DeviceFailure? {
    let plan = health.model.plan
    report.json.add("constantBytes", plan.constantsSection.byteCount)
    do throws(DeviceFailure) {
        try health.checkConstants()
    } catch {
        report.write("constants corrupt")
        report.json.add("constantsSound", false)
        report.json.add("warnings", texts: [])
        return error
    }
    report.write("constants ok, \(Console.bytes(UInt64(plan.constantsSection.byteCount)))")
    report.json.add("constantsSound", true)
    let warning = health.model.subnormalWeights.warning(in: plan)
    if let warning { report.warn(warning) }
    report.json.add("warnings", texts: warning.map { [Array($0.utf8)] } ?? [])
    return nil
}

private func describeMachine(_ system: venule_system_memory, _ report: inout CommandReport) {
    var sets = "instruction sets"
    report.json.beginArray("instructionSets")
    for set in InstructionSet.allCases where set.isAvailable {
        sets += " \(set.name)"
        report.json.addElement(Array(set.name.utf8))
    }
    report.json.endArray()
    report.write(sets)
    do throws(RuntimeError) {
        let chosen = try InstructionSet.selected()
        report.write("instruction set \(chosen.name), \(chosen.fusesMultiplyAdd ? "fused" : "no fused") multiply-add")
        report.json.add("instructionSet", chosen.name)
        report.json.add("fusesMultiplyAdd", chosen.fusesMultiplyAdd)
    } catch {
        report.write("instruction set none: \(error.description)")
    }
    report.write([
        "processors allowed \(venule_allowed_processors())", "page size \(system.pageBytes) B",
        "memory \(text(system.total, "unknown")), available \(text(system.available, "unknown"))",
        "memory limit of the control group \(text(system.groupLimit, "none"))",
        "limit of the address space \(text(system.addressLimit, "none"))",
    ])
    report.json.add("processors", Int(venule_allowed_processors()))
    report.json.add("pageBytes", UInt64(system.pageBytes))
    for (name, bytes) in [
        ("memoryBytes", system.total), ("availableBytes", system.available), ("controlGroupLimitBytes", system.groupLimit),
        ("addressSpaceLimitBytes", system.addressLimit),
    ] as [(StaticString, UInt64)] where bytes > 0 {
        report.json.add(name, bytes)
    }
}

private func text(_ bytes: UInt64, _ zero: StaticString) -> String { bytes > 0 ? Console.bytes(bytes) : zero.description }
