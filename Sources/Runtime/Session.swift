import Kernels
import PlanFormat
import Platform

/// Options of a session. The defaults suit most callers.
public struct SessionOptions {
    /// The number of threads that work on a step, of which the caller's is one. Nil for as many as there are processors that
    /// the process may use.
    public var threads: Int?
    /// Nil for the set that `VENULE_ISA` names, or for the best one of this processor if that is not set.
    public var instructionSet: InstructionSet?
    public var allocator: venule_allocator

    public init(
        threads: Int? = nil, instructionSet: InstructionSet? = nil, allocator: venule_allocator = venule_allocator_system()
    ) {
        self.threads = threads
        self.instructionSet = instructionSet
        self.allocator = allocator
    }
}

/// Runs a model. It owns the arena, the prepared calls of kernels, and the threads, all of which are made when it is made, so
/// that a run allocates nothing. A session runs one inference at a time; make several sessions of the same model to run several
/// at once.
public final class Session: @unchecked Sendable {
    public let model: Model
    public let threads: Int
    public let instructionSet: InstructionSet

    /// The nanoseconds that each operation of the plan took in all runs since ``startProfile()`` was called; empty before.
    public internal(set) var profile: [UInt64] = []

    /// Is told each row that a step of a run has completed, on the thread that runs it; nil for nobody. Must not be set during a run.
    public var observer: ((CompletedRow) -> Void)?

    let pool: ThreadPool
    let prepared: PreparedPlan
    let job: UnsafeMutablePointer<Job>
    private let jobBuffer: AlignedBuffer
    let arena: AlignedBuffer
    let allocator: venule_allocator
    private let scratch: AlignedBuffer

    let state: SessionState
    /// The clock for ``RunOptions/deadline``, in nanoseconds.
    let clock: @Sendable () -> UInt64
    /// For each input, whether its rows can be handed over one after the other.
    public let isReadOnce: [Bool]
    /// For each output, its number of rows in all images of the batch. A tensor that is no image counts as one row.
    let outputRows: [Int]

    // MARK: The run that is under way; whoever has `state` has these
    var progress = RunProgress()
    var inputs: [RunInput]
    var outputs: [RunOutput]
    var outputsAskedFor = 0
    /// For each output, how many of its rows have been made, in all images.
    var rowsMade: [Int]

    /// The most threads that a session can have.
    public static let mostThreads = Int(VENULE_POOL_MAXIMUM_THREADS)

    /// - Throws: ``RuntimeError`` for a number of threads or an instruction set that cannot be had, and for lack of memory.
    public convenience init(_ model: Model, options: SessionOptions = SessionOptions()) throws(RuntimeError) {
        try self.init(model, options: options, kernels: .standard)
    }

    /// Makes a session with other kernels than this library's, or with another clock.
    package init(
        _ model: Model, options: SessionOptions, kernels: KernelTable = .standard,
        clock: @escaping @Sendable () -> UInt64 = { venule_monotonic_nanoseconds() }
    ) throws(RuntimeError) {
        let threads = options.threads ?? Self.defaultThreads
        guard threads >= 1, threads <= Self.mostThreads else { throw .threadCount(found: threads, most: Self.mostThreads) }
        let instructionSet: InstructionSet
        if let wanted = options.instructionSet {
            guard wanted.isAvailable else { throw .unavailableInstructionSet(wanted.name) }
            instructionSet = wanted
        } else {
            instructionSet = try .selected()
        }
        let allocator = options.allocator
        self.allocator = allocator
        let memory = model.plan.memory
        let layout = try PreparedPlan.Layout(model.plan)
        let needed = try Self.memoryBytes(model, layout, threads: threads)
        guard needed <= model.limits.memoryBytes else {
            throw .memoryLimit(needed: needed, threads: threads, limit: model.limits.memoryBytes)
        }
        arena = try AlignedBuffer(byteCount: memory.arenaBytes, purpose: "the arena", allocator: allocator)
        (arena.start + memory.zeroRowOffset).initializeMemory(as: UInt8.self, repeating: 0, count: memory.zeroRowBytes)
        let scratchStride = try Self.scratchStride(memory.scratchBytesPerThread, threads)
        scratch = try AlignedBuffer(byteCount: scratchStride * threads, purpose: "scratch", allocator: allocator)
        prepared = try PreparedPlan(
            model, layout: layout, arena: arena.start, kernels: kernels, instructionSet: instructionSet,
            threads: threads, allocator: allocator)
        jobBuffer = try AlignedBuffer(byteCount: Self.jobBytes, purpose: "a job", allocator: allocator)
        job = jobBuffer.start.assumingMemoryBound(to: Job.self)
        // It lies behind the job, in memory that is not moved, since several threads look at it.
        state = SessionState((jobBuffer.start + MemoryLayout<Job>.stride).bindMemory(to: UInt32.self, capacity: 1))
        job.initialize(to: Job(run: nil, operation: nil, scratch: scratch.start, scratchStride: scratchStride, state: state))
        pool = try ThreadPool(threads: threads, allocator: allocator)
        self.model = model
        self.threads = threads
        self.clock = clock
        inputs = [RunInput](repeating: .rows, count: model.plan.inputs.count)
        outputs = [RunOutput](repeating: .rows, count: model.plan.outputs.count)
        isReadOnce = model.plan.inputsReadOnce
        outputRows = Self.outputRows(model.plan)
        rowsMade = [Int](repeating: 0, count: model.plan.outputs.count)
        self.instructionSet = instructionSet
    }

    private static func outputRows(_ plan: Plan) -> [Int] {
        var rows = [Int](repeating: 0, count: plan.outputs.count)
        for operation in plan.operations {
            guard let entry = operation.kernel.outputEntry else { continue }
            rows[entry] = operation.progressRows(in: plan.values) * plan.batch
        }
        return rows
    }

    /// Bytes from the scratch of one thread to that of the next: whole cache lines, and one more, so that two threads never
    /// write to the same line.
    private static func scratchStride(_ bytes: Int, _ threads: Int) throws(RuntimeError) -> Int {
        let alignment = AlignedBuffer.alignment
        let stride = (bytes + alignment - 1) / alignment * alignment + alignment
        guard !stride.multipliedReportingOverflow(by: threads).overflow else {
            throw .outOfMemory(purpose: "scratch", bytes: Int.max)
        }
        return stride
    }

    private static let jobBytes = MemoryLayout<Job>.stride + MemoryLayout<UInt32>.stride

    /// Bytes that a session of this model would take with so many threads, and a run's inputs and outputs. This is what
    /// `PlanLimits.memoryBytes` limits.
    public static func memoryBytes(_ model: Model, threads: Int?) throws(RuntimeError) -> Int {
        try memoryBytes(model, PreparedPlan.Layout(model.plan), threads: threads ?? defaultThreads)
    }

    private static func memoryBytes(_ model: Model, _ layout: PreparedPlan.Layout, threads: Int) throws(RuntimeError) -> Int {
        let stride = try scratchStride(model.plan.memory.scratchBytesPerThread, threads)
        var sum = 0
        for part in [model.plan.memory.arenaBytes, stride * threads, layout.byteCount, jobBytes, model.entryBytes] {
            let (next, overflowed) = sum.addingReportingOverflow(part)
            sum = overflowed ? Int.max : next
        }
        return sum
    }

    /// The number of processors that the process may use.
    private static var defaultThreads: Int { min(Int(venule_allowed_processors()), mostThreads) }

    /// Bytes that this session holds, without the constants.
    public var memoryBytes: Int { arena.byteCount + scratch.byteCount + prepared.byteCount }

    /// From now on, measures how long each operation takes. Must not be called during a run.
    public func startProfile() {
        profile = [UInt64](repeating: 0, count: model.plan.operations.count)
    }
}
