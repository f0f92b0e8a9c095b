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
        let network = try Selection.network(for: graph)
        let memory = try chooseHeights(for: network, options: options)
        let bytes = PlanWriter.bytes(of: memory.plan, constants: network.constants.bytes)
        do throws(PlanError) {
            // The compiler believes nothing that the device would not: the file is read back and verified.
            let plan = try PlanReader.read(bytes.span.bytes)
            return CompiledPlan(bytes: bytes, plan: plan, memory: memory.report, stepHeights: memory.heights)
        } catch {
            if error.kind == .exceedsLimit { throw .exceedsBounds([error.message]) }
            throw .invalid("the compiler made a plan that does not verify; please report this: \(error)")
        }
    }

    /// The quickest heights that fit, by the cost model.
    private static func chooseHeights(for network: Network, options: CompileOptions) throws(CompileError) -> MemoryPlan {
        let candidates = options.stepHeights.map { [$0] } ?? candidates(for: network)
        let model = CostModel.standard
        // No runtime takes more unless it is told to.
        let limit = min(options.maxMemory ?? .max, PlanLimits.standard.memoryBytes)
        var best: (plan: MemoryPlan, cost: Double)?
        var smallest: MemoryPlan?
        var tooLong: [String] = []
        for heights in candidates {
            if let problem = network.scheduleProblem(heights) {
                tooLong.append(problem)
                continue
            }
            let memory = MemoryPlan(network, heights: heights, options: options)
            if memory.report.total < smallest?.report.total ?? Int.max { smallest = memory }
            if memory.report.total > limit { continue }
            let cost = model.overhead(of: memory)
            if cost < best?.cost ?? .infinity { best = (memory, cost) }
        }
        if let best { return best.plan }
        guard let smallest else { throw .exceedsBounds(tooLong) }
        throw .doesNotFit(MemoryShortage(limit: limit, smallest: smallest.report))
    }

    private static func candidates(for network: Network) -> [StepHeights] {
        let tallest = network.operations.map { $0.progressRows(in: network.values) }.max() ?? 1
        var candidates: [StepHeights] = [.wholeImage]
        for rows in [1, 2, 4, 8, 16, 32, 64] where rows < tallest {
            candidates.append(.rows(rows))
            if rows > 1 { candidates.append(.scaled(rows)) }
        }
        return candidates
    }
}
