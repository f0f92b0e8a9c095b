import Files
import PlanFormat
import Platform
import Runtime

/// Puts a checked plan in the place of another. Killed at any moment the destination is the old file or the new one.
func install(_ arguments: Arguments, _ report: inout CommandReport) throws(DeviceFailure) {
    guard let source = arguments.plan, let destination = arguments.destination else {
        throw DeviceFailure(.usage, "a plan and a destination are expected")
    }
    let health = try checked(source)
    let needed = try health.neededBytes(threads: arguments.threads)
    try health.checkFit(needed.total, venule_memory_of_system())
    let probes = try health.selfTest(threads: arguments.threads)
    report.write("checked \(source.text), \(probes > 0 ? "self-test of \(probes) operations ok" : "which has no self-test")")
    report.writeDetails(["needed \(Console.bytes(needed.total)) for the plan, its buffers, inputs, outputs and the program"])
    report.json.add("plan", source.bytes)
    report.json.add("selfTestProbes", probes)
    report.json.add("neededBytes", needed.total)
    report.json.add("destination", destination.bytes)
    let file = try attempt { () throws(FileError) in try FileReader(source.bytes).mapped() }
    let old = compare(file, at: destination)
    if old.isSame {
        report.json.add("installed", false)
        return report.write("\(destination.text) is this plan already")
    }
    let previous = destination.text + ".previous"
    var installation = venule_installation()
    let staged = venule_installation_stage(destination.start, file.bytes.baseAddress, file.bytes.count, &installation)
    guard staged == 0, let copy = installation.staged else { throw DeviceFailure(FileError(.install, destination.text, code: staged)) }
    // What storage gives back is what counts, and whether the source was changed meanwhile.
    do throws(DeviceFailure) {
        _ = try checked(CArgument(start: UnsafePointer(copy)))
    } catch {
        venule_installation_abandon(&installation)
        throw error
    }
    let committed = venule_installation_commit(destination.start, previous, &installation)
    guard committed == 0 else { throw DeviceFailure(FileError(.install, destination.text, code: committed)) }
    report.write("installed \(destination.text)")
    report.json.add("installed", true)
    guard old.exists else { return }
    report.writeDetails(["previous \(previous)"])
    report.json.add("previous", previous)
}

/// A plan with every checksum compared.
private func checked(_ path: CArgument) throws(DeviceFailure) -> Health {
    let model: Model
    do {
        model = try Model(path: path.start)
    } catch {
        throw DeviceFailure(error, place: path.text)
    }
    let health = Health(model: model, place: path.text)
    try health.checkConstants()
    return health
}

/// Whether there is a file at the destination, and whether its bytes are those of the plan.
private func compare(_ plan: MappedFile, at destination: CArgument) -> (exists: Bool, isSame: Bool) {
    guard let old = try? FileReader(destination.bytes).mapped() else { return (false, false) }
    return (true, old.bytes.count == plan.bytes.count && zip(old.bytes, plan.bytes).allSatisfy { $0 == $1 })
}
