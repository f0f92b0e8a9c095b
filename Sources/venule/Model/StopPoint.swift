import Optimizer

/// Where `compile --stop-after` ends: behind a pass, or behind a stage of the lowering.
enum StopPoint: Equatable {
    case pass(String)
    case stage(LoweringStage)

    /// - Throws: `CommandFailure` for a name that is neither.
    init(named name: String) throws(CommandFailure) {
        let passes = Set(Pipelines.standard.map(\.pass.name))
        if let stage = LoweringStage(rawValue: name) {
            self = .stage(stage)
        } else if passes.contains(name) {
            self = .pass(name)
        } else {
            let stages = LoweringStage.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(
                .usage,
                "--stop-after \(name): there is no such pass or stage; the passes are \(passes.sorted().joined(separator: ", ")), "
                    + "the stages behind them \(stages)")
        }
    }
}
