import PlanFormat
import Platform
import Runtime

/// `venule-run bench`
func bench(_ arguments: Arguments) throws(DeviceFailure) {
    let start = venule_monotonic_nanoseconds()
    let model = try loadModel(arguments)
    let session = try makeSession(model, arguments)
    let loaded = venule_monotonic_nanoseconds() - start
    var bench = PlanBench(inputs: try openInputs(arguments, model.plan))
    bench.until = arguments.until
    bench.runs = arguments.runs
    bench.profiles = arguments.perOperation
    let result = try bench.perform(on: session, note: Console.note)
    let times = result.times
    let peak = venule_peak_resident_bytes()
    var lines = ["instruction set \(session.instructionSet.name)"]
    lines.append("threads \(session.threads)")
    lines.append("load \(Console.milliseconds(loaded))")
    lines.append("first \(Console.milliseconds(times.first))")
    lines.append("runs \(times.count)")
    lines.append("minimum \(Console.milliseconds(times.minimum))")
    lines.append("median \(Console.milliseconds(times.median))")
    lines.append("95th percentile \(Console.milliseconds(times.percentile95))")
    lines.append("peak resident \(Console.bytes(peak))")
    lines.append("arena \(Console.bytes(UInt64(model.plan.memory.arenaBytes)))")
    for (entry, sum) in zip(model.plan.outputs, result.checksums) {
        lines.append("crc32c \(printableText(entry.name)) \(Console.hexadecimal(sum))")
    }
    if arguments.perOperation { lines += profile(session, runs: arguments.runs) }
    Console.write(lines)
}

/// One line per operation, in the order of the plan: time of one run, share, name.
private func profile(_ session: Session, runs: Int) -> [String] {
    let total = session.profile.reduce(0, +)
    var lines = ["", "     time/run   share  operation"]
    for (index, operation) in session.model.plan.operations.enumerated() {
        let time = session.profile[index]
        let share = total > 0 ? time * 1000 / total : 0
        let timeText = Console.aligned(Console.milliseconds(time / UInt64(runs)), width: 13)
        let shareText = Console.aligned("\(Console.fixed(share, decimals: 1))%", width: 8)
        lines.append("\(timeText)\(shareText)  \(printableText(operation.name))")
    }
    return lines
}
