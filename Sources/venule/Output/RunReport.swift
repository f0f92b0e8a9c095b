import DeviceCommandLine
import Runtime

/// What `run` says.
struct RunReport: Report {
    struct Output: Encodable {
        var name: String
        var element: String
        var shape: [Int]
        var file: String
    }

    var plan: String
    var version = RuntimeVersion.text
    var instructionSet: String
    var threads: Int
    /// From the file to the first step.
    var loadSeconds: Double
    /// What the session holds, without the plan's constants.
    var sessionBytes: Int
    /// Those that were written.
    var outputs: [Output]
    /// The plan's outputs that `--until` leaves out.
    var leftOut: [String]
    /// From 1.
    var newestOutput: Int
    var deadlinePassed: Bool
    /// Of each repetition in their order, with reading and writing rows.
    var runSeconds: [Double]
    /// Nil for a plan.
    var compilation: MemoryCompilation?

    init(path: String, _ session: Session, load: Double, _ compilation: MemoryCompilation?, _ result: PlanRun.Result) {
        let plan = session.model.plan
        self.plan = path
        instructionSet = session.instructionSet.name
        threads = session.threads
        loadSeconds = load
        sessionBytes = session.memoryBytes
        outputs = result.files.map { index, file in
            let entry = EntryReport(plan.outputs[index], in: plan)
            return Output(name: entry.name, element: entry.element, shape: entry.shape, file: file)
        }
        leftOut = plan.outputs.dropFirst(result.count).map(\.text)
        newestOutput = result.newest + 1
        deadlinePassed = result.isCutShort
        runSeconds = result.nanoseconds.map { Double($0) / 1e9 }
        self.compilation = compilation
        requestedOutputs = result.count
    }

    private let requestedOutputs: Int

    private enum CodingKeys: CodingKey {
        case plan, version, instructionSet, threads, loadSeconds, sessionBytes, outputs, leftOut, newestOutput, deadlinePassed, runSeconds
        case compilation
    }

    var lines: [String] {
        var lines = outputs.map { Format.line($0.name, "\($0.file), \(Format.shape($0.shape))") }
        if !leftOut.isEmpty { lines.append(Format.line("left out", "\(Format.names(leftOut)), by --until \(requestedOutputs)")) }
        lines += compilation?.lines ?? []
        if deadlinePassed {
            lines.append(Format.line("newest", "output \(newestOutput) of \(requestedOutputs): the deadline has passed"))
        }
        let times = runSeconds.sorted()
        let text =
            times.count == 1
            ? Format.duration(times[0])
            : "\(Format.duration(times[times.count / 2])) median of \(times.count), \(Format.duration(times[0])) best"
        return lines + [Format.line("time", "\(text), \(threads) thread\(threads == 1 ? "" : "s")")]
    }

    var details: [String] {
        let facts = [
            Format.line("instruction set", instructionSet), Format.line("load", Format.duration(loadSeconds)),
            Format.line("session", Format.mebibytes(sessionBytes)),
        ]
        return (compilation?.details ?? []) + facts + runSeconds.map { Format.line("run", Format.duration($0)) }
    }
}
