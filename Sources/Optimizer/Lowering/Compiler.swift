import GraphIR
import PlanFormat

/// A plan as the bytes of its file, with what the compiler decided.
public struct CompiledPlan: Sendable {
    public var bytes: [UInt8]
    public var plan: Plan
    public var memory: MemoryReport
    public var stepHeights: StepHeights
}

/// Turns a graph that passes have prepared, and whose shapes are bound, into a plan.
public enum Compiler {
    /// - Throws: ``CompileError``: all operations that a plan cannot express at once, or the buffers at the peak where
    ///   no schedule fits `options.maxMemory`.
    public static func compile(_ graph: Graph, options: CompileOptions = CompileOptions()) throws(CompileError) -> CompiledPlan {
        try checkBounds(of: options)
        try graph.main.checkCompleteness()
        try GraphBounds.check(graph)
        var network = try Selection.network(for: graph)
        try network.narrowWeights(to: options.weights)
        let (chosen, memory) = try PlanSearch.best(network, options: options)
        var constants = chosen.constants.bytes
        if options.flushesSubnormals { memory.plan.flushSubnormals(in: &constants) }
        let bytes = PlanWriter.bytes(of: memory.plan, constants: constants)
        do throws(PlanError) {
            // The compiler believes nothing that the device would not: the file is read back and verified.
            let plan = try PlanReader.read(bytes.span.bytes)
            return CompiledPlan(bytes: bytes, plan: plan, memory: memory.report, stepHeights: memory.heights)
        } catch {
            if error.kind == .exceedsLimit { throw .exceedsBounds([error.message]) }
            throw .invalid("the compiler made a plan that does not verify; please report this: \(error)")
        }
    }
}
