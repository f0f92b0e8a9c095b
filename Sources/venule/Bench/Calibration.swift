import Glibc
import Optimizer
import PlanFormat
import Runtime

/// Measures the figures of the cost model on this machine: runs the compiler's probes on one core, and fits a table to their
/// times.
struct Calibration {
    var table: CostTable
    fileprivate var rows: [(probe: CalibrationProbe, sample: CostSample)]

    /// - Parameter leastRuns: of each probe; short ones are run more often.
    static func run(leastRuns: Int) throws -> Calibration {
        var rows: [(CalibrationProbe, CostSample)] = []
        var instructionSet = ""
        var progress = ProgressBar(label: "calibrate", unit: "probes", total: CalibrationProbe.all.count)
        for probe in CalibrationProbe.all {
            let plan = try TimedPlan(try probe.compiled(), place: probe.name)
            let tall = probe.isDifference ? try TimedPlan(try probe.compiledTall(), place: probe.name) : nil
            instructionSet = plan.runner.instructionSet.name
            let seconds = try leastDifference(plan, tall, leastRuns: leastRuns)
            // Lost in the noise of a busy machine: it says nothing then.
            if seconds > 0 { rows.append((probe, CostSample(plan.runner.plan, minus: tall?.runner.plan, seconds: seconds))) }
            progress.advance()
        }
        let fit = CostFit(rows.map(\.1))
        var table = fit.table
        table.name = "calibrated"
        table.origin =
            "measured by venule \(RuntimeVersion.text) with \(instructionSet) on \(processorName()); \(rows.count) probes "
            + "lie within \(Format.fixed(100 * fit.largestError, decimals: 0)) % of it"
        return Calibration(table: table, rows: rows)
    }

    private struct TimedPlan {
        let runner: PlanRunner

        init(_ compiled: CompiledPlan, place: String) throws {
            runner = try PlanRunner(PlanFile.load(compiled, place: place), place: place, threads: 1)
            runner.fillSample()
            // Touches every page.
            try runner.runAgain()
        }

        /// Seconds of one run: the thread's own time, since others may use the core meanwhile.
        func time() throws -> Double {
            let start = Self.threadSeconds()
            try runner.runAgain()
            return Self.threadSeconds() - start
        }

        private static func threadSeconds() -> Double {
            var now = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
            return Double(now.tv_sec) + 1e-9 * Double(now.tv_nsec)
        }
    }

    /// The least time of the one less the least of the other, of runs by turns: other work on the machine only adds.
    private static func leastDifference(_ plan: TimedPlan, _ subtracted: TimedPlan?, leastRuns: Int) throws -> Double {
        let start = monotonicSeconds()
        var least = Double.infinity
        var leastSubtracted = subtracted == nil ? 0 : Double.infinity
        var runs = 0
        while runs < leastRuns || (runs < 10 * leastRuns && monotonicSeconds() - start < 0.2) {
            least = min(least, try plan.time())
            if let subtracted { leastSubtracted = min(leastSubtracted, try subtracted.time()) }
            runs += 1
        }
        return least - leastSubtracted
    }

    /// As Linux calls it, on one line.
    private static func processorName() -> String {
        guard let file = fopen("/proc/cpuinfo", "r") else { return "this machine" }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // "model name" on x86, "Model" or "Hardware" on ARM.
            guard let colon = text.firstIndex(of: ":"),
                ["model name", "Model", "Hardware"].contains(where: { text.hasPrefix($0 + "\t") || text.hasPrefix($0 + " ") })
            else { continue }
            return text[text.index(after: colon)...].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        return "this machine"
    }
}

/// What `bench --calibrate` says: the table, or where it is written to, and how well it agrees with what was measured.
struct CalibrationReport: Report {
    struct Probe: Encodable {
        var name: String
        var measuredSeconds: Double
        /// By the table.
        var predictedSeconds: Double
    }

    var name: String
    var origin: String
    /// Of the table's text.
    var sha256: String
    var table: String
    /// The table's file.
    var written: String?
    var probes: [Probe]

    init(_ calibration: Calibration, written: String?) {
        let table = calibration.table
        name = table.name
        origin = table.origin
        sha256 = table.sha256
        self.table = table.text
        self.written = written
        probes = calibration.rows.map { probe, sample in
            Probe(name: probe.name, measuredSeconds: sample.seconds, predictedSeconds: sample.predicted(by: table))
        }
    }

    /// The table alone, so that it can be redirected to a file, or each probe with its time and what the table says of it.
    var lines: [String] {
        guard let written else { return Console.lines(of: table) }
        let header = "  " + Format.left("probe", 30) + Format.right("measured", 12) + Format.right("by the table", 14)
        return [Format.line("written", "\(written), sha256 \(sha256)"), Format.line("origin", origin), header]
            + probes.map { probe in
                let times = [(probe.measuredSeconds, 12), (probe.predictedSeconds, 14)].map { seconds, width in
                    Format.right(Format.fixed(seconds * 1000, decimals: 3) + " ms", width)
                }
                return "  " + Format.left(probe.name, 30) + times.joined()
            }
    }
}
