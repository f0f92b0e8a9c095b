import ArgumentParser
import GraphIR
import Optimizer

/// How the passes run and what is seen of it.
struct PassOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Make only the first N rewrites of the passes, to find by halving the one that breaks a model; the last one made is printed. \
            What lowering needs is done all the same and not counted: calls are inlined.
            """, valueName: "N"))
    var changes: Int?
    @Option(
        help: ArgumentHelp(
            """
            Print the graph behind a pass, on standard error and without its large weights unless --print-ir-to is given. PASS is a \
            name, a number in the pipeline, both as in 07-fold-batch-normalization, or 'all'; may be given several times.
            """, valueName: "PASS"))
    var printIrAfter: [String] = []
    @Option(
        help: ArgumentHelp(
            "Write the graphs that --print-ir-after names there, as 07-fold-batch-normalization.vir and .virw, which `compile` reads.",
            valueName: "FOLDER"))
    var printIrTo: String?

    func validate() throws {
        if let changes, changes < 0 { throw ValidationError("--changes \(changes): 0 or more is expected") }
        if printIrTo != nil, printIrAfter.isEmpty {
            throw ValidationError("--print-ir-to: name the passes with --print-ir-after PASS, or --print-ir-after all")
        }
    }

    /// What was asked for, checked, so that nothing long is done in vain.
    ///
    /// - Parameter inputs: the files that the command reads.
    /// - Throws: `CommandFailure` for a pass that is not in the pipeline, and for places where files cannot go.
    func run(inputs: [String]) throws -> PassRun {
        let pipeline = Pipelines.standard.map(\.pass)
        var run = PassRun(changeLimit: changes, printFolder: printIrTo)
        for name in printIrAfter {
            let places = PassPlace.places(named: name, in: pipeline)
            guard !places.isEmpty else {
                let known = PassPlace.places(in: pipeline).map(\.description).joined(separator: ", ")
                throw CommandFailure(.usage, "--print-ir-after \(name): there is no such pass; the passes are \(known)")
            }
            run.printedPlaces.formUnion(places)
        }
        if let printIrTo {
            try OutputFolder.check(printIrTo)
            for place in run.printedPlaces {
                for file in graphFiles(run.path(for: place, in: printIrTo)) {
                    try OutputFile.check(file, inputs: inputs, makesFolder: true)
                }
            }
        }
        return run
    }
}
