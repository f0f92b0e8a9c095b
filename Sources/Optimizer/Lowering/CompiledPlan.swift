import GraphIR
import PlanFormat

/// A plan with what the compiler decided. Its weights are packed when it is written.
public struct CompiledPlan: Sendable {
    /// As a reader gives it back; a self-test may be added. The records have not been read back: whoever loads the file verifies them.
    public var plan: Plan
    public var memory: MemoryReport
    public var stepHeights: StepHeights
    private let constants: ConstantsSection

    init(_ memory: MemoryPlan, constants: ConstantsSection) {
        plan = memory.plan
        plan.constantsSection = PlanWriter.constantsSection(of: plan, constantBytes: constants.byteCount)
        self.memory = memory.report
        stepHeights = memory.heights
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
