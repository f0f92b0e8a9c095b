import Kernels
import PlanFormat
import Platform

/// What a session may be told; the defaults suit most callers.
public struct SessionOptions {
    /// Threads that run a step together, the caller among them; nil for as many as the process may use processors.
    public var threads: Int?
    /// Nil for the environment's `VENULE_ISA`, else the best of this CPU.
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

/// Runs a model: owns the arena, the prepared kernel calls and the threads. A session runs one inference at a time;
/// for more at once make more sessions of the same model. Everything is allocated when it is made.
public final class Session: @unchecked Sendable {
    public let model: Model
    public let threads: Int
    public let instructionSet: InstructionSet

    /// Nanoseconds that each of the plan's operations took in all runs since ``startProfile()``; empty before it.
    public internal(set) var profile: [UInt64] = []

    let pool: ThreadPool
    let prepared: PreparedPlan
    let job: UnsafeMutablePointer<Job>
    private let jobBuffer: AlignedBuffer
    let arena: AlignedBuffer
    let allocator: venule_allocator
    private let scratch: AlignedBuffer
    /// Set while a run uses the session. Behind the job, since several threads need it at one address.
    private let isBusy: UnsafeMutablePointer<UInt32>

    /// The most threads that a session can have.
    public static let mostThreads = Int(VENULE_POOL_MAXIMUM_THREADS)

    /// - Throws: ``RuntimeError`` for a thread count or instruction set that cannot be had, and for lack of memory.
    public convenience init(_ model: Model, options: SessionOptions = SessionOptions()) throws(RuntimeError) {
        try self.init(model, options: options, kernels: .standard)
    }

    /// With other kernels than this library's.
    package init(_ model: Model, options: SessionOptions, kernels: KernelTable) throws(RuntimeError) {
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
        job.initialize(to: Job(operation: nil, scratch: scratch.start, scratchStride: scratchStride))
        isBusy = (jobBuffer.start + MemoryLayout<Job>.stride).bindMemory(to: UInt32.self, capacity: 1)
        isBusy.initialize(to: 0)
        pool = try ThreadPool(threads: threads, allocator: allocator)
        self.model = model
        self.threads = threads
        self.instructionSet = instructionSet
    }

    /// Bytes of scratch from thread to thread: whole cache lines, and one more so that neighbours share none.
    private static func scratchStride(_ bytes: Int, _ threads: Int) throws(RuntimeError) -> Int {
        let alignment = AlignedBuffer.alignment
        let stride = (bytes + alignment - 1) / alignment * alignment + alignment
        guard !stride.multipliedReportingOverflow(by: threads).overflow else {
            throw .outOfMemory(purpose: "scratch", bytes: Int.max)
        }
        return stride
    }

    private static let jobBytes = MemoryLayout<Job>.stride + MemoryLayout<UInt32>.stride

    /// Bytes that a session of this model would take with so many threads, and the inputs and outputs of a run; what
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

    /// As many as the process may use processors.
    private static var defaultThreads: Int { min(Int(venule_allowed_processors()), mostThreads) }

    /// Bytes that this session holds, without the constants.
    public var memoryBytes: Int { arena.byteCount + scratch.byteCount + prepared.byteCount }

    /// Measures from now on how long each operation takes. Not while the session runs.
    public func startProfile() {
        profile = [UInt64](repeating: 0, count: model.plan.operations.count)
    }

    /// Runs the whole batch.
    ///
    /// - Parameters:
    ///   - inputs: For each input of the plan a dense tensor of its type and `Plan.shape(of:)`.
    ///   - outputs: Likewise for each output; they are written completely.
    /// - Throws: ``RuntimeError`` for buffers of a wrong number or size; nothing is written then.
    public func run(inputs: [UnsafeRawBufferPointer], outputs: [UnsafeMutableRawBufferPointer]) throws(RuntimeError) {
        try run(inputs: inputs.span, outputs: outputs.span)
    }

    /// ``run(inputs:outputs:)-([_],_)`` for callers without arrays.
    public func run(
        inputs: borrowing Span<UnsafeRawBufferPointer>, outputs: borrowing Span<UnsafeMutableRawBufferPointer>
    ) throws(RuntimeError) {
        try begin()
        defer { end() }
        try runAlone(inputs: inputs, outputs: outputs)
    }

    /// Claims the session for one run, which ``end()`` ends.
    /// - Throws: ``RuntimeError/busy``.
    package func begin() throws(RuntimeError) {
        guard venule_flag_acquire(isBusy) != 0 else { throw .busy }
    }

    package func end() { venule_flag_release(isBusy) }

    /// ``run(inputs:outputs:)-([_],_)`` between ``begin()`` and ``end()``.
    package func runAlone(
        inputs: borrowing Span<UnsafeRawBufferPointer>, outputs: borrowing Span<UnsafeMutableRawBufferPointer>
    ) throws(RuntimeError) {
        try check(inputs, outputs)
        for image in 0..<model.plan.batch {
            bind(inputs, outputs, image)
            // By index: an array's iterator allocates in builds without optimisation.
            for index in 0..<model.plan.schedule.count {
                let step = model.plan.schedule[index]
                if profile.isEmpty { execute(step) } else { executeTimed(step) }
            }
        }
    }

    private func check(
        _ inputs: borrowing Span<UnsafeRawBufferPointer>, _ outputs: borrowing Span<UnsafeMutableRawBufferPointer>
    ) throws(RuntimeError) {
        let plan = model.plan
        guard inputs.count == plan.inputs.count else {
            throw .bufferCount(kind: .input, found: inputs.count, expected: plan.inputs.count)
        }
        guard outputs.count == plan.outputs.count else {
            throw .bufferCount(kind: .output, found: outputs.count, expected: plan.outputs.count)
        }
        for index in 0..<inputs.count { try check(inputs[index], plan.inputs[index], .input) }
        for index in 0..<outputs.count { try check(UnsafeRawBufferPointer(outputs[index]), plan.outputs[index], .output) }
    }

    private func check(
        _ buffer: UnsafeRawBufferPointer, _ entry: EntryPoint, _ kind: RuntimeError.EntryKind
    ) throws(RuntimeError) {
        let expected = model.byteCount(of: entry)
        guard buffer.count == expected else {
            throw .bufferSize(kind: kind, name: printableText(entry.name), found: buffer.count, expected: expected)
        }
        let alignment = entry.tensor.element.byteCount
        guard Int(bitPattern: buffer.baseAddress) % alignment == 0 else {
            throw .misalignedBuffer(kind: kind, name: printableText(entry.name), alignment: alignment)
        }
    }

    /// Points the input and output operations to image `image` of the caller's buffers.
    private func bind(
        _ inputs: borrowing Span<UnsafeRawBufferPointer>, _ outputs: borrowing Span<UnsafeMutableRawBufferPointer>, _ image: Int
    ) {
        let plan = model.plan
        for index in plan.operations.indices {
            if let entry = plan.operations[index].kernel.inputEntry {
                // Kernels only read through a source's pointers.
                let start = UnsafeMutableRawPointer(mutating: inputs[entry].baseAddress)
                prepared.operations[index].sourceOperands.pointee.store.bind(start, image * plan.inputs[entry].byteCount)
            } else if let entry = plan.operations[index].kernel.outputEntry {
                let start = outputs[entry].baseAddress
                prepared.operations[index].resultOperands.pointee.store.bind(start, image * plan.outputs[entry].byteCount)
            }
        }
    }
}
