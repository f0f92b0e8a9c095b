import GraphIR
import ModelFiles
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
    /// Whether the plan is printed as it is before it has a schedule.
    var printsLowered = false

    /// What was done on the way to a plan.
    struct Record {
        var passes = PassTrail()
        var passesSeconds = 0.0
        /// From the graph to operations with kernels and their weights.
        var loweringSeconds = 0.0
        /// The search for heights, algorithms and places in the arena.
        var schedulingSeconds = 0.0
        /// The plan as it is before it has a schedule, where it is printed.
        var loweredText: String?
    }

    /// Runs the passes, then lowers the graph.
    ///
    /// - Parameter outputs: only recorded; the model has them selected.
    func compile(_ model: consuming LoadedModel, outputs: OutputSelection) throws -> CompiledPlan {
        var record = Record()
        return try compile(model, outputs: outputs, record: &record)
    }

    /// The same, and says what was done.
    func compile(_ model: consuming LoadedModel, outputs: OutputSelection, record: inout Record) throws -> CompiledPlan {
        let place = model.path
        let (graph, options) = try optimised(&model, outputs: outputs, record: &record)
        var start = monotonicSeconds()
        do throws(CompileError) {
            let compiled = try Compiler.compile(graph, options: options) { text in
                record.loweringSeconds = monotonicSeconds() - start
                if printsLowered {
                    let text = text()
                    Console.say(text: text)
                    record.loweredText = text
                }
                start = monotonicSeconds()
            }
            record.schedulingSeconds = monotonicSeconds() - start
            return compiled
        } catch {
            throw CommandFailure(error, place: place)
        }
    }

    /// Does as much of the same as leads to a pass or a stage of the lowering.
    /// - Returns: The text of what that made.
    func text(
        after last: StopPoint, _ model: consuming LoadedModel, outputs: OutputSelection, record: inout Record
    ) throws -> String {
        let place = model.path
        switch last {
        case .pass(let name):
            let (graph, _) = try optimised(&model, outputs: outputs, stopAfter: name, record: &record)
            return graph.text(stored: graph.storedConstants)
        case .stage(let stage):
            let (graph, options) = try optimised(&model, outputs: outputs, record: &record)
            do throws(CompileError) {
                return try Compiler.text(of: graph, after: stage, options: options)
            } catch {
                throw CommandFailure(error, place: place)
            }
        }
    }

    /// Runs the passes, up to one of them where it is named.
    ///
    /// - Returns: The graph behind them, and what lowering is told.
    func optimised(
        _ model: inout LoadedModel, outputs: OutputSelection, stopAfter: String? = nil, record: inout Record
    ) throws -> (Graph, CompileOptions) {
        let start = monotonicSeconds()
        let place = model.path
        var graph = model.graph
        let provenance = provenance(of: model, outputs: outputs)
        // The weights as they were imported, where passes make others.
        model.graph.constants = ConstantTable()
        record.passes = try passes.optimize(&graph, place: place, stopAfter: stopAfter)
        record.passesSeconds = monotonicSeconds() - start
        let options = CompileOptions(
            maxMemory: maxMemory, threads: threads, stepHeights: stepHeights,
            algorithms: exact ? ConvolutionAlgorithm.allCases.filter { $0.tile == nil } : ConvolutionAlgorithm.allCases,
            goal: goal, weights: weights, flushesSubnormals: flushesSubnormals, costs: costs, provenance: provenance)
        return (graph, options)
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
