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

    /// How much slower than the quickest a plan may be that takes less memory.
    private static let patience = 1.05

    /// Of the heights that fit and are almost as quick as the quickest, by the cost model, those that take the least memory.
    private static func chooseHeights(for network: Network, options: CompileOptions) throws(CompileError) -> MemoryPlan {
        let candidates = options.stepHeights.map { [$0] } ?? candidates(for: network)
        let model = CostModel.standard
        // No runtime takes more unless it is told to.
        let limit = min(options.maxMemory ?? .max, PlanLimits.standard.memoryBytes)
        var fitting: [(heights: StepHeights, bytes: Int, seconds: Double)] = []
        var smallest: MemoryReport?
        var tooLong: [String] = []
        for heights in candidates {
            if let problem = network.scheduleProblem(heights) {
                tooLong.append(problem)
                continue
            }
            let memory = MemoryPlan(network, heights: heights, options: options)
            if memory.report.total < smallest?.total ?? Int.max { smallest = memory.report }
            if memory.report.total > limit { continue }
            fitting.append((heights, memory.report.total, model.seconds(of: memory)))
        }
        let quickest = fitting.reduce(Double.infinity) { min($0, $1.seconds) }
        let quick = fitting.filter { $0.seconds <= quickest * patience }
        // Made again rather than kept: a long schedule takes hundreds of megabytes.
        if let best = quick.min(by: { $0.bytes < $1.bytes }) {
            return MemoryPlan(network, heights: best.heights, options: options)
        }
        guard let smallest else { throw .exceedsBounds(tooLong) }
        throw .doesNotFit(MemoryShortage(limit: limit, smallest: smallest))
    }

    private static func candidates(for network: Network) -> [StepHeights] {
        let tallest = network.operations.map { $0.progressRows(in: network.values) }.max() ?? 1
        var candidates: [StepHeights] = [.wholeImage]
        for rows in [1, 2, 4, 8, 16, 32, 64] where rows < tallest {
            candidates.append(.rows(rows))
            if rows > 1 { candidates += [.scaled(rows), .rising(rows)] }
        }
        return candidates
    }
}
