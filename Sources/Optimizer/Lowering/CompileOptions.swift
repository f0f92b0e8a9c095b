/// What the user asks of a compilation.
public struct CompileOptions: Sendable {
    /// Bytes that a run may take in all (see ``MemoryReport``); nil for no limit.
    public var maxMemory: Int?
    /// Threads that memory is reckoned for.
    public var threads: Int
    /// How tall the steps are; nil lets the compiler search.
    public var stepHeights: StepHeights?
    /// Pairs that go into the plan's provenance, in this order.
    public var provenance: [(key: String, value: String)]

    public init(
        maxMemory: Int? = nil, threads: Int = 1, stepHeights: StepHeights? = nil,
        provenance: [(key: String, value: String)] = []
    ) {
        self.maxMemory = maxMemory
        self.threads = threads
        self.stepHeights = stepHeights
        self.provenance = provenance
    }
}
