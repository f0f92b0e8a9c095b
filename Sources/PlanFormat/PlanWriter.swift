/// Writes a plan as the bytes of a file, part by part, so that all of its weights need never be in memory at once. The same
/// plan gives the same bytes on any machine.
///
/// Write ``records`` first, then the constants section in as many parts as you like, and ``head`` last, because it has the
/// checksums of the others.
public struct PlanWriter {
    /// Some bytes of the file and their offset. The bytes between the parts are zero.
    public struct Part {
        public var bytes: [UInt8]
        public var offset: Int
    }

    /// Bytes of the whole file.
    public let byteCount: Int
    /// Where the constants section lies in the file.
    public let constantsSection: ConstantRange
    /// All sections but the constants.
    public private(set) var records: [Part]
    private let features: UInt64
    private var sections: [Section]
    private var constants = CRC32C()
    /// Where the next part of the constants lies.
    private var next: Int

    private struct Section {
        var kind: PlanSection
        var offset: Int
        var byteCount: Int
        var checksum: UInt32
    }

    public init(_ plan: Plan, constantBytes: Int) {
        let contents = Self.sections(of: plan)
        var end = Self.tableEnd(sectionCount: contents.count)
        (sections, records, next) = ([], [], 0)
        for (kind, bytes) in contents {
            let offset = Self.aligned(end)
            let count = kind == .constants ? constantBytes : bytes.count
            sections.append(Section(kind: kind, offset: offset, byteCount: count, checksum: CRC32C.checksum(bytes.span.bytes)))
            if kind == .constants { next = offset } else { records.append(Part(bytes: bytes, offset: offset)) }
            end = offset + count
        }
        // An empty section at the end has nothing that would make the file as long as it is.
        let written = sections.reduce(0) { $1.byteCount > 0 ? max($0, $1.offset + $1.byteCount) : $0 }
        if written < end { records.append(Part(bytes: [UInt8](repeating: 0, count: end - written), offset: written)) }
        byteCount = end
        constantsSection = ConstantRange(offset: next, byteCount: constantBytes)
        features = plan.requiredFeatures
    }

    /// The next part of the constants section: little-endian, each constant at a multiple of 64 bytes.
    public mutating func add(constants bytes: [UInt8]) -> Part {
        constants.update(bytes.span.bytes)
        defer { next += bytes.count }
        return Part(bytes: bytes, offset: next)
    }

    /// Puts other checksums into the same probes. Afterwards ``head`` has to be written again.
    public mutating func replaceSelfTest(_ probes: [Probe]) -> Part? {
        let bytes = Self.selfTest(probes)
        for index in sections.indices where sections[index].kind == .selfTest && sections[index].byteCount == bytes.count {
            sections[index].checksum = CRC32C.checksum(bytes.span.bytes)
            return Part(bytes: bytes, offset: sections[index].offset)
        }
        return nil
    }

    /// Header and section table, whose checksums cover all that was added before.
    public var head: Part {
        var table = ByteWriter()
        for section in sections {
            table.put32(section.kind.rawValue)
            table.put32(section.kind.isRequired ? FileLayout.sectionRequired : 0)
            table.put64(section.offset)
            table.put64(section.byteCount)
            table.put32(section.kind == .constants ? constants.value : section.checksum)
            table.put32(0)
        }
        let header = Self.header(sectionCount: sections.count, table: table.bytes, fileSize: byteCount, features: features)
        return Part(bytes: header + table.bytes, offset: 0)
    }

    /// The whole file in memory.
    /// - Parameter constants: The constants section.
    public static func bytes(of plan: Plan, constants: [UInt8]) -> [UInt8] {
        var writer = PlanWriter(plan, constantBytes: constants.count)
        // The constants come first, since the head has their checksum.
        let part = writer.add(constants: constants)
        return writer.file(with: part)
    }

    /// The file in memory with zeros for the constants, for a reader that only looks at the records.
    public static func records(of plan: Plan, constantBytes: Int) -> [UInt8] {
        PlanWriter(plan, constantBytes: constantBytes).file(with: nil)
    }

    private func file(with constants: Part?) -> [UInt8] {
        var file = [UInt8](repeating: 0, count: byteCount)
        for part in records + (constants.map { [$0] } ?? []) + [head] {
            for index in part.bytes.indices { file[part.offset + index] = part.bytes[index] }
        }
        return file
    }

    /// Bytes of the file for so many bytes of constants.
    public static func byteCount(of plan: Plan, constantBytes: Int) -> Int { end(of: nil, plan, constantBytes) }

    /// Where the constants section lies in the file.
    public static func constantsSection(of plan: Plan, constantBytes: Int) -> ConstantRange {
        ConstantRange(offset: end(of: .constants, plan, constantBytes) - constantBytes, byteCount: constantBytes)
    }

    /// Where a section ends in the file, or the last one.
    private static func end(of last: PlanSection?, _ plan: Plan, _ constantBytes: Int) -> Int {
        // The schedule and the constants may be large, and are not made for this.
        var records = plan
        records.schedule = []
        let sections = sections(of: records)
        var end = tableEnd(sectionCount: sections.count)
        for (kind, bytes) in sections {
            let count =
                switch kind {
                case .schedule: plan.schedule.count * FileLayout.stepBytes
                case .constants: constantBytes
                default: bytes.count
                }
            end = aligned(end) + count
            if kind == last { break }
        }
        return end
    }

    /// All sections in the order of the file. The contents of the constants are left empty.
    private static func sections(of plan: Plan) -> [(PlanSection, [UInt8])] {
        var strings = StringTable()
        var sections: [(PlanSection, [UInt8])] = [
            (.values, values(of: plan)),
            (.schedule, schedule(of: plan)),
            (.constantIndex, constantIndex(of: plan)),
            (.entryPoints, entryPoints(of: plan, &strings)),
            (.memory, memory(of: plan)),
            (.provenance, provenance(of: plan, &strings)),
        ]
        if !plan.selfTest.isEmpty { sections.append((.selfTest, selfTest(plan.selfTest))) }
        sections += operations(of: plan, &strings)
        sections += [(.strings, strings.bytes), (.constants, [])]
        sections.sort { $0.0.rawValue < $1.0.rawValue }
        return sections
    }

    private static func tableEnd(sectionCount: Int) -> Int {
        FileLayout.headerBytes + sectionCount * FileLayout.sectionRecordBytes
    }

    private static func header(sectionCount: Int, table: [UInt8], fileSize: Int, features: UInt64) -> [UInt8] {
        var header = ByteWriter()
        header.bytes += FileLayout.magic
        header.put16(FileLayout.major)
        header.put16(FileLayout.minor)
        header.put32(UInt32(sectionCount))
        header.put64(fileSize)
        header.put64(Int(features))
        header.put64(FileLayout.headerBytes)
        header.put32(CRC32C.checksum(table.span.bytes))
        header.pad(to: HeaderOffset.crc)
        header.put32(CRC32C.checksum(header.bytes.span.bytes))
        return header.bytes
    }

    private static func values(of plan: Plan) -> [UInt8] {
        var out = ByteWriter()
        for value in plan.values {
            for side in [value.channels, value.width, value.height, value.leftHalo, value.rightHalo, value.ringRows] {
                out.put32(UInt32(side))
            }
            switch value.storage {
            case .arena(let offset):
                out.put32(0)
                out.put32(0)
                out.put64(offset)
            case .constant(let id):
                out.put32(1)
                out.put32(UInt32(id.index))
                out.put64(0)
            }
            out.put32(value.plain == nil ? 0 : 1)
            out.put(value.plain ?? PlainTensor(.float32, []))
        }
        return out.bytes
    }

    private static func operations(of plan: Plan, _ strings: inout StringTable) -> [(PlanSection, [UInt8])] {
        var records = ByteWriter()
        var operands = ByteWriter()
        var parameters = ByteWriter()
        for operation in plan.operations {
            let words = operation.kernel.words
            let name = strings.insert(operation.name)
            records.put32(operation.kernel.familyCode)
            records.put32(UInt32(operands.bytes.count / FileLayout.wordBytes))
            records.put32(UInt32(operation.sources.count))
            records.put32(UInt32(operation.results.count))
            records.put32(UInt32(operation.constants.count))
            records.put32(UInt32(parameters.bytes.count / FileLayout.wordBytes))
            records.put32(UInt32(words.count))
            records.put32(UInt32(operation.firstExit))
            records.put32(name.offset)
            records.put32(name.count)
            records.put64(0)
            for index in operation.sources.map({ $0.index }) + operation.results.map({ $0.index }) + operation.constants.map({ $0.index }) {
                operands.put32(UInt32(index))
            }
            for word in words { parameters.put32(word) }
        }
        return [(.operations, records.bytes), (.operands, operands.bytes), (.parameters, parameters.bytes)]
    }

    private static func schedule(of plan: Plan) -> [UInt8] {
        var out = ByteWriter()
        for step in plan.schedule {
            out.put32(UInt32(step.operation.index))
            out.put32(UInt32(step.firstRow))
            out.put32(UInt32(step.rowCount))
        }
        return out.bytes
    }

    private static func constantIndex(of plan: Plan) -> [UInt8] {
        var out = ByteWriter()
        for constant in plan.constants {
            out.put64(constant.offset)
            out.put64(constant.byteCount)
        }
        return out.bytes
    }

    private static func entryPoints(of plan: Plan, _ strings: inout StringTable) -> [UInt8] {
        var out = ByteWriter()
        for (role, points) in [(UInt32(0), plan.inputs), (1, plan.outputs)] {
            for point in points {
                let name = strings.insert(point.name)
                out.put32(role)
                out.put32(name.offset)
                out.put32(name.count)
                out.put32(point.layout.rawValue)
                out.put(point.tensor)
            }
        }
        return out.bytes
    }

    private static func memory(of plan: Plan) -> [UInt8] {
        var out = ByteWriter()
        out.put64(plan.memory.arenaBytes)
        out.put64(plan.memory.zeroRowOffset)
        out.put64(plan.memory.zeroRowBytes)
        out.put64(plan.memory.scratchBytesPerThread)
        out.put32(UInt32(plan.memory.declaredThreads))
        out.put32(UInt32(plan.batch))
        out.put64(0)
        return out.bytes
    }

    private static func selfTest(_ probes: [Probe]) -> [UInt8] {
        var out = ByteWriter()
        for probe in probes {
            out.put32(UInt32(probe.operation.index))
            out.put32(UInt32(probe.rowCount))
            out.put32(probe.fusedChecksum)
            out.put32(probe.unfusedChecksum)
        }
        return out.bytes
    }

    private static func provenance(of plan: Plan, _ strings: inout StringTable) -> [UInt8] {
        var out = ByteWriter()
        for entry in plan.provenance {
            for text in [entry.key, entry.value] {
                let reference = strings.insert(text)
                out.put32(reference.offset)
                out.put32(reference.count)
            }
        }
        return out.bytes
    }

    /// The next multiple of the format's alignment.
    static func aligned(_ offset: Int) -> Int { (offset + FileLayout.alignment - 1) / FileLayout.alignment * FileLayout.alignment }
}

private struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func put16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }
    mutating func put32(_ value: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
    mutating func put64(_ value: Int) {
        let bits = UInt64(bitPattern: Int64(value))
        put32(UInt32(truncatingIfNeeded: bits))
        put32(UInt32(truncatingIfNeeded: bits >> 32))
    }
    /// Element type, rank and eight sides.
    mutating func put(_ tensor: PlainTensor) {
        put32(tensor.element.rawValue)
        put32(UInt32(tensor.shape.count))
        for axis in 0..<PlainTensor.largestRank { put32(axis < tensor.shape.count ? UInt32(tensor.shape[axis]) : 0) }
    }
    mutating func pad(to count: Int) {
        while bytes.count < count { bytes.append(0) }
    }
}

/// Collects the texts of a file one after the other. A text that occurs again is stored only once.
private struct StringTable {
    private(set) var bytes: [UInt8] = []
    private var entries: [(text: [UInt8], offset: UInt32)] = []
    /// Indices of entries by a hash of their text.
    private var buckets = [[Int]](repeating: [], count: 1 << 12)

    mutating func insert(_ text: [UInt8]) -> (offset: UInt32, count: UInt32) {
        // FNV-1a (Fowler, Noll and Vo).
        let hash = text.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        let bucket = Int(hash % UInt32(buckets.count))
        for index in buckets[bucket] where entries[index].text == text { return (entries[index].offset, UInt32(text.count)) }
        let offset = UInt32(bytes.count)
        buckets[bucket].append(entries.count)
        entries.append((text, offset))
        bytes += text
        return (offset, UInt32(text.count))
    }
}
