import Optimizer
import PlanFormat
import Platform
import Runtime

/// What `compile` says of a plan that it has written.
struct CompileReport: Report {
    struct Stages: Encodable {
        var importSeconds: Double
        var passesSeconds: Double
        var loweringSeconds: Double
        var schedulingSeconds: Double
        /// With packing the weights and computing the self-test.
        var writingSeconds: Double
    }

    /// What a run takes with the declared number of threads.
    struct Memory: Encodable {
        var totalBytes: Int
        var planBytes: Int
        /// Of those, the packed weights.
        var weightBytes: Int
        var arenaBytes: Int
        /// No arena of these rings can be smaller.
        var arenaLowerBoundBytes: Int
        var scratchBytes: Int
        var entryBytes: Int
        var codeBytes: Int
        var buffersAtPeak: [Buffer]

        struct Buffer: Encodable {
            var name: String
            var rows: Int
            var bytes: Int
        }

        init(_ report: MemoryReport) {
            totalBytes = report.total
            planBytes = report.plan
            weightBytes = report.weights
            arenaBytes = report.arena
            arenaLowerBoundBytes = report.arenaLowerBound
            scratchBytes = report.scratch
            entryBytes = report.entryPoints
            codeBytes = report.code
            buffersAtPeak = report.buffersAtPeak.map { Buffer(name: $0.name, rows: $0.rows, bytes: $0.byteCount) }
        }
    }

    var model: String
    var plan: String
    var version = RuntimeVersion.text
    var fileBytes: Int
    var inputs: [EntryReport]
    var outputs: [EntryReport]
    /// The model's outputs that the plan does not compute.
    var leftOut: [String]
    var assumptions: [String]
    var threads: Int
    var memory: Memory
    var stepCount: Int
    var stepHeights: String
    /// How many convolutions each computes.
    var algorithms: [CountReport]
    var passes: [PassReport]
    /// Nil where no limit was given.
    var changes: ChangeReport?
    var printed: [PassTrail.PrintedGraph]
    /// The text that `--print-lowered` prints.
    var lowered: String?
    var stages: Stages
    var compileSeconds: Double
    var peakResidentBytes = Int(clamping: venule_peak_resident_bytes())
    private let compiled: CompiledPlan
    private let trail: PassTrail

    private enum CodingKeys: CodingKey {
        case model, plan, version, fileBytes, inputs, outputs, leftOut, assumptions, threads, memory, stepCount, stepHeights, algorithms
        case passes, changes, printed, lowered, stages, compileSeconds, peakResidentBytes
    }

    /// What is known of the model, and of the way from it.
    struct Source {
        var model: String
        var leftOut: [String]
        var assumptions: [String]
        var importSeconds: Double
        var record: Compilation.Record
        var writingSeconds: Double
        /// Of the whole command.
        var seconds: Double
    }

    init(_ compiled: CompiledPlan, file: String, byteCount: Int, threads: Int, from source: Source) {
        let plan = compiled.plan
        let record = source.record
        model = source.model
        self.plan = file
        fileBytes = byteCount
        inputs = plan.inputs.map { EntryReport($0, in: plan) }
        outputs = plan.outputs.map { EntryReport($0, in: plan) }
        leftOut = source.leftOut
        assumptions = source.assumptions
        self.threads = threads
        memory = Memory(compiled.memory)
        stepCount = plan.schedule.count
        stepHeights = "\(compiled.stepHeights)"
        algorithms = PlanDescription.algorithmCounts(of: plan).map { CountReport(name: $0.algorithm.label, count: $0.count) }
        passes = record.passes.steps.map { PassReport($0) }
        changes = ChangeReport(record.passes)
        printed = record.passes.printed
        lowered = record.loweredText
        stages = Stages(
            importSeconds: source.importSeconds, passesSeconds: record.passesSeconds, loweringSeconds: record.loweringSeconds,
            schedulingSeconds: record.schedulingSeconds, writingSeconds: source.writingSeconds)
        compileSeconds = source.seconds
        self.compiled = compiled
        trail = record.passes
    }

    var lines: [String] {
        var lines = [Format.line("written", "\(plan), \(Format.mebibytes(fileBytes))")]
        lines += PlanDescription.entryLines(of: compiled.plan)
        if !leftOut.isEmpty { lines.append(Format.line("left out", "\(Format.names(leftOut)); --outputs all computes them too")) }
        lines += assumptions.map { Format.line("assumed", $0) }
        let plural = threads == 1 ? "" : "s"
        let bound = Format.mebibytes(memory.arenaLowerBoundBytes)
        return lines + [
            Format.line("memory of a run", "\(Format.mebibytes(memory.totalBytes)) with \(threads) thread\(plural)"),
            Format.line("arena", "\(Format.mebibytes(memory.arenaBytes)); these buffers need at least \(bound)"),
            Format.line("steps", "\(Format.grouped(stepCount)), \(stepHeights)"),
            Format.line("algorithms", PlanDescription.algorithms(of: compiled.plan)),
            Format.line("compiled in", "\(Format.duration(compileSeconds)), \(Format.mebibytes(peakResidentBytes)) at the peak"),
        ]
    }

    var details: [String] {
        let times = [
            ("import", stages.importSeconds), ("passes", stages.passesSeconds), ("lowering", stages.loweringSeconds),
            ("scheduling", stages.schedulingSeconds), ("writing", stages.writingSeconds),
        ]
        return times.map { Format.line($0.0, Format.duration($0.1)) } + ["passes that changed something:"] + trail.lines
            + ["memory of a run:"] + compiled.memory.lines
    }
}

/// What `compile --stop-after` says.
struct StageReport: Report {
    var model: String
    /// As it was asked for.
    var stoppedAfter: String
    /// A graph or a plan (Documentation/ModelFormat.md).
    var text: String
    var assumptions: [String]
    var passes: [PassReport]
    var changes: ChangeReport?
    var printed: [PassTrail.PrintedGraph]

    init(model: String, stoppedAfter: String, text: String, assumptions: [String], _ trail: PassTrail) {
        self.model = model
        self.stoppedAfter = stoppedAfter
        self.text = text
        self.assumptions = assumptions
        passes = trail.steps.map { PassReport($0) }
        changes = ChangeReport(trail)
        printed = trail.printed
    }

    var lines: [String] { Console.lines(of: text) }
}
