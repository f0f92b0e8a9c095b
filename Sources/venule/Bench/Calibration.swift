import Glibc
import Optimizer
import PlanFormat
import Runtime

/// Measures the figures of the cost model on this machine: runs the compiler's probes on one core, and fits a table to their
/// times.
struct Calibration {
    var table: CostTable
    private var rows: [(probe: CalibrationProbe, sample: CostSample)]

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

    /// Each probe with its time and what the table says of it.
    var lines: [String] {
        let header = "  " + Format.left("probe", 30) + Format.right("measured", 12) + Format.right("by the table", 14)
        return [Format.line("origin", table.origin), header]
            + rows.map { probe, sample in
                let times = [(sample.seconds, 12), (sample.predicted(by: table), 14)].map { seconds, width in
                    Format.right(Format.fixed(seconds * 1000, decimals: 3) + " ms", width)
                }
                return "  " + Format.left(probe.name, 30) + times.joined()
            }
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
