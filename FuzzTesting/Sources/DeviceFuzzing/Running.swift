import Foundation
import FuzzSupport
import Platform

@testable import PlanFormat
@testable import DeviceCommandLine
@testable import Runtime

@_silgen_name("__asan_poison_memory_region")
private func poison(_ start: UnsafeRawPointer, _ count: Int)
@_silgen_name("__asan_unpoison_memory_region")
private func unpoison(_ start: UnsafeRawPointer, _ count: Int)

/// What a quick execution may take.
private let limits = PlanLimits(memoryBytes: 1 << 21, work: 1 << 20)

/// Whatever the verifier accepts runs on random input without a report of the sanitizer, and gives the same bits whatever
/// its memory held before, with any instruction set that has fused multiply-add, and whether the caller has whole tensors or hands
/// rows over as `venule-run` does.
///
/// The arena between the rings and the file around the constants are poisoned, so that a kernel that leaves its operands is
/// found although both are one allocation.
public func runPlan(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    tally.countExecution()
    let file = AlignedMemory(count)
    if let start { file.start.copyMemory(from: start, byteCount: count) }
    guard let model = try? Model(borrowing: UnsafeRawBufferPointer(start: file.start, count: count), limits: limits) else { return }
    tally.countAccepted()
    let plan = model.plan
    pool.offer(plan, UnsafeRawBufferPointer(start: file.start, count: count))
    // Which stands for all of the file but its constants.
    var random = Randomness(seed: UInt64(file.start.loadUnaligned(fromByteOffset: HeaderOffset.crc, as: UInt32.self)))
    let section = plan.constantsSection.offset
    poisonOutside(plan.constants.map { (section + $0.offset, section + $0.offset + $0.byteCount) }, file.start, count)
    defer { unpoison(file.start, count) }
    let inputs = plan.inputs.map { entry in
        let memory = AlignedMemory(model.byteCount(of: entry))
        memory.fill(entry.tensor.element, &random)
        return memory
    }
    let set = random.element(of: availableSets)
    guard let first = run(model, inputs, set, garbage: 0xFF) else { return }
    tally.countRun(families: plan.operations.map { $0.kernel.familyCode })
    guard random.once(in: 4) else { return }
    let other = set == .portable ? set : random.element(of: availableSets.filter { $0 != .portable })
    guard let second = run(model, inputs, other, garbage: 0x2B) else { preconditionFailure("ran once and not again") }
    for (index, entry) in plan.outputs.enumerated() where !first[index].agrees(with: second[index], entry.tensor.element) {
        preconditionFailure("output \(index) differs between \(set) and \(other)")
    }
}

private let availableSets = InstructionSet.allCases.filter { $0.isAvailable }

/// - Parameter garbage: What every byte of the arena holds before the run.
/// - Returns: The outputs; nil where the session takes more than the limits allow.
private func run(_ model: Model, _ inputs: [AlignedMemory], _ set: InstructionSet, garbage: UInt8) -> [AlignedMemory]? {
    let plan = model.plan
    let outputs = plan.outputs.map { AlignedMemory(model.byteCount(of: $0)) }
    let allocator = GarbageAllocator(garbage)
    do throws(RuntimeError) {
        let session = try Session(
            model, options: SessionOptions(threads: 1, instructionSet: set, allocator: allocator.hooks))
        var used = [(plan.memory.zeroRowOffset, plan.memory.zeroRowOffset + plan.memory.zeroRowBytes)]
        for value in plan.values {
            if case .arena(let offset) = value.storage { used.append((offset, offset + value.ringBytes)) }
        }
        // The first of a session's allocations.
        if let arena = allocator.first { poisonOutside(used, arena, max(plan.memory.arenaBytes, 1)) }
        try session.run(inputs: inputs.map { $0.bytes }, outputs: outputs.map { UnsafeMutableRawBufferPointer(mutating: $0.bytes) })
        if let arena = allocator.first {
            for value in plan.values {
                if case .arena(let offset) = value.storage { memset(arena + offset, Int32(~garbage), value.ringBytes) }
            }
        }
        let streamed = stream(session, inputs)
        for (index, entry) in plan.outputs.enumerated() where !outputs[index].agrees(with: streamed[index], entry.tensor.element) {
            preconditionFailure("output \(index) has other bits where rows are handed over")
        }
    } catch {
        guard case .memoryLimit = error else { preconditionFailure("\(error)") }
        return nil
    }
    return outputs
}

/// The outputs of a run that asks for rows of the inputs as it comes to them, and hands over those of the outputs.
private func stream(_ session: Session, _ inputs: [AlignedMemory]) -> [AlignedMemory] {
    let plan = session.model.plan
    let outputs = plan.outputs.map { entry in
        let memory = AlignedMemory(session.model.byteCount(of: entry))
        memset(memory.start, 0x4D, memory.byteCount)
        return memory
    }
    do {
        _ = try exchangeRows(
            session, inputs: inputs.indices.map { session.isReadOnce[$0] ? .rows : .whole(inputs[$0].bytes) },
            outputs: outputs.map { _ in .rows }
        ) { rows in
            for (part, offset) in EntryFileParts(plan.inputs[rows.entry], rows) {
                UnsafeMutableRawBufferPointer(rebasing: rows.bytes[part])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: inputs[rows.entry].bytes[offset..<(offset + part.count)]))
            }
        } write: { rows in
            for (part, offset) in EntryFileParts(plan.outputs[rows.entry], rows) {
                (outputs[rows.entry].start + offset).copyMemory(from: rows.bytes.baseAddress! + part.lowerBound, byteCount: part.count)
            }
        }
    } catch {
        preconditionFailure("ran and does not when rows are handed over: \(error.message)")
    }
    return outputs
}

/// Poisons what none of `ranges` covers.
private func poisonOutside(_ ranges: [(Int, Int)], _ start: UnsafeMutableRawPointer, _ count: Int) {
    var end = 0
    for range in ranges.sorted(by: { $0.0 < $1.0 }) {
        if range.0 > end { poison(start + end, range.0 - end) }
        end = max(end, range.1)
    }
    if end < count { poison(start + end, count - end) }
}

/// So many bytes and no more, at a multiple of 64.
private final class AlignedMemory {
    let start: UnsafeMutableRawPointer
    let byteCount: Int

    init(_ byteCount: Int) {
        self.byteCount = byteCount
        var memory: UnsafeMutableRawPointer?
        precondition(posix_memalign(&memory, 64, byteCount) == 0)
        start = memory!
    }

    deinit { free(start) }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: byteCount) }

    func fill(_ element: PlanElement, _ random: inout Randomness) {
        for offset in stride(from: 0, to: byteCount, by: element.byteCount) {
            switch element {
            case .float32: start.storeBytes(of: random.float(), toByteOffset: offset, as: Float.self)
            case .float64: start.storeBytes(of: Double(random.float()), toByteOffset: offset, as: Double.self)
            case .int32, .uint32: start.storeBytes(of: random.integer(), toByteOffset: offset, as: Int32.self)
            case .int16, .uint16, .float16, .bfloat16: start.storeBytes(of: random.integer(), toByteOffset: offset, as: Int16.self)
            case .int64, .uint64: start.storeBytes(of: random.integer(), toByteOffset: offset, as: Int64.self)
            case .uint8, .int8: start.storeBytes(of: UInt8(truncatingIfNeeded: random.next()), toByteOffset: offset, as: UInt8.self)
            case .bool: start.storeBytes(of: UInt8(random.below(2)), toByteOffset: offset, as: UInt8.self)
            }
        }
    }

    /// The same bits, but that a NaN is a NaN.
    func agrees(with other: AlignedMemory, _ element: PlanElement) -> Bool {
        if memcmp(start, other.start, byteCount) == 0 { return true }
        switch element {
        case .float32: return agrees(with: other, UInt32.self, infinity: 0x7F80_0000)
        case .float64: return agrees(with: other, UInt64.self, infinity: 0x7FF0_0000_0000_0000)
        case .float16: return agrees(with: other, UInt16.self, infinity: 0x7C00)
        case .bfloat16: return agrees(with: other, UInt16.self, infinity: 0x7F80)
        default: return false
        }
    }

    private func agrees<Bits: FixedWidthInteger>(with other: AlignedMemory, _: Bits.Type, infinity: Bits) -> Bool {
        let size = Bits.max >> 1
        for offset in stride(from: 0, to: byteCount, by: MemoryLayout<Bits>.size) {
            let (a, b) = (start.load(fromByteOffset: offset, as: Bits.self), other.start.load(fromByteOffset: offset, as: Bits.self))
            if a != b && !(a & size > infinity && b & size > infinity) { return false }
        }
        return true
    }
}

extension Randomness {
    fileprivate mutating func integer<Number: FixedWidthInteger>() -> Number {
        once(in: 6) ? Number(truncatingIfNeeded: next()) : Number(within(-3...12))
    }
}

/// Memory that holds a certain byte at first.
private final class GarbageAllocator {
    private let garbage: UInt8
    private(set) var first: UnsafeMutableRawPointer?

    init(_ garbage: UInt8) { self.garbage = garbage }

    var hooks: venule_allocator {
        venule_allocator(
            allocate: { context, byteCount, alignment in
                let allocator = Unmanaged<GarbageAllocator>.fromOpaque(context!).takeUnretainedValue()
                guard let memory = venule_allocator_system().allocate(nil, byteCount, alignment) else { return nil }
                memset(memory, Int32(allocator.garbage), byteCount)
                if allocator.first == nil { allocator.first = memory }
                return memory
            },
            deallocate: { _, memory, byteCount in
                unpoison(memory, byteCount)
                venule_allocator_system().deallocate(nil, memory, byteCount)
            },
            context: Unmanaged.passUnretained(self).toOpaque())
    }
}
