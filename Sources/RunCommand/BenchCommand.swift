import PlanFormat
import Platform
import Runtime

func bench(_ arguments: Arguments) throws(CommandFailure) {
    let start = venule_monotonic_nanoseconds()
    let model = try loadModel(arguments)
    let session = try makeSession(model, arguments)
    let loaded = venule_monotonic_nanoseconds() - start
    let count = try outputCount(arguments, model.plan)
    let entries = try BenchEntries(session, files: arguments.inputs, outputCount: count)
    let times = try session.measure(runs: arguments.runs, profiles: arguments.perOperation) { () throws(CommandFailure) in
        try entries.run(session)
    }
    let peak = venule_peak_resident_bytes()
    var text = "instruction set \(session.instructionSet.name)\n"
    text += "threads \(session.threads)\n"
    text += "load \(Console.milliseconds(loaded))\n"
    text += "first \(Console.milliseconds(times.first))\n"
    text += "runs \(times.count)\n"
    text += "minimum \(Console.milliseconds(times.minimum))\n"
    text += "median \(Console.milliseconds(times.median))\n"
    text += "95th percentile \(Console.milliseconds(times.percentile95))\n"
    text += "peak resident \(Console.bytes(peak))\n"
    text += "arena \(Console.bytes(UInt64(model.plan.memory.arenaBytes)))\n"
    for (entry, sum) in zip(model.plan.outputs, entries.checksums) {
        text += "crc32c \(String(decoding: entry.name, as: UTF8.self)) \(Console.hexadecimal(sum))\n"
    }
    if arguments.perOperation { text += profile(session, runs: arguments.runs) }
    Console.write(text)
}

/// One line per operation, in the order of the plan: time of one run, share, name.
private func profile(_ session: Session, runs: Int) -> String {
    let total = session.profile.reduce(0, +)
    var text = "\n     time/run   share  operation\n"
    for (index, operation) in session.model.plan.operations.enumerated() {
        let time = session.profile[index]
        let share = total > 0 ? time * 1000 / total : 0
        text += Console.aligned(Console.milliseconds(time / UInt64(runs)), width: 13)
        text += Console.aligned("\(Console.fixed(share, decimals: 1))%", width: 8)
        text += "  \(String(decoding: operation.name, as: UTF8.self))\n"
    }
    return text
}
