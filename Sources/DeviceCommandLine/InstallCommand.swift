import Files
import PlanFormat
import Platform
import Runtime

/// Puts a checked plan in the place of another. Killed at any moment the destination is the old file or the new one.
func install(_ arguments: Arguments) throws(DeviceFailure) {
    guard let source = arguments.plan, let destination = arguments.destination else {
        throw DeviceFailure(.usage, "a plan and a destination are expected")
    }
    let health = try checked(source)
    try health.checkFit(try health.neededBytes(threads: arguments.threads), venule_memory_of_system())
    let probes = try health.selfTest(threads: arguments.threads)
    Console.write("checked \(source.text), \(probes > 0 ? "self-test of \(probes) operations ok" : "which has no self-test")")
    let file = try attempt { () throws(FileError) in try FileReader(source.bytes).mapped() }
    if isInstalled(file, at: destination) {
        Console.write("\(destination.text) is this plan already")
        return
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
    Console.write("installed \(destination.text)")
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

private func isInstalled(_ plan: MappedFile, at destination: CArgument) -> Bool {
    guard let old = try? FileReader(destination.bytes).mapped() else { return false }
    return old.bytes.count == plan.bytes.count && zip(old.bytes, plan.bytes).allSatisfy { $0 == $1 }
}
