import Kernels
import PlanFormat
import Platform

/// What a plan's self-test found.
public struct SelfTestReport: Sendable {
    /// A probe whose results are not those of a sound machine.
    public struct Failure: Sendable {
        public let operation: PlanOperationID
        public let found: UInt32
        public let expected: UInt32
    }
    /// Probes that were computed; 0 where the plan has none.
    public var probes = 0
    public var failures: [Failure] = []
}

extension Session {
    /// Computes the plan's probes with this session's kernels and compares their checksums, which depend on whether the
    /// kernels fuse multiply and add. Takes a part of an inference's time, and the memory of the inputs and outputs
    /// that operations at the border touch.
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

    /// The checksum of each probe's results, whatever is expected.
    /// - Parameter probes: as the verifier accepts them.
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
            // The caller's tensor, at the entry's end of the operation.
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
                // A global pooling has a sum in its one row before it is complete.
                let written = rows.count > 0 ? rows : operation.rowsWritten(position, for: probe.step.rows, in: plan.values)
                for row in written.first..<written.end { sum.add(row: self.row(row, of: value), of: value) }
            }
        }
        if let border, operation.kernel.outputEntry != nil {
            sum.add(border.buffer.start, border.element, byteCount: border.byteCount)
        }
        return sum.value
    }

    /// Puts numbers into all of a tensor or constant-free ring that the step reads.
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

    /// An operation may write a part of a tensor, and add to a row.
    private func clear(_ value: PlanValue, _ rows: RowRange) {
        guard value.plain == nil else {
            start(of: value).initializeMemory(as: UInt8.self, repeating: 0, count: value.rowBytes)
            return
        }
        for row in rows.first..<rows.end {
            self.row(row, of: value).initialize(repeating: 0, count: value.blocks * value.blockStride)
        }
    }

    /// A ring's or tensor's first byte, which the verifier found inside the arena.
    private func start(of value: PlanValue) -> UnsafeMutableRawPointer {
        guard case .arena(let offset) = value.storage else { return UnsafeMutableRawPointer(mutating: model.constants) }
        return arena.start + offset
    }

    private func row(_ row: Int, of value: PlanValue) -> UnsafeMutablePointer<Float> {
        (start(of: value) + row % value.ringRows * value.rowBytes).assumingMemoryBound(to: Float.self)
    }
}

/// The part of a caller's tensor that a probe reads or writes, from its start on.
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
    /// The elements from a caller's tensor's start on that a probe reads or writes; nil where it does not.
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

    /// The elements of whole tensors that computing a probe writes or reads, whatever the operation makes of them; rows of images
    /// are not counted.
    package func wholeElements(of probe: Probe) -> Int {
        let operation = operations[probe.operation.index]
        let border = borderElements(operation, probe)?.count ?? 0
        return (operation.sources + operation.results).reduce(border) { sum, id in
            guard let plain = values[id.index].plain, case .arena = values[id.index].storage else { return sum }
            return sum + plain.elementCount
        }
    }
}

/// Numbers of ``SplitMix64``: fractions of odd numerators, so that none is 0; for integers 0 or 1, for bytes any.
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
            case .int32: start.storeBytes(of: Int32(truncatingIfNeeded: numbers.next() >> 63), toByteOffset: offset, as: Int32.self)
            case .int64: start.storeBytes(of: Int64(truncatingIfNeeded: numbers.next() >> 63), toByteOffset: offset, as: Int64.self)
            case .uint8: start.storeBytes(of: UInt8(truncatingIfNeeded: numbers.next() >> 56), toByteOffset: offset, as: UInt8.self)
            case .int8, .bool: start.storeBytes(of: UInt8(truncatingIfNeeded: numbers.next() >> 63), toByteOffset: offset, as: UInt8.self)
            }
        }
    }

    /// Channels in their order inside each block, column after column; zeros in halos and padded lanes.
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

/// CRC-32C of elements in their order, little-endian. Of float32, what the numeric contract leaves open is made one: any NaN is
/// 7FC00000, and a subnormal number is the zero of its sign.
private struct ProbeChecksum {
    private var crc = CRC32C()

    var value: UInt32 { crc.value }

    mutating func add(_ start: UnsafeMutableRawPointer, _ element: PlanElement, byteCount: Int) {
        guard element == .float32 else {
            return crc.update(UnsafeRawBufferPointer(start: start, count: byteCount).bytes)
        }
        add(start.assumingMemoryBound(to: Float.self), count: byteCount / MemoryLayout<Float>.stride)
    }

    /// A row of an image, block by block and column by column, without halos and padded lanes.
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
