import ArgumentParser
import GraphIR
import Optimizer
import PlanFormat

struct CompileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Makes a plan for one size of input.",
        discussion: """
            The same model and options give the same bytes on any machine. An IterNet takes heights and widths that are \
            multiples of 16; `segment` pads other photographs, `compile` refuses other shapes.

            EXAMPLES
              venule compile model.hdf5 -o iternet.plan --input-shape 1x592x592x3
              venule compile model.hdf5 -o s.plan --input-shape 1x592x592x3 --max-memory 96MiB
              venule compile model.hdf5 -o heads.plan --input-shape 1x128x128x3 --outputs all
              venule compile model.hdf5 -o camera.plan --input-format rgb8:3504x2336 --resize 592x592
              venule compile model.onnx -o unet.plan --input-shape image=1x3x512x512 --bind threshold=t.npy
            """)

    @Argument(help: "A Keras file (HDF5, .keras), an ONNX file or a graph (.vir).") var model: String
    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The plan to write; needed unless --stop-after is given.", valueName: "OUT.plan"))
    var output: String?
    @OptionGroup var inputs: ModelInputs
    @OptionGroup var frame: FrameOptions
    @Option(
        help: ArgumentHelp(
            """
            'final', 'all', or names of outputs. Default: 'all', or 'final' where the outputs refine one another, as an \
            IterNet's do.
            """, valueName: "final|all|NAME,…"))
    var outputs: OutputSelection?
    @Option(
        help: ArgumentHelp(
            "All that a run may take: plan, arena, scratch, buffers and code. Refused where it cannot be met.",
            valueName: "96MiB"))
    var maxMemory: ByteCount?
    @Option(parsing: .unconditional, help: "Threads that memory is reckoned for. A plan runs with any number.")
    var threads = 1
    @Option(
        help: ArgumentHelp(
            """
            Rows of a step: so many everywhere, so many at full size, at half of it and so on, so many at full size and fewer \
            deeper down, one at full size and up to so many deeper down, or whole images. Default: what suits --optimize best, by a model of costs.
            """,
            valueName: "4|4/2/1|scaled-4|rising-4|whole"))
    var stepRows: StepHeights?
    @Option(
        help: ArgumentHelp(
            """
            How weights are stored. 16 bits halve the plan; sums stay float32. See Documentation/Numerics.md for what it changes. \
            Default: f32.
            """, valueName: "f32|f16|bf16"))
    // Of a default value the help would print the code of the file.
    var weights: WeightType?
    @Flag(
        help: """
            Weights, and numbers that layers make, become 0 below 2^-126 in magnitude, where processors may take 100 times as long. \
            See Documentation/Numerics.md for what it changes.
            """)
    var flushSubnormals = false
    @Flag(help: "Only direct convolutions: slower, and with less rounding error.")
    var exact = false
    @Option(
        help: ArgumentHelp(
            """
            Which of the plans that fit: the quickest, one where half of the memory is worth a fifth of the time, or the one \
            that takes the least memory; by a model of costs. Default: balanced, with --max-memory speed.
            """, valueName: "speed|balanced|memory"))
    var optimize: OptimizationGoal?
    @Option(
        help: ArgumentHelp(
            "The model's figures: a stored table of costs, or a file that `bench --calibrate` wrote.", valueName: "NAME|FILE"))
    var target = CostTarget.standard
    @OptionGroup var passes: PassOptions
    @Flag(help: "Print the plan as it is before it has a schedule.")
    var printLowered = false
    @Option(
        help: ArgumentHelp(
            "Stop after a pass, as --print-ir-after names it, or a stage of the lowering and print what it made; no plan is written.",
            valueName: "PASS|STAGE"))
    var stopAfter: String?
    @OptionGroup var reporting: ReportOptions

    func validate() throws {
        if output == nil, stopAfter == nil { throw ValidationError("Missing expected argument '--output <OUT.plan>'") }
        if stopAfter != nil { try reporting.requireLines(for: "--stop-after") }
        if printLowered { try reporting.requireLines(for: "--print-lowered") }
        if passes.printIrTo == nil, !passes.printIrAfter.isEmpty {
            try reporting.requireLines(for: "--print-ir-after without --print-ir-to")
        }
        guard (1...ThreadCount.most).contains(threads) else {
            throw ValidationError("--threads \(threads): 1 through \(ThreadCount.most) is expected")
        }
    }

    func run() throws {
        let start = monotonicSeconds()
        let files = graphFiles(model) + inputs.files + [target.argument]
        let compilation = Compilation(
            maxMemory: maxMemory?.bytes, threads: threads, exact: exact, weights: weights ?? .float32,
            flushesSubnormals: flushSubnormals,
            goal: optimize ?? (maxMemory == nil ? .balanced : .speed), costs: try target.table(), stepHeights: stepRows,
            passes: try passes.run(inputs: files), printsLowered: printLowered)
        let stopPoint = try stopAfter.map { name throws(CommandFailure) in try StopPoint(named: name) }
        if let output, stopPoint == nil { try OutputFile.check(output, inputs: files, takesDevices: true) }
        let frame = try frame.entry()
        var loaded = try LoadedModel(path: model, options: try inputs.importOptions())
        let outputs = outputs ?? loaded.standardOutputs
        let leftOut = try loaded.select(outputs)
        if frame == nil || !inputs.inputShape.isEmpty { loaded = try loaded.bound(to: inputs.inputShape) }
        if let frame { loaded = try loaded.taking(frame) }
        let assumptions = loaded.summary?.assumptions ?? []
        var record = Compilation.Record()
        if let stopPoint {
            let text = try compilation.text(after: stopPoint, loaded, outputs: outputs, record: &record)
            return try reporting.write(
                StageReport(model: model, stoppedAfter: stopAfter ?? "", text: text, assumptions: assumptions, record.passes))
        }
        guard let output else { return }
        let imported = monotonicSeconds()
        let compiled = try compilation.compile(loaded, outputs: outputs, record: &record)
        let writingStart = monotonicSeconds()
        let byteCount = try PlanFile.write(compiled, to: output)
        let end = monotonicSeconds()
        let source = CompileReport.Source(
            model: model, leftOut: leftOut, assumptions: assumptions, importSeconds: imported - start, record: record,
            writingSeconds: end - writingStart, seconds: end - start)
        try reporting.write(CompileReport(compiled, file: output, byteCount: byteCount, threads: threads, from: source))
    }
}

extension StepHeights: ExpressibleByArgument {}
extension OptimizationGoal: ExpressibleByArgument {}
extension WeightType: ExpressibleByArgument {
    // Otherwise the help would list the codes of the file.
    public static var allValueStrings: [String] { allCases.map(\.argument) }
    public static var allValueDescriptions: [String: String] { [:] }
}
