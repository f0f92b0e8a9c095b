import PlanFormat

/// A plan with its schedule, its rings and their places: everything but the search for the best heights.
struct MemoryPlan {
    var plan: Plan
    var report: MemoryReport
    var heights: StepHeights

    init(_ unscheduled: UnscheduledPlan, heights: StepHeights, options: CompileOptions) {
        self.heights = heights
        var plan = unscheduled.withoutSchedule
        plan.flushesSubnormals = options.flushesSubnormals
        plan.provenance = options.provenance.map { ProvenanceEntry(key: Array($0.key.utf8), value: Array($0.value.utf8)) }
        let (steps, ringRows) = Scheduler.schedule(unscheduled, heights: heights.heights(for: unscheduled))
        plan.schedule = steps
        for index in plan.values.indices { plan.values[index].ringRows = ringRows[index] }

        let rings = plan.rings
        let (offsets, ringBytes) = ArenaPlanner.offsets(of: rings.map(\.ring))
        for (position, offset) in offsets.enumerated() {
            plan.values[rings[position].value].storage = .arena(offset: offset)
        }
        plan.memory.zeroRowOffset = ringBytes
        plan.memory.arenaBytes = ringBytes + plan.memory.zeroRowBytes
        plan.memory.declaredThreads = options.threads
        self.plan = plan
        report = Self.report(plan, unscheduled, rings)
    }

    private static func report(
        _ plan: Plan, _ unscheduled: UnscheduledPlan, _ rings: [(value: Int, ring: ArenaPlanner.Ring)]
    ) -> MemoryReport {
        let bound = ArenaPlanner.lowerBound(of: rings.map(\.ring))
        let alive = rings.filter { $0.ring.lifetime.contains(bound.step) }.sorted {
            ($1.ring.byteCount, $0.value) < ($0.ring.byteCount, $1.value)
        }
        let buffers = alive.map { value, ring in
            MemoryReport.Buffer(name: unscheduled.valueNames[value], rows: plan.values[value].ringRows, byteCount: ring.byteCount)
        }
        let weights = unscheduled.constants.byteCount
        return MemoryReport(
            plan: PlanWriter.byteCount(of: plan, constantBytes: weights), weights: weights, arena: plan.memory.arenaBytes,
            scratch: plan.memory.scratchBytesPerThread * plan.memory.declaredThreads,
            entryPoints: plan.entryBytesHeld,
            code: RunnerFootprint.bytes(for: plan), arenaLowerBound: bound.byteCount + plan.memory.zeroRowBytes,
            buffersAtPeak: buffers)
    }
}

extension Plan {
    /// The values that live in the arena, with their sizes and lifetimes.
    fileprivate var rings: [(value: Int, ring: ArenaPlanner.Ring)] {
        lifetimes().enumerated().compactMap { index, lifetime in
            guard let lifetime, case .arena = values[index].storage else { return nil }
            // Beyond every limit it does not matter by how much, and sums of these stay within Int.
            let byteCount = min(values[index].ringBytes, 1 << 40)
            return (index, ArenaPlanner.Ring(byteCount: byteCount, lifetime: lifetime))
        }
    }
}

/// Memory of `venule-run` that no plan accounts for. Measured as its peak resident set on a plan of a few kilobytes,
/// rounded up; see Documentation/Memory.md.
enum RunnerFootprint {
    /// Code, shared libraries, stacks and the allocator's own.
    static let base = 7 << 20
    /// The schedule is decoded once.
    static let bytesPerStep = 12

    static func bytes(for plan: Plan) -> Int {
        // A self-test, which is added to the plan behind all choices, has a record for an operation at most.
        base + bytesPerStep * plan.schedule.count + FileLayout.probeBytes * plan.operations.count
    }
}
