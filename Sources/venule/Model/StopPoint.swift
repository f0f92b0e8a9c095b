import Optimizer

/// Where `compile --stop-after` ends: behind a pass, or behind a stage of the lowering.
enum StopPoint: Equatable {
    /// As `--print-ir-after` names it.
    case pass(String)
    case stage(LoweringStage)

    /// - Throws: `CommandFailure` for a name that is neither.
    init(named name: String) throws(CommandFailure) {
        let pipeline = Pipelines.standard.map(\.pass)
        if let stage = LoweringStage(rawValue: name) {
            self = .stage(stage)
        } else if name != "all", !PassPlace.places(named: name, in: pipeline).isEmpty {
            self = .pass(name)
        } else {
            let stages = LoweringStage.allCases.map(\.rawValue).joined(separator: ", ")
            let passes = PassPlace.places(in: pipeline).map(\.description).joined(separator: ", ")
            throw CommandFailure(
                .usage, "--stop-after \(name): there is no such pass or stage; the passes are \(passes), the stages behind them \(stages)")
        }
    }
}
