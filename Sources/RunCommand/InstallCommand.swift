import PlanFormat
import Platform
import Runtime

/// Puts a checked plan in the place of another. Killed at any moment the destination is the old file or the new one.
func install(_ arguments: Arguments) throws(CommandFailure) {
    guard let source = arguments.plan, let destination = arguments.destination else {
        throw CommandFailure(.usage, "a plan and a destination are expected")
    }
    let health = try checked(source)
    let probes = try health.selfTest(threads: arguments.threads)
    Console.write("checked \(source.text), \(probes > 0 ? "self-test of \(probes) operations ok" : "which has no self-test")\n")
    var file = venule_file()
    let code = venule_file_map(source.start, &file)
    guard code == 0 else { throw .file(source.text, "opened", code: code) }
    defer { venule_file_unmap(&file) }
    if isInstalled(file, at: destination) {
        Console.write("\(destination.text) is this plan already\n")
        return
    }
    let previous = destination.text + ".previous"
    var installation = venule_installation()
    let staged = venule_installation_stage(destination.start, file.bytes, file.byteCount, &installation)
    guard staged == 0, let copy = installation.staged else { throw .file(destination.text, "installed", code: staged) }
    // What storage gives back is what counts, and whether the source was changed meanwhile.
    do throws(CommandFailure) {
        _ = try checked(CArgument(start: UnsafePointer(copy)))
    } catch {
        venule_installation_abandon(&installation)
        throw error
    }
    let committed = venule_installation_commit(destination.start, previous, &installation)
    guard committed == 0 else { throw .file(destination.text, "installed", code: committed) }
    Console.write("installed \(destination.text)\n")
}

/// A plan with every checksum compared.
private func checked(_ path: CArgument) throws(CommandFailure) -> Health {
    let model: Model
    do {
        model = try Model(path: path.start)
    } catch {
        throw CommandFailure(error, place: path.text)
    }
    let health = Health(model: model, place: path.text)
    try health.checkConstants()
    return health
}

private func isInstalled(_ plan: venule_file, at destination: CArgument) -> Bool {
    var old = venule_file()
    guard venule_file_map(destination.start, &old) == 0 else { return false }
    defer { venule_file_unmap(&old) }
    guard old.byteCount == plan.byteCount, let a = old.bytes, let b = plan.bytes else { return false }
    for index in 0..<plan.byteCount
    where a.load(fromByteOffset: index, as: UInt8.self) != b.load(fromByteOffset: index, as: UInt8.self) {
        return false
    }
    return true
}
