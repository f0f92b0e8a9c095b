/// Writes a plan as the bytes of a file. The same plan gives the same bytes on any machine.
public enum PlanWriter {
    /// - Parameter constants: The constants section: little-endian, each constant at a multiple of 64 bytes.
    public static func bytes(of plan: Plan, constants: [UInt8]) -> [UInt8] {
        assemble(sections(of: plan, constants: constants), features: plan.requiredFeatures)
    }

    /// Bytes of the file that ``bytes(of:constants:)`` gives with so many bytes of constants, without the two parts that
    /// may be large: constants and schedule.
    public static func byteCount(of plan: Plan, constantBytes: Int) -> Int {
        var records = plan
        records.schedule = []
        let sections = sections(of: records, constants: [])
        return sections.reduce(tableEnd(sectionCount: sections.count)) { offset, section in
            let count =
                switch section.0 {
                case .schedule: plan.schedule.count * FileLayout.stepBytes
                case .constants: constantBytes
                default: section.1.count
                }
            return aligned(offset) + count
        }
    }

    /// In the order in which they stand in the file.
    private static func sections(of plan: Plan, constants: [UInt8]) -> [(PlanSection, [UInt8])] {
        var strings = StringTable()
        var sections: [(PlanSection, [UInt8])] = [
            (.values, values(of: plan)),
            (.schedule, schedule(of: plan)),
            (.constantIndex, constantIndex(of: plan)),
            (.entryPoints, entryPoints(of: plan, &strings)),
            (.memory, memory(of: plan)),
            (.provenance, provenance(of: plan, &strings)),
        ]
        if !plan.selfTest.isEmpty { sections.append((.selfTest, selfTest(of: plan))) }
        sections += operations(of: plan, &strings)
        sections += [(.strings, strings.bytes), (.constants, constants)]
        sections.sort { $0.0.rawValue < $1.0.rawValue }
        return sections
    }

    private static func tableEnd(sectionCount: Int) -> Int {
        FileLayout.headerBytes + sectionCount * FileLayout.sectionRecordBytes
    }

    private static func assemble(_ sections: [(PlanSection, [UInt8])], features: UInt64) -> [UInt8] {
        var table = ByteWriter()
        var offset = tableEnd(sectionCount: sections.count)
        var starts: [Int] = []
        for (section, contents) in sections {
            offset = aligned(offset)
            starts.append(offset)
            table.put32(section.rawValue)
            table.put32(section.isRequired ? FileLayout.sectionRequired : 0)
            table.put64(offset)
            table.put64(contents.count)
            table.put32(CRC32C.checksum(contents.span.bytes))
            table.put32(0)
            offset += contents.count
        }
        var file = ByteWriter()
        file.bytes.reserveCapacity(offset)
        file.bytes += header(sectionCount: sections.count, table: table.bytes, fileSize: offset, features: features)
        file.bytes += table.bytes
        for (start, (_, contents)) in zip(starts, sections) {
            file.pad(to: start)
            file.bytes += contents
        }
        return file.bytes
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
            var words = WordWriter()
            operation.kernel.write(to: &words)
            let name = strings.insert(operation.name)
            records.put32(operation.kernel.familyCode)
            records.put32(UInt32(operands.bytes.count / FileLayout.wordBytes))
            records.put32(UInt32(operation.sources.count))
            records.put32(UInt32(operation.results.count))
            records.put32(UInt32(operation.constants.count))
            records.put32(UInt32(parameters.bytes.count / FileLayout.wordBytes))
            records.put32(UInt32(words.words.count))
            records.put32(UInt32(operation.firstExit))
            records.put32(name.offset)
            records.put32(name.count)
            records.put64(0)
            for index in operation.sources.map({ $0.index }) + operation.results.map({ $0.index }) + operation.constants.map({ $0.index }) {
                operands.put32(UInt32(index))
            }
            for word in words.words { parameters.put32(word) }
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

    private static func selfTest(of plan: Plan) -> [UInt8] {
        var out = ByteWriter()
        for probe in plan.selfTest {
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

/// Strings one behind the other; an equal string is stored once. A plan has a few hundred, so a search will do.
private struct StringTable {
    private(set) var bytes: [UInt8] = []
    private var entries: [(text: [UInt8], offset: UInt32)] = []

    mutating func insert(_ text: [UInt8]) -> (offset: UInt32, count: UInt32) {
        if let entry = entries.first(where: { $0.text == text }) { return (entry.offset, UInt32(text.count)) }
        let offset = UInt32(bytes.count)
        entries.append((text, offset))
        bytes += text
        return (offset, UInt32(text.count))
    }
}
