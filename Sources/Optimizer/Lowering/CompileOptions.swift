import PlanFormat

/// What the user asks of a compilation.
public struct CompileOptions: Sendable {
    /// Bytes that a run may take in all (see ``MemoryReport``); nil for no limit.
    public var maxMemory: Int?
    /// Threads that memory is reckoned for.
    public var threads: Int
    /// How tall the steps are; nil lets the compiler search.
    public var stepHeights: StepHeights?
    /// What convolutions may be computed with where it applies; without any that applies they are direct.
    public var algorithms: [ConvolutionAlgorithm]
    public var goal: OptimizationGoal
    /// What algorithms and heights are compared by.
    public var costs: CostTable
    /// How the weights of convolutions and matrices are stored.
    public var weights: WeightType
    /// Whether subnormal numbers among the constants, and those that steps store, become zeros.
    public var flushesSubnormals: Bool
    /// Pairs that go into the plan's provenance, in this order.
    public var provenance: [(key: String, value: String)]

    public init(
        maxMemory: Int? = nil, threads: Int = 1, stepHeights: StepHeights? = nil,
        algorithms: [ConvolutionAlgorithm] = ConvolutionAlgorithm.allCases, goal: OptimizationGoal = .balanced,
        weights: WeightType = .float32, flushesSubnormals: Bool = false, costs: CostTable = .standard,
        provenance: [(key: String, value: String)] = []
    ) {
        self.maxMemory = maxMemory
        self.threads = threads
        self.stepHeights = stepHeights
        self.algorithms = algorithms
        self.goal = goal
        self.costs = costs
        self.weights = weights
        self.flushesSubnormals = flushesSubnormals
        self.provenance = provenance
    }
}
