import Kernels
import PlanFormat
import Platform

/// The result of a plan's self-test.
public struct SelfTestReport: Sendable {
    /// A probe that gave other results than a sound machine gives.
    public struct Failure: Sendable {
        public let operation: PlanOperationID
        public let found: UInt32
        public let expected: UInt32
    }
    /// The number of probes that were computed; 0 if the plan has none.
    public var probes = 0
    public var failures: [Failure] = []
}

extension Session {
    /// Computes the plan's probes with this session's kernels and compares the checksums of the results. The plan has two
    /// checksums for each probe: for kernels that fuse multiply and add, and for those that do not. This takes a part of an
    /// inference's time, and memory for the inputs and outputs that the probes read and write.
    ///
    /// - Throws: ``RuntimeError/busy``, and for lack of memory.
    public func runSelfTest() throws(RuntimeError) -> SelfTestReport {
        var report = SelfTestReport()
        let isFused = instructionSet.fusesMultiplyAdd
        for (probe, found) in zip(model.plan.selfTest, try checksums(of: model.plan.selfTest)) {
            let expected = isFused ? probe.fusedChecksum : probe.unfusedChecksum
            report.probes += 1
            if found != expected { report.failures.append(.init(operation: probe.operation, found: found, expected: expected)) }
        }
        return report
    }

    /// The checksum of the results of each probe, whatever is expected.
    /// - Parameter probes: They must be such as the verifier accepts.
    package func checksums(of probes: [Probe]) throws(RuntimeError) -> [UInt32] {
        try begin(RunOptions())
        defer { end() }
        var checksums: [UInt32] = []
        for probe in probes { checksums.append(try checksum(of: probe)) }
        return checksums
    }

    private func checksum(of probe: Probe) throws(RuntimeError) -> UInt32 {
        let operation = model.plan.operations[probe.operation.index]
        let plan = model.plan
        for id in operation.sources { fill(plan.values[id.index], id, operation, probe.step) }
        var sum = ProbeChecksum()
        let border = try Border(plan, operation, probe, allocator: allocator)
        if let border {
            // The operation reads the caller's tensor, for which memory stands in.
            if operation.kernel.inputEntry != nil {
                ProbeNumbers(seed: border.seed).fill(border.buffer.start, border.element, byteCount: border.byteCount)
            } else {
                border.buffer.start.initializeMemory(as: UInt8.self, repeating: 0, count: border.byteCount)
            }
            bind(probe.operation.index, to: border.buffer.start)
        }
        for (position, id) in operation.results.enumerated() {
            clear(plan.values[id.index], operation.rowsWritten(position, for: probe.step.rows, in: plan.values))
        }
        execute(probe.operation.index, probe.step.rows)
        for (position, id) in operation.results.enumerated() {
            let value = plan.values[id.index]
            let rows = operation.resultRows(position, for: probe.step.rows, in: plan.values)
            if let plain = value.plain {
                sum.add(start(of: value), plain.element, byteCount: plain.byteCount)
            } else {
                // Until it is complete, a global pooling has a sum in its only row.
                let written = rows.count > 0 ? rows : operation.rowsWritten(position, for: probe.step.rows, in: plan.values)
                for row in written.first..<written.end { sum.add(row: self.row(row, of: value), of: value) }
            }
        }
        if let border, operation.kernel.outputEntry != nil {
            sum.add(border.buffer.start, border.element, byteCount: border.byteCount)
        }
        return sum.value
    }

    /// Fills everything that the step reads of a value with numbers.
    private func fill(_ value: PlanValue, _ id: PlanValueID, _ operation: PlanOperation, _ step: Step) {
        guard case .arena = value.storage else { return }
        if let plain = value.plain {
            return ProbeNumbers(seed: UInt64(id.index)).fill(start(of: value), plain.element, byteCount: plain.byteCount)
        }
        for position in operation.sources.indices where operation.sources[position] == id {
            let rows = operation.sourceRows(position, for: step.rows, in: model.plan.values).clamped(to: value.height)
            for row in rows.first..<max(rows.first, rows.end) {
                var numbers = ProbeNumbers(seed: UInt64(id.index) << 32 | UInt64(row))
                numbers.fill(row: self.row(row, of: value), of: value)
            }
        }
    }

    /// Clears what the step writes, because an operation may write only a part of a tensor, or add to a row.
    private func clear(_ value: PlanValue, _ rows: RowRange) {
        guard value.plain == nil else {
            start(of: value).initializeMemory(as: UInt8.self, repeating: 0, count: value.rowBytes)
            return
        }
        for row in rows.first..<rows.end {
            self.row(row, of: value).initialize(repeating: 0, count: value.blocks * value.blockStride)
        }
    }
}

/// Memory that stands in for the part of the caller's tensor that a probe reads or writes.
private struct Border {
    let buffer: AlignedBuffer
    let byteCount: Int
    let element: PlanElement
    let seed: UInt64

    /// Nil for an operation that does not touch the caller's memory.
    init?(_ plan: Plan, _ operation: PlanOperation, _ probe: Probe, allocator: venule_allocator) throws(RuntimeError) {
        guard let (count, element) = plan.borderElements(operation, probe) else { return nil }
        self.element = element
        byteCount = count * element.byteCount
        seed = UInt64(probe.operation.index) << 32 | 0xFFFF_FFFF
        buffer = try AlignedBuffer(byteCount: byteCount, purpose: "the self-test", allocator: allocator)
    }
}

extension Plan {
    /// How many elements from the start of the caller's tensor a probe reads or writes; nil if it does neither.
    fileprivate func borderElements(_ operation: PlanOperation, _ probe: Probe) -> (count: Int, element: PlanElement)? {
        let point: EntryPoint
        let image: PlanValue
        if let entry = operation.kernel.inputEntry {
            (point, image) = (inputs[entry], values[operation.results[0].index])
        } else if let entry = operation.kernel.outputEntry {
            (point, image) = (outputs[entry], values[operation.sources[0].index])
        } else {
            return nil
        }
        guard let strides = operation.kernel.imageStrides(in: self) else { return (point.tensor.elementCount, point.tensor.element) }
        let images = max(1, operation.sources.count)
        let count =
            strides.offset + (images - 1) * strides.image + (probe.rowCount - 1) * strides.row
            + (image.width - 1) * strides.column + (image.channels - 1) * strides.channel + 1
        return (count, point.tensor.element)
    }

    /// How many elements of whole tensors a probe reads or writes, whatever the operation does with them. Rows of images are
    /// not counted.
    package func wholeElements(of probe: Probe) -> Int {
        let operation = operations[probe.operation.index]
        let border = borderElements(operation, probe)?.count ?? 0
        return (operation.sources + operation.results).reduce(border) { sum, id in
            guard let plain = values[id.index].plain, case .arena = values[id.index].storage else { return sum }
            return sum + plain.elementCount
        }
    }
}

/// The numbers that a probe reads, from ``SplitMix64``. Floats are fractions with odd numerators, so that none is 0; integers are 0
/// or 1, and bytes have any value.
private struct ProbeNumbers {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func next() -> UInt64 { random.next() }

    private mutating func fraction() -> Float { Float(next() >> 40 | 1) / Float(1 << 24) }

    func fill(_ start: UnsafeMutableRawPointer, _ element: PlanElement, byteCount: Int) {
        var numbers = self
        for offset in stride(from: 0, to: byteCount, by: element.byteCount) {
            switch element {
            case .float32: start.storeBytes(of: numbers.fraction(), toByteOffset: offset, as: Float.self)
            case .float64: start.storeBytes(of: Double(numbers.fraction()), toByteOffset: offset, as: Double.self)
            case .float16, .bfloat16:
                start.storeBytes(of: element.simpleFraction(numbers.next()), toByteOffset: offset, as: UInt16.self)
            case .int32, .uint32: start.storeBytes(of: UInt32(numbers.next() >> 63), toByteOffset: offset, as: UInt32.self)
            case .int64, .uint64: start.storeBytes(of: numbers.next() >> 63, toByteOffset: offset, as: UInt64.self)
            case .int16, .uint16: start.storeBytes(of: UInt16(numbers.next() >> 63), toByteOffset: offset, as: UInt16.self)
            case .uint8: start.storeBytes(of: UInt8(truncatingIfNeeded: numbers.next() >> 56), toByteOffset: offset, as: UInt8.self)
            case .int8, .bool: start.storeBytes(of: UInt8(truncatingIfNeeded: numbers.next() >> 63), toByteOffset: offset, as: UInt8.self)
            }
        }
    }

    /// Fills a row block by block, in a block column by column, and in a column channel by channel. Halos and padded lanes
    /// become 0.
    mutating func fill(row: UnsafeMutablePointer<Float>, of value: PlanValue) {
        let lanes = PlanValue.lanes
        row.initialize(repeating: 0, count: value.blocks * value.blockStride)
        for block in 0..<value.blocks {
            let column = row + block * value.blockStride + value.leftHalo * lanes
            for x in 0..<value.width {
                for lane in 0..<min(lanes, value.channels - block * lanes) { column[x * lanes + lane] = fraction() }
            }
        }
    }
}

/// The CRC-32C of elements in their order, as little-endian bytes. What the numeric contract leaves open in a float32 is made
/// the same on all machines: any NaN counts as 7FC00000, and a subnormal number as the zero of its sign.
private struct ProbeChecksum {
    private var crc = CRC32C()

    var value: UInt32 { crc.value }

    mutating func add(_ start: UnsafeMutableRawPointer, _ element: PlanElement, byteCount: Int) {
        guard element == .float32 else {
            return crc.update(UnsafeRawBufferPointer(start: start, count: byteCount).bytes)
        }
        add(start.assumingMemoryBound(to: Float.self), count: byteCount / MemoryLayout<Float>.stride)
    }

    /// Adds a row of an image, block by block and column by column, without halos and padded lanes.
    mutating func add(row: UnsafeMutablePointer<Float>, of value: PlanValue) {
        let lanes = PlanValue.lanes
        for block in 0..<value.blocks {
            let column = row + block * value.blockStride + value.leftHalo * lanes
            for x in 0..<value.width { add(column + x * lanes, count: min(lanes, value.channels - block * lanes)) }
        }
    }

    private mutating func add(_ floats: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<count {
            let float = floats[index]
            var bits = float.isNaN ? 0x7FC0_0000 : float.bitPattern
            if bits & 0x7F80_0000 == 0 { bits &= 0x8000_0000 }
            floats[index] = Float(bitPattern: bits)
        }
        crc.update(UnsafeRawBufferPointer(start: floats, count: count * MemoryLayout<Float>.stride).bytes)
    }
}
