import PlanFormat
import Runtime

/// A plan to run: a plan file, or a model that is compiled in memory as `compile` does without options.
struct PlanSource {
    let model: Model
    /// What loading it took, without compiling.
    let loadSeconds: Double
    /// Nil for a plan file.
    let compilation: MemoryCompilation?

    /// - Parameters:
    ///   - inputs: what is said of a model's inputs; not for a plan.
    ///   - threads: what the memory of a plan in memory is reckoned for; nil for 1.
    ///   - check: throws for what cannot be done with inputs and outputs of these names, before a model is compiled.
    init(
        path: String, inputs: ModelInputs, threads: Int?, check: (_ inputs: [String], _ outputs: [String]) throws -> Void = { _, _ in }
    ) throws {
        if try FileKind(of: path) == .plan {
            guard inputs.inputShape.isEmpty, inputs.bind.isEmpty else {
                throw CommandFailure(.usage, "\(path): this is a plan; --input-shape and --bind are for models")
            }
            try inputs.architecture.requireNone(for: path, "a plan")
            let start = monotonicSeconds()
            model = try loadPlan(path)
            loadSeconds = monotonicSeconds() - start
            compilation = nil
            try check(model.plan.inputs.map(\.text), model.plan.outputs.map(\.text))
            return
        }
        let compileStart = monotonicSeconds()
        var loaded = try LoadedModel(path: path, options: try inputs.importOptions())
        let outputs = loaded.standardOutputs
        let leftOut = try loaded.select(outputs)
        let assumptions = loaded.summary?.assumptions ?? []
        try check(loaded.inputs.map(\.name), loaded.graph.main.outputs.map(\.name))
        loaded = try loaded.bound(to: inputs.inputShape)
        let compiled = try Compilation(threads: threads ?? 1).compile(loaded, outputs: outputs)
        let start = monotonicSeconds()
        compilation = MemoryCompilation(seconds: start - compileStart, leftOut: leftOut, assumptions: assumptions)
        model = try PlanFile.load(compiled, place: path)
        loadSeconds = monotonicSeconds() - start
    }
}

/// What is to be said of a model that was compiled in memory.
struct MemoryCompilation: Encodable {
    /// With reading the model.
    var seconds: Double
    /// The model's outputs that the plan does not compute.
    var leftOut: [String]
    /// What the importer took for granted.
    var assumptions: [String]

    var lines: [String] {
        let names = leftOut.isEmpty ? [] : [Format.line("left out", "\(Format.names(leftOut)); `compile --outputs all` computes them too")]
        return names + assumptions.map { Format.line("assumed", $0) }
    }

    var details: [String] { [Format.line("compiled in", Format.duration(seconds))] }
}

extension Session {
    /// - Parameters:
    ///   - place: the plan, for messages.
    ///   - threads: nil for as many as the process may use processors.
    convenience init(_ model: Model, place: String, threads: Int?) throws(CommandFailure) {
        do throws(RuntimeError) {
            try self.init(model, options: SessionOptions(threads: threads))
        } catch {
            throw CommandFailure(error, place: place)
        }
    }
}
