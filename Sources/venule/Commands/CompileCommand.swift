import ArgumentParser
import GraphIR
import Optimizer
import PlanFormat
import Platform

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

    func validate() throws {
        if output == nil, stopAfter == nil { throw ValidationError("Missing expected argument '--output <OUT.plan>'") }
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
        if let stopPoint { return try compilation.printResult(of: stopPoint, loaded, outputs: outputs) }
        guard let output else { return }
        let compiled = try compilation.compile(loaded, outputs: outputs)
        let byteCount = try PlanFile.write(compiled, to: output)
        Console.write(Format.line("written", "\(output), \(Format.mebibytes(byteCount))"))
        report(compiled, leftOut: leftOut, assumptions: loaded.summary?.assumptions ?? [], since: start)
    }

    private func report(_ compiled: CompiledPlan, leftOut: [String], assumptions: [String], since start: Double) {
        for line in PlanDescription.entryLines(of: compiled.plan) { Console.write(line) }
        if !leftOut.isEmpty { Console.write(Format.line("left out", "\(Format.names(leftOut)); --outputs all computes them too")) }
        for assumption in assumptions { Console.write(Format.line("assumed", assumption)) }
        let memory = compiled.memory
        let plural = threads == 1 ? "" : "s"
        Console.write(Format.line("memory of a run", "\(Format.mebibytes(memory.total)) with \(threads) thread\(plural)"))
        let bound = Format.mebibytes(memory.arenaLowerBound)
        Console.write(Format.line("arena", "\(Format.mebibytes(memory.arena)); these buffers need at least \(bound)"))
        Console.write(Format.line("steps", "\(Format.grouped(compiled.plan.schedule.count)), \(compiled.stepHeights)"))
        Console.write(Format.line("algorithms", PlanDescription.algorithms(of: compiled.plan)))
        let peak = Format.mebibytes(Int(venule_peak_resident_bytes()))
        Console.write(Format.line("compiled in", "\(Format.duration(monotonicSeconds() - start)), \(peak) at the peak"))
    }
}

extension StepHeights: ExpressibleByArgument {}
extension OptimizationGoal: ExpressibleByArgument {}
extension WeightType: ExpressibleByArgument {
    // Otherwise the help would list the codes of the file.
    public static var allValueStrings: [String] { allCases.map(\.argument) }
    public static var allValueDescriptions: [String: String] { [:] }
}
