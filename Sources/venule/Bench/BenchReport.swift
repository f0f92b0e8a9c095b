import DeviceCommandLine
import PlanFormat
import Platform
import Runtime

/// What `bench` says of a plan. Times are in seconds.
struct BenchReport: Report {
    struct Output: Encodable {
        var name: String
        /// CRC-32C, eight hexadecimal digits.
        var crc32c: String
    }

    struct Operation: Encodable {
        var name: String
        /// The kind of operation, for a convolution its algorithm.
        var algorithm: String
        /// Of one run.
        var seconds: Double
        /// Of the sum over all operations.
        var share: Double
        /// Two for each multiply-accumulate of the direct algorithm, whichever is used, and second; nil where there are none.
        var gigaflopsPerSecond: Double?

        init(_ time: OperationTime) {
            name = String(decoding: time.name, as: UTF8.self)
            algorithm = time.algorithm
            seconds = Double(time.nanoseconds) / 1e9 / Double(time.runs)
            share = time.share
            gigaflopsPerSecond = time.gigaflopsPerSecond
        }
    }

    var plan: String
    var version = RuntimeVersion.text
    var instructionSet: String
    var threads: Int
    /// What the session holds, without the plan's constants.
    var sessionBytes: Int
    var runs: Int
    var loadSeconds: Double
    var firstSeconds: Double
    var minimumSeconds: Double
    var medianSeconds: Double
    var percentile95Seconds: Double
    /// Of all measured runs, in ascending order.
    var runSeconds: [Double]
    /// Of this process, its libraries included.
    var peakResidentBytes: Int
    var arenaBytes: Int
    var outputs: [Output]
    /// Nil where they were not asked for.
    var operations: [Operation]?
    /// Nil for a plan.
    var compilation: MemoryCompilation?

    init(
        path: String, _ session: Session, load: Double, _ compilation: MemoryCompilation?, _ result: PlanBench.Result, hasOperations: Bool
    ) {
        let times = result.times
        plan = path
        instructionSet = session.instructionSet.name
        threads = session.threads
        sessionBytes = session.memoryBytes
        runs = times.count
        loadSeconds = load
        firstSeconds = Self.seconds(times.first)
        minimumSeconds = Self.seconds(times.minimum)
        medianSeconds = Self.seconds(times.median)
        percentile95Seconds = Self.seconds(times.percentile95)
        runSeconds = times.times.map(Self.seconds)
        peakResidentBytes = Int(clamping: venule_peak_resident_bytes())
        arenaBytes = session.model.plan.memory.arenaBytes
        outputs = zip(session.model.plan.outputs, result.checksums).map { output, checksum in
            let digits = String(checksum, radix: 16)
            return Output(
                name: output.text, crc32c: String(repeating: "0", count: 8 - digits.count) + digits)
        }
        operations = hasOperations ? OperationTime.all(of: session, runs: times.count).map(Operation.init) : nil
        self.compilation = compilation
    }

    // Divided and not multiplied, so that it is the decimal fraction that the nanoseconds are.
    private static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }
}

extension BenchReport {
    var lines: [String] {
        var lines = [
            Format.line("plan", plan), Format.line("instruction set", instructionSet), Format.line("threads", "\(threads)"),
            Format.line("load", Self.milliseconds(loadSeconds)), Format.line("first run", Self.milliseconds(firstSeconds)),
            Format.line("runs", "\(runs)"), Format.line("minimum", Self.milliseconds(minimumSeconds)),
            Format.line("median", Self.milliseconds(medianSeconds)),
            Format.line("95th percentile", Self.milliseconds(percentile95Seconds)),
            Format.line("peak memory", "\(Format.mebibytes(peakResidentBytes)), this program's libraries included"),
            Format.line("arena", Format.mebibytes(arenaBytes)),
        ]
        lines += compilation?.lines ?? []
        lines += outputs.map { Format.line("output", "\($0.name): crc32c \($0.crc32c)") }
        guard let operations else { return lines }
        lines += ["", Self.row("operation", "algorithm", "time", "share", "GFLOP/s")]
        lines += operations.map { operation in
            Self.row(
                operation.name, operation.algorithm, Self.milliseconds(operation.seconds),
                Format.fixed(100 * operation.share, decimals: 1) + " %",
                operation.gigaflopsPerSecond.map { Format.fixed($0, decimals: 1) } ?? "")
        }
        return lines
    }

    var details: [String] {
        (compilation?.details ?? []) + [Format.line("session", Format.mebibytes(sessionBytes))]
            + runSeconds.map { Format.line("run", Self.milliseconds($0)) }
    }

    private static func milliseconds(_ seconds: Double) -> String { Format.fixed(seconds * 1000, decimals: 3) + " ms" }

    private static func row(_ name: String, _ algorithm: String, _ time: String, _ share: String, _ speed: String) -> String {
        let cells = [Format.left(name, 28), Format.left(algorithm, 22), Format.right(time, 13), Format.right(share, 8)]
        return "  " + cells.joined(separator: " ") + (speed.isEmpty ? "" : " " + Format.right(speed, 9))
    }
}
