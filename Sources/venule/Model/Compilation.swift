import GraphIR
import Optimizer
import PlanFormat
import Runtime

/// What `compile` does to a model that is bound to one size.
struct Compilation {
    var maxMemory: Int?
    var threads = 1
    /// Only direct convolutions.
    var exact = false
    var weights = WeightType.float32
    var flushesSubnormals = false
    var goal = OptimizationGoal.balanced
    var costs = CostTable.standard
    /// Nil lets the compiler search.
    var stepHeights: StepHeights?
    var passes = PassRun()

    /// Runs the passes, then lowers the graph.
    ///
    /// - Parameter outputs: only recorded; the model has them selected.
    func compile(_ model: consuming LoadedModel, outputs: OutputSelection) throws -> CompiledPlan {
        let place = model.path
        var graph = model.graph
        let provenance = provenance(of: model, outputs: outputs)
        // The weights as they were imported, where passes make others.
        model.graph.constants = ConstantTable()
        try passes.optimize(&graph, place: place)
        let options = CompileOptions(
            maxMemory: maxMemory, threads: threads, stepHeights: stepHeights,
            algorithms: exact ? ConvolutionAlgorithm.allCases.filter { $0.tile == nil } : ConvolutionAlgorithm.allCases,
            goal: goal, weights: weights, flushesSubnormals: flushesSubnormals, costs: costs, provenance: provenance)
        do throws(CompileError) {
            return try Compiler.compile(graph, options: options)
        } catch {
            throw CommandFailure(error, place: place)
        }
    }

    /// Where the plan comes from. The same input and options give the same bytes on any machine, so neither paths nor times.
    private func provenance(of model: LoadedModel, outputs: OutputSelection) -> [(key: String, value: String)] {
        var entries = model.sourceMetadata.map { (key: $0.key, value: $0.value) }
        entries.append((key: "compiler", value: "venule \(RuntimeVersion.text)"))
        entries.append((key: "options.outputs", value: outputs.text))
        entries += model.frame?.provenance ?? []
        entries.append((key: "options.threads", value: "\(threads)"))
        if let maxMemory { entries.append((key: "options.max-memory", value: "\(maxMemory)")) }
        if let stepHeights { entries.append((key: "options.step-rows", value: stepHeights.argument)) }
        if goal != .balanced { entries.append((key: "options.optimize", value: goal.rawValue)) }
        if weights != .float32 { entries.append((key: "options.weights", value: weights.argument)) }
        if flushesSubnormals { entries.append((key: "options.flush-subnormals", value: "true")) }
        if exact { entries.append((key: "options.exact", value: "true")) }
        if let limit = passes.changeLimit { entries.append((key: "options.changes", value: "\(limit)")) }
        entries += costs.provenance
        entries.append((key: "passes", value: Pipelines.standard.map(\.pass.name).joined(separator: ",")))
        return entries
    }
}
