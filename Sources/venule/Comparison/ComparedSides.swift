import Files
import PlanFormat
import Runtime

/// Opens what is to be compared, so that both sides take the same inputs.
struct ComparedSides {
    let modelInputs: ModelInputs
    /// Of `--input`.
    let input: [String]
    let threads: Int?
    /// Whether a plan's values inside are wanted under the names of the model.
    let looksInside: Bool
    /// Takes what is to be said of files that are not taken as they are.
    var note: (String) -> Void = { _ in }

    struct Opened {
        var a: any ComparedSide
        var b: any ComparedSide
        /// The inputs, as a plan has them; none where nothing is computed.
        var interface = Plan()
        var plans: [Plan] = []
        /// See `MatchingModel`.
        var otherSource: String?
        var leftOut: [String] = []
        /// The files of `--input`.
        var files: [String] = []
    }

    /// - Parameter expected: whether the second side has to be stored results.
    /// - Throws: `CommandFailure`: of usage for what cannot be compared, of a mismatch for what does not belong together.
    func open(_ first: String, _ second: String, expected: Bool) throws -> Opened {
        if expected, try !StoredSide.isStored(second) {
            throw CommandFailure(.usage, "--expected \(second): a .npy or a .npz is expected")
        }
        var opened: Opened
        switch (try Subject(first), try Subject(second)) {
        case (.stored(let a), .stored(let b)):
            guard input.isEmpty else { throw CommandFailure(.usage, "--input: nothing is computed of stored results") }
            try modelInputs.requireNone(for: "stored results")
            return Opened(a: a, b: b)
        case (.plan(let a), .plan(let b)):
            try modelInputs.requireNone(for: "plans")
            try requireSameInputs(first, a.plan, second, b.plan)
            opened = Opened(a: side(first, a), b: side(second, b), interface: a.plan, plans: [a.plan, b.plan])
        case (.plan(let a), .stored(let b)):
            try modelInputs.requireNone(for: "a plan")
            opened = Opened(a: side(first, a), b: b, interface: a.plan, plans: [a.plan])
        case (.stored(let a), .plan(let b)):
            try modelInputs.requireNone(for: "a plan")
            opened = Opened(a: a, b: side(second, b), interface: b.plan, plans: [b.plan])
        case (.plan(let plan), .model):
            let pair = try open(plan, first, against: second)
            opened = Opened(
                a: pair.plan, b: pair.model, interface: plan.plan, plans: [plan.plan], otherSource: pair.otherSource, leftOut: pair.leftOut)
        case (.model, .plan(let plan)):
            let pair = try open(plan, second, against: first)
            opened = Opened(
                a: pair.model, b: pair.plan, interface: plan.plan, plans: [plan.plan], otherSource: pair.otherSource, leftOut: pair.leftOut)
        case (.model, .model):
            let (a, b) = (try load(first), try load(second))
            try requireSameInputs(first, a.interface, second, b.interface)
            opened = Opened(a: side(a), b: side(b), interface: a.interface)
        case (.model, .stored(let b)):
            let a = try load(first, for: b)
            opened = Opened(a: side(a), b: b, interface: a.interface)
        case (.stored(let a), .model):
            let b = try load(second, for: a)
            opened = Opened(a: a, b: side(b), interface: b.interface)
        }
        opened.files = try InputFiles.paths(input, for: opened.interface.inputs.map(\.text))
        return opened
    }

    /// A plan and the model that it was made of.
    func open(
        _ plan: Model, _ planPath: String, against modelPath: String
    ) throws -> (plan: PlanSide, model: ModelSide, leftOut: [String], otherSource: String?) {
        let matching = try MatchingModel(modelPath, for: plan.plan, at: planPath, inputs: modelInputs) {
            Console.note("venule: warning: \($0)")
        }
        var planSide = side(planPath, plan)
        var modelSide = ModelSide(
            model: matching.model, hasBoundInputs: !modelInputs.bind.isEmpty, flushesSubnormals: plan.plan.flushesSubnormals)
        if looksInside {
            let named = try PlanOfModel(plan.plan, of: matching.model)
            modelSide.optimised = named.optimised
            planSide.named = named
        }
        return (planSide, modelSide, matching.leftOut, matching.otherSource)
    }

    /// A plan whose checksums are right. Subnormal weights are warned of.
    static func loadCheckedPlan(_ path: String) throws -> Model {
        let model = try loadPlan(path)
        do throws(RuntimeError) { try model.checkConstants() } catch { throw CommandFailure(error, place: path) }
        if let warning = model.subnormalWeights.warning(in: model.plan) { Console.note("venule: warning: \(path): \(warning)") }
        return model
    }

    private func side(_ path: String, _ model: Model) -> PlanSide { PlanSide(path: path, model: model, threads: threads) }
    private func side(_ model: LoadedModel) -> ModelSide { ModelSide(model: model, hasBoundInputs: !modelInputs.bind.isEmpty) }

    /// A model for the size that is said, or that the given arrays have, with all outputs.
    private func load(_ path: String) throws -> LoadedModel {
        let model = try LoadedModel(path: path, options: try modelInputs.importOptions())
        return modelInputs.inputShape.isEmpty ? try model.bound(toArrays: input) : try model.bound(to: modelInputs.inputShape)
    }

    /// The same with the outputs that stored results have.
    private func load(_ path: String, for stored: StoredSide) throws -> LoadedModel {
        var model = try load(path)
        let known = model.graph.main.outputs.map(\.name)
        let common = known.filter(stored.outputNames.contains)
        if !common.isEmpty {
            try model.select(.named(common))
        } else if stored.outputNames.count == 1 {
            try model.select(model.standardOutputs)
        }
        return model
    }

    private func requireSameInputs(_ first: String, _ a: Plan, _ second: String, _ b: Plan) throws {
        func list(_ plan: Plan) -> String {
            plan.inputs.map { "'\($0.text)' \($0.tensor.element.text) \(Format.shape(plan.shape(of: $0)))" }.joined(separator: ", ")
        }
        func types(_ plan: Plan) -> [String] { plan.inputs.map { "\($0.tensor.element.text) \(plan.shape(of: $0))" } }
        let (ours, theirs) = (a.inputs.map(\.text), b.inputs.map(\.text))
        let areSame =
            Set(ours) == Set(theirs)
            ? Set(zip(ours, types(a)).map { "\($0) \($1)" }) == Set(zip(theirs, types(b)).map { "\($0) \($1)" }) : types(a) == types(b)
        guard areSame else {
            throw CommandFailure(.mismatch, "\(first): the inputs are \(list(a)), those of \(second) are \(list(b))")
        }
    }

    private enum Subject {
        case plan(Model)
        case model
        case stored(StoredSide)

        init(_ path: String) throws {
            if try StoredSide.isStored(path) {
                self = .stored(try StoredSide(path: path))
            } else if try FileKind(of: path) == .plan {
                self = .plan(try ComparedSides.loadCheckedPlan(path))
            } else {
                self = .model
            }
        }
    }
}
