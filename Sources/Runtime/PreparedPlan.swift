import Kernels
import PlanFormat
import Platform

typealias RowTable = UnsafeMutablePointer<UnsafeMutablePointer<Float>?>

/// One operand of a prepared operation: where its rows lie, and the table that the pointers to them are written to.
struct PreparedOperand {
    var store: RowStore
    let table: RowTable
}

/// One operation with everything that its kernel is given and that stays the same from step to step.
struct PreparedOperation {
    var step: venule_step
    let run: venule_run_function
    let count: venule_count_function
    let sources: UnsafeMutablePointer<venule_source>
    let results: UnsafeMutablePointer<venule_result>
    let sourceOperands: UnsafeMutablePointer<PreparedOperand>
    let resultOperands: UnsafeMutablePointer<PreparedOperand>
    /// For an input or output of images, the strides of its pixels, which the kernel is given as its parameters. Each run sets
    /// them.
    let entryStrides: UnsafeMutablePointer<venule_image_strides>?
    /// Whether the results are flushed after each step.
    let flushes: Bool
    /// Whether, in this run, it reads or writes rows that are exchanged with the caller.
    var isStreamed = false
}

/// Everything that the kernels of all operations are given, in one allocation: their parameter structs, the descriptors of
/// steps, and tables of row pointers with room for each operation's tallest step.
struct PreparedPlan {
    let operations: UnsafeMutablePointer<PreparedOperation>
    /// The kernel that flushes the results of operations which compute floats; nil for a plan that keeps subnormal numbers.
    let flush: (run: venule_run_function, count: venule_count_function)?
    /// The buffer through which the caller's rows pass, of ``EntryRowBuffer/bytes`` bytes.
    let rowBuffer: UnsafeMutableRawPointer
    private let memory: AlignedBuffer

    var byteCount: Int { memory.byteCount }

    /// The size of the allocation and where its parts lie.
    struct Layout {
        fileprivate let tallest: [OperandRows]
        fileprivate let offsets: Offsets
        let byteCount: Int

        init(_ plan: Plan) throws(RuntimeError) {
            tallest = plan.tallestSteps()
            var layout = BufferLayout()
            offsets = Offsets(plan, tallest, &layout)
            guard !layout.overflowed else { throw .outOfMemory(purpose: "tables of row pointers", bytes: Int.max) }
            byteCount = layout.byteCount
        }
    }

    init(
        _ model: Model, layout: Layout, arena: UnsafeMutableRawPointer, kernels: KernelTable, instructionSet: InstructionSet,
        threads: Int, allocator: venule_allocator
    ) throws(RuntimeError) {
        let plan = model.plan
        let memory = try AlignedBuffer(byteCount: layout.byteCount, purpose: "tables of row pointers", allocator: allocator)
        var builder = Builder(
            model: model, arena: arena, threads: threads, memory: memory.start, offsets: layout.offsets)
        operations = builder.operations
        rowBuffer = memory.start + layout.offsets.rowBuffer
        for index in plan.operations.indices {
            let operation = plan.operations[index]
            let (family, algorithm) = KernelArguments.family(of: operation.kernel)
            guard let kernel = kernels.functions(instructionSet, family, algorithm) else {
                throw .missingKernel(
                    operation: printableText(operation.name), instructionSet: instructionSet.name)
            }
            builder.add(index, operation, layout.tallest[index], kernel.run, kernel.count)
        }
        flush = plan.flushesSubnormals ? kernels.functions(instructionSet, VENULE_FLUSH, 0) : nil
        guard !plan.flushesSubnormals || flush != nil else {
            throw .missingKernel(operation: "flushing subnormal numbers", instructionSet: instructionSet.name)
        }
        self.memory = memory
    }
}

/// A function that finds kernels. It is the library's own, except in tests and where the expected checksums of self-tests are
/// computed.
package struct KernelTable: Sendable {
    let find: @Sendable (venule_isa, venule_family, UInt32) -> UnsafePointer<venule_kernel>?

    package init(find: @escaping @Sendable (venule_isa, venule_family, UInt32) -> UnsafePointer<venule_kernel>?) {
        self.find = find
    }

    static let standard = KernelTable { venule_kernel_find($0, $1, $2) }

    func functions(
        _ instructionSet: InstructionSet, _ family: venule_family, _ algorithm: UInt32
    ) -> (run: venule_run_function, count: venule_count_function)? {
        guard let kernel = find(instructionSet.code, family, algorithm), let run = kernel.pointee.run,
            let count = kernel.pointee.count
        else { return nil }
        return (run, count)
    }
}

/// Where the parts of the allocation begin, one for each kind of contents.
private struct Offsets {
    let operations, parameters, sources, results, operands, constants, rows, rowBuffer: Int

    init(_ plan: Plan, _ tallest: [OperandRows], _ layout: inout BufferLayout) {
        var sourceCount = 0
        var resultCount = 0
        var constantCount = 0
        var rowCount = 0
        for (tallest, operation) in zip(tallest, plan.operations) {
            sourceCount += operation.sourceTables
            resultCount += operation.resultTables
            constantCount += operation.constants.count
            rowCount = rowCount.saturating(plus: tallest.total(operation))
        }
        operations = layout.reserve(plan.operations.count, of: PreparedOperation.self)
        sources = layout.reserve(sourceCount, of: venule_source.self)
        results = layout.reserve(resultCount, of: venule_result.self)
        operands = layout.reserve(sourceCount + resultCount, of: PreparedOperand.self)
        constants = layout.reserve(constantCount, of: UnsafePointer<Float>?.self)
        rows = layout.reserve(rowCount, of: UnsafeMutablePointer<Float>?.self)
        var parameterBytes = 0
        for operation in plan.operations { parameterBytes += KernelArguments.slotBytes(operation.kernel.arguments(in: plan)) }
        parameters = layout.reserve(parameterBytes / 16, of: SIMD4<Float>.self)
        rowBuffer = layout.reserve((EntryRowBuffer.bytes(plan) + 63) / 64, of: SIMD16<Float>.self)
    }
}

/// Fills the allocation, operation after operation.
private struct Builder {
    let model: Model
    let arena: UnsafeMutableRawPointer
    let threads: UInt32
    let operations: UnsafeMutablePointer<PreparedOperation>
    private let zeroRow: UnsafeMutableRawPointer
    private var parameters: UnsafeMutableRawPointer
    private var sources: UnsafeMutablePointer<venule_source>
    private var results: UnsafeMutablePointer<venule_result>
    private var operands: UnsafeMutablePointer<PreparedOperand>
    private var constants: UnsafeMutablePointer<UnsafePointer<Float>?>
    private var rows: RowTable

    init(
        model: Model, arena: UnsafeMutableRawPointer, threads: Int, memory: UnsafeMutableRawPointer, offsets: Offsets
    ) {
        func start<Element>(_ offset: Int, _ type: Element.Type) -> UnsafeMutablePointer<Element> {
            (memory + offset).assumingMemoryBound(to: type)
        }
        self.model = model
        self.arena = arena
        self.threads = UInt32(threads)
        zeroRow = arena + model.plan.memory.zeroRowOffset
        parameters = memory + offsets.parameters
        operations = start(offsets.operations, PreparedOperation.self)
        sources = start(offsets.sources, venule_source.self)
        results = start(offsets.results, venule_result.self)
        operands = start(offsets.operands, PreparedOperand.self)
        constants = start(offsets.constants, UnsafePointer<Float>?.self)
        rows = start(offsets.rows, UnsafeMutablePointer<Float>?.self)
    }

    mutating func add(
        _ index: Int, _ operation: PlanOperation, _ tallest: OperandRows, _ run: venule_run_function,
        _ count: venule_count_function
    ) {
        let (firstSource, firstResult, firstConstant) = (sources, results, constants)
        let sourceOperands = operands
        for position in 0..<operation.sourceTables { addSource(operation, position, rowCount: tallest.ofSource(position)) }
        let resultOperands = operands
        for position in 0..<operation.resultTables { addResult(operation, position, rowCount: tallest.ofResult(position)) }
        for id in operation.constants {
            let start = model.constants + model.plan.constants[id.index].offset
            constants.initialize(to: start.assumingMemoryBound(to: Float.self))
            constants += 1
        }
        let words = operation.kernel.arguments(in: model.plan)
        let arguments = KernelArguments.write(words, into: parameters)
        let entryStrides = operation.kernel.isImageEntry ? parameters.assumingMemoryBound(to: venule_image_strides.self) : nil
        parameters += KernelArguments.slotBytes(words)
        let step = venule_step(
            parameters: arguments, sources: firstSource, results: firstResult, sourceCount: UInt32(operation.sourceTables),
            resultCount: UInt32(operation.resultTables), constants: firstConstant, firstRow: 0, rowCount: 0,
            threads: threads)
        (operations + index).initialize(
            to: PreparedOperation(
                step: step, run: run, count: count, sources: firstSource, results: firstResult,
                sourceOperands: sourceOperands, resultOperands: resultOperands, entryStrides: entryStrides,
                flushes: model.plan.flushesSubnormals && operation.makesFloats(in: model.plan.values)))
    }

    private mutating func addSource(_ operation: PlanOperation, _ position: Int, rowCount: Int) {
        let store: RowStore
        // The caller's tensor has the same rows as the value that it becomes.
        let id = operation.kernel.readsEntry ? operation.results[0] : operation.sources[position]
        let value = model.plan.values[id.index]
        var layout = value.layout
        switch operation.kernel {
        case .input(let entry, _):
            let element = model.plan.inputs[entry].tensor.element
            layout.element = element.rawValue
            store = RowStore(
                imagesAt: operation.kernel.imageStrides(in: model.plan), height: value.height,
                elementBytes: element.byteCount, start: nil)
        case .plainInput:
            store = RowStore(value, start: nil, zeroRow: nil)
        case .blocking:
            let height = model.plan.values[operation.results[0].index].height
            store = RowStore(imagesAt: operation.kernel.imageStrides(in: model.plan), height: height, start: start(of: value))
        default:
            store = RowStore(value, start: start(of: value), zeroRow: operation.rowsOutside == .zeros ? zeroRow : nil)
        }
        let table = addTable(store, rowCount)
        let pointers = UnsafeRawPointer(table).assumingMemoryBound(to: UnsafePointer<Float>?.self)
        sources.initialize(to: venule_source(layout: layout, firstRow: 0, rowCount: 0, rows: pointers))
        sources += 1
    }

    private mutating func addResult(_ operation: PlanOperation, _ position: Int, rowCount: Int) {
        let store: RowStore
        let id = operation.kernel.writesEntry ? operation.sources[0] : operation.results[position]
        let value = model.plan.values[id.index]
        switch operation.kernel {
        case .output:
            store = RowStore(imagesAt: operation.kernel.imageStrides(in: model.plan), height: value.height, start: nil)
        case .plainOutput:
            store = RowStore(value, start: nil, zeroRow: nil)
        case .unblocking:
            let height = model.plan.values[operation.sources[0].index].height
            store = RowStore(imagesAt: operation.kernel.imageStrides(in: model.plan), height: height, start: start(of: value))
        default:
            store = RowStore(value, start: start(of: value), zeroRow: nil)
        }
        let layout = value.layout
        let table = addTable(store, rowCount)
        results.initialize(to: venule_result(layout: layout, firstRow: 0, rowCount: 0, rows: table))
        results += 1
    }

    private mutating func addTable(_ store: RowStore, _ rowCount: Int) -> RowTable {
        let table = rows
        table.initialize(repeating: nil, count: rowCount)
        rows += rowCount
        operands.initialize(to: PreparedOperand(store: store, table: table))
        operands += 1
        return table
    }

    /// Kernels only read the rows of a constant: the verifier refuses a constant among an operation's results.
    private func start(of value: PlanValue) -> UnsafeMutableRawPointer {
        switch value.storage {
        case .arena(let offset): arena + offset
        case .constant(let id): UnsafeMutableRawPointer(mutating: model.constants + model.plan.constants[id.index].offset)
        }
    }
}
