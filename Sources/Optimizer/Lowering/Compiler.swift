import GraphIR
import PlanFormat

/// Turns a graph that passes have prepared, and whose shapes are bound, into a plan, stage by stage.
public enum Compiler {
    /// - Parameter lowered: is given the text of the plan behind the stage ``LoweringStage/weights``, which takes time only where it
    ///   is asked for.
    /// - Throws: ``CompileError``: what is beyond the bounds of plans and of the compiler, all operations that a plan cannot
    ///   express at once, or the buffers at the peak where no schedule fits `options.maxMemory`.
    public static func compile(
        _ graph: Graph, options: CompileOptions = CompileOptions(), lowered: (_ text: () -> String) -> Void = { _ in }
    ) throws(CompileError) -> CompiledPlan {
        let layout = try layout(of: graph, options)
        var plan = try withKernels(graph, layout)
        try store(&plan, options)
        lowered { PlanText(plan.withoutSchedule).text }
        return try schedule(plan, options)
    }

    /// Runs the stages up to one of them.
    /// - Returns: The text of what that stage made.
    public static func text(
        of graph: Graph, after stage: LoweringStage, options: CompileOptions = CompileOptions()
    ) throws(CompileError) -> String {
        let layout = try layout(of: graph, options)
        if stage == .layout { return layout.text(of: graph.main) }
        var plan = try withKernels(graph, layout)
        if stage == .kernels { return PlanText(plan.withoutSchedule).text }
        try store(&plan, options)
        if stage == .weights { return PlanText(plan.withoutSchedule).text }
        return PlanText(try schedule(plan, options).plan).text
    }

    /// Where a plan of the graph would hold the graph's values; no schedule is searched for.
    public static func values(of graph: Graph) throws(CompileError) -> LoweredValues {
        let plan = try withKernels(graph, try layout(of: graph, CompileOptions()))
        return LoweredValues(plan: plan.withoutSchedule, places: plan.places)
    }

    // MARK: Stages

    private static func layout(of graph: Graph, _ options: CompileOptions) throws(CompileError) -> GraphLayout {
        try checkBounds(of: options)
        try graph.main.checkCompleteness()
        try GraphBounds.check(graph)
        return LayoutAnalysis.layout(of: graph)
    }

    private static func withKernels(_ graph: Graph, _ layout: GraphLayout) throws(CompileError) -> UnscheduledPlan {
        let plan = try PlanBuilder.plan(for: graph, in: layout)
        try plan.verify()
        return plan
    }

    private static func store(_ plan: inout UnscheduledPlan, _ options: CompileOptions) throws(CompileError) {
        guard options.weights != .float32 else { return }
        try plan.narrowWeights(to: options.weights)
        try plan.verify()
    }

    private static func schedule(_ plan: UnscheduledPlan, _ options: CompileOptions) throws(CompileError) -> CompiledPlan {
        let (chosen, memory) = try PlanSearch.best(plan, options: options)
        return CompiledPlan(memory, constants: chosen.constants)
    }
}
