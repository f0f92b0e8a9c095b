import PlanFormat
import Platform
import Runtime

/// Puts a checked plan in the place of another. Killed at any moment the destination is the old file or the new one.
func install(_ arguments: Arguments) throws(CommandFailure) {
    guard let source = arguments.plan, let destination = arguments.destination else {
        throw CommandFailure(.usage, "a plan and a destination are expected")
    }
    let health = try checked(source)
    try health.checkFit(try health.neededBytes(threads: arguments.threads), venule_memory_of_system())
    let probes = try health.selfTest(threads: arguments.threads)
    Console.write("checked \(source.text), \(probes > 0 ? "self-test of \(probes) operations ok" : "which has no self-test")")
    let file = try MappedFile(source)
    if isInstalled(file, at: destination) {
        Console.write("\(destination.text) is this plan already")
        return
    }
    let previous = destination.text + ".previous"
    var installation = venule_installation()
    let staged = venule_installation_stage(destination.start, file.bytes.baseAddress, file.bytes.count, &installation)
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
    Console.write("installed \(destination.text)")
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

private func isInstalled(_ plan: MappedFile, at destination: CArgument) -> Bool {
    guard let old = try? MappedFile(destination) else { return false }
    return old.bytes.count == plan.bytes.count && zip(old.bytes, plan.bytes).allSatisfy { $0 == $1 }
}

/// All bytes of a file that is not empty.
private final class MappedFile {
    let bytes: UnsafeRawBufferPointer

    init(_ path: CArgument) throws(CommandFailure) {
        var reader = venule_reader()
        var code = venule_reader_open(path.start, &reader)
        guard code == 0 else { throw .file(path.text, "opened", code: code) }
        defer { venule_reader_close(&reader) }
        var start: UnsafeRawPointer?
        code = venule_reader_map(&reader, &start)
        guard code == 0, let start else { throw .file(path.text, "opened", code: code) }
        bytes = UnsafeRawBufferPointer(start: start, count: Int(clamping: reader.byteCount))
    }

    deinit {
        if let start = bytes.baseAddress { venule_unmap(start, bytes.count) }
    }
}
