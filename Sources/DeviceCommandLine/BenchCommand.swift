import PlanFormat
import Platform
import Runtime

/// `venule-run bench`
func bench(_ arguments: Arguments, _ report: inout CommandReport) throws(DeviceFailure) {
    let start = venule_monotonic_nanoseconds()
    let model = try loadModel(arguments)
    let session = try makeSession(model, arguments)
    let loaded = venule_monotonic_nanoseconds() - start
    var bench = PlanBench(inputs: try openInputs(arguments, model.plan))
    bench.until = arguments.until
    bench.runs = arguments.runs
    bench.profiles = arguments.perOperation
    let result = try bench.perform(on: session, note: report.note)
    let times = result.times
    let peak = venule_peak_resident_bytes()
    report.write("instruction set \(session.instructionSet.name)")
    report.write("threads \(session.threads)")
    report.write("load \(Console.milliseconds(loaded))")
    report.write("first \(Console.milliseconds(times.first))")
    report.write("runs \(times.count)")
    report.write("minimum \(Console.milliseconds(times.minimum))")
    report.write("median \(Console.milliseconds(times.median))")
    report.write("95th percentile \(Console.milliseconds(times.percentile95))")
    report.write("peak resident \(Console.bytes(peak))")
    report.write("arena \(Console.bytes(UInt64(model.plan.memory.arenaBytes)))")
    for (entry, sum) in zip(model.plan.outputs, result.checksums) {
        report.write("crc32c \(printableText(entry.name)) \(Console.hexadecimal(sum))")
    }
    let operations = arguments.perOperation ? OperationTime.all(of: session, runs: times.count) : []
    if arguments.perOperation { report.write(profile(operations)) }
    report.writeDetails(
        ["session \(Console.bytes(UInt64(session.memoryBytes)))"] + times.times.map { "run \(Console.milliseconds($0))" })

    report.addSession(session, arguments, loaded: loaded)
    report.json.add("runs", times.count)
    report.json.add("firstSeconds", nanoseconds: times.first)
    report.json.add("minimumSeconds", nanoseconds: times.minimum)
    report.json.add("medianSeconds", nanoseconds: times.median)
    report.json.add("percentile95Seconds", nanoseconds: times.percentile95)
    report.json.add("runSeconds", nanoseconds: times.times)
    report.json.add("peakResidentBytes", peak)
    report.json.add("arenaBytes", model.plan.memory.arenaBytes)
    report.json.addChecksums(result.checksums, model.plan)
    if arguments.perOperation { report.json.add(operations) }
}

/// One line per operation, in the order of the plan: time of one run, share, name.
private func profile(_ operations: [OperationTime]) -> [String] {
    let total = operations.reduce(0) { $0 + $1.nanoseconds }
    var lines = ["", "     time/run   share  operation"]
    for operation in operations {
        let share = total > 0 ? operation.nanoseconds * 1000 / total : 0
        let timeText = Console.aligned(Console.milliseconds(operation.nanosecondsOfOneRun), width: 13)
        let shareText = Console.aligned("\(Console.fixed(share, decimals: 1))%", width: 8)
        lines.append("\(timeText)\(shareText)  \(printableText(operation.name))")
    }
    return lines
}

extension JSONText {
    fileprivate mutating func addChecksums(_ checksums: [UInt32], _ plan: Plan) {
        beginArray("outputs")
        for (entry, sum) in zip(plan.outputs, checksums) {
            beginObject()
            add("name", entry.name)
            add("crc32c", Console.hexadecimal(sum))
            endObject()
        }
        endArray()
    }

    fileprivate mutating func add(_ operations: [OperationTime]) {
        beginArray("operations")
        for operation in operations {
            beginObject()
            add("name", operation.name)
            add("algorithm", operation.algorithm)
            add("seconds", nanoseconds: operation.nanosecondsOfOneRun)
            add("share", fraction: operation.share)
            if let speed = operation.gigaflopsPerSecond { add("gigaflopsPerSecond", fraction: speed) }
            endObject()
        }
        endArray()
    }
}
