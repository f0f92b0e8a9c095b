import GraphIR
import PlanFormat

/// A plan with what the compiler decided. Its weights are packed when it is written.
public struct CompiledPlan: Sendable {
    /// As a reader gives it back; a self-test may be added.
    public var plan: Plan
    public var memory: MemoryReport
    public var stepHeights: StepHeights
    private let constants: ConstantsSection

    init(plan: Plan, memory: MemoryReport, stepHeights: StepHeights, constants: ConstantsSection) {
        self.plan = plan
        self.memory = memory
        self.stepHeights = stepHeights
        self.constants = constants
    }

    /// Writes the plan's file part by part, of the weights one constant at a time.
    /// - Parameter put: is given bytes and where in the file they lie, in any order; what is between them is zero.
    /// - Returns: what wrote it, with which a self-test can be replaced.
    public func write<Failure: Error>(put: (PlanWriter.Part) throws(Failure) -> Void) throws(Failure) -> PlanWriter {
        var writer = PlanWriter(plan, constantBytes: constants.byteCount)
        for part in writer.records { try put(part) }
        try constants.write(flushing: flushedTypes) { (bytes) throws(Failure) in try put(writer.add(constants: bytes)) }
        try put(writer.head)
        return writer
    }

    /// The plan's file in memory.
    public var bytes: [UInt8] {
        var section: [UInt8] = []
        section.reserveCapacity(constants.byteCount)
        constants.write(flushing: flushedTypes) { section += $0 }
        return PlanWriter.bytes(of: plan, constants: section)
    }

    /// For each constant the type in which its subnormal numbers are flushed; none where the plan keeps them.
    private var flushedTypes: [WeightType?] { plan.flushesSubnormals ? plan.constantTypes : [] }
}

/// Turns a graph that passes have prepared, and whose shapes are bound, into a plan.
public enum Compiler {
    /// - Throws: ``CompileError``: what is beyond the bounds of plans and of the compiler, all operations that a plan cannot
    ///   express at once, or the buffers at the peak where no schedule fits `options.maxMemory`.
    public static func compile(_ graph: Graph, options: CompileOptions = CompileOptions()) throws(CompileError) -> CompiledPlan {
        try checkBounds(of: options)
        try graph.main.checkCompleteness()
        try GraphBounds.check(graph)
        let layout = LayoutAnalysis.layout(of: graph)
        var lowered = try PlanBuilder.plan(for: graph, in: layout)
        try lowered.narrowWeights(to: options.weights)
        let (chosen, memory) = try PlanSearch.best(lowered, options: options)
        do throws(PlanError) {
            // The compiler believes nothing that the device would not: the records are read back and verified. They do not
            // depend on the weights, which are zeros here.
            let records = PlanWriter.records(of: memory.plan, constantBytes: chosen.constants.byteCount)
            let plan = try PlanReader.read(records.span.bytes)
            return CompiledPlan(plan: plan, memory: memory.report, stepHeights: memory.heights, constants: chosen.constants)
        } catch {
            if error.kind == .exceedsLimit { throw .exceedsBounds([error.message]) }
            throw .invalid("the compiler made a plan that does not verify; please report this: \(error)")
        }
    }
}
