/// Reads a plan from the bytes of a file: sizes, checksums of the header and of every section but the constants, then
/// the records, then the semantic verification. Whatever is returned can be executed without further checks.
public enum PlanReader {
    /// - Throws: ``PlanError`` that names the section, the record and both values.
    public static func read(_ file: borrowing RawSpan, limits: PlanLimits = .standard) throws(PlanError) -> Plan {
        let plan = try decode(file)
        try plan.verify(limits: limits)
        return plan
    }

    /// The records, each within the file's bounds, their meaning not yet verified.
    static func decode(_ file: borrowing RawSpan) throws(PlanError) -> Plan {
        let table = try SectionTable(reading: file)
        for section in PlanSection.allCases where section != .constants {
            try table.checkSum(of: section, in: file)
        }
        var plan = Plan()
        plan.constantsSection = table.range(of: .constants)
        let strings = StringReader(section: table.range(of: .strings))
        try readMemory(file, table, into: &plan)
        try readConstants(file, table, into: &plan)
        try readValues(file, table, into: &plan)
        try readEntryPoints(file, table, strings, into: &plan)
        try readOperations(file, table, strings, into: &plan)
        readSchedule(file, table, into: &plan)
        try readProvenance(file, table, strings, into: &plan)
        return plan
    }

    /// Checks the constants too, which takes time in proportion to the weights. Wrong constants cannot crash a run.
    public static func checkConstants(_ file: borrowing RawSpan) throws(PlanError) {
        try SectionTable(reading: file).checkSum(of: .constants, in: file)
    }

    private static func readMemory(_ file: borrowing RawSpan, _ table: SectionTable, into plan: inout Plan) throws(PlanError) {
        try require(table.count(of: .memory) == 1, "memory: \(table.count(of: .memory)) records, expected 1")
        let at = table.range(of: .memory).offset
        plan.memory.arenaBytes = try size(file.littleEndian64(at: at), "memory.arenaBytes")
        plan.memory.zeroRowOffset = try size(file.littleEndian64(at: at + 8), "memory.zeroRowOffset")
        plan.memory.zeroRowBytes = try size(file.littleEndian64(at: at + 16), "memory.zeroRowBytes")
        plan.memory.scratchBytesPerThread = try size(file.littleEndian64(at: at + 24), "memory.scratchBytesPerThread")
        plan.memory.declaredThreads = Int(file.littleEndian32(at: at + 32))
        plan.batch = Int(file.littleEndian32(at: at + 36))
        try require(file.littleEndian64(at: at + 40) == 0, "memory.reserved: not zero")
    }

    private static func readConstants(_ file: borrowing RawSpan, _ table: SectionTable, into plan: inout Plan) throws(PlanError) {
        let available = table.range(of: .constants).byteCount
        for index in 0..<table.count(of: .constantIndex) {
            let at = table.offset(of: .constantIndex, record: index)
            let offset = try size(file.littleEndian64(at: at), "constantIndex[\(index)].offset")
            let byteCount = try size(file.littleEndian64(at: at + 8), "constantIndex[\(index)].byteCount")
            try require(
                offset % FileLayout.alignment == 0,
                "constantIndex[\(index)].offset: \(offset) is no multiple of \(FileLayout.alignment)")
            try require(
                offset <= available && byteCount <= available - offset,
                "constantIndex[\(index)]: \(byteCount) bytes at \(offset), the section has \(available)")
            plan.constants.append(ConstantRange(offset: offset, byteCount: byteCount))
        }
    }

    private static func readValues(_ file: borrowing RawSpan, _ table: SectionTable, into plan: inout Plan) throws(PlanError) {
        for index in 0..<table.count(of: .values) {
            let at = table.offset(of: .values, record: index)
            let storage: PlanValue.Storage
            let kind = file.littleEndian32(at: at + 24)
            let constant = Int(file.littleEndian32(at: at + 28))
            let offset = try size(file.littleEndian64(at: at + 32), "values[\(index)].arenaOffset")
            switch kind {
            case 0: storage = .arena(offset: offset)
            case 1: storage = .constant(PlanConstantID(constant))
            default: throw PlanError(.corrupt, "values[\(index)].storage: \(kind) is not known")
            }
            try require(file.littleEndian64(at: at + 40) == 0, "values[\(index)].reserved: not zero")
            plan.values.append(
                PlanValue(
                    channels: Int(file.littleEndian32(at: at)), width: Int(file.littleEndian32(at: at + 4)),
                    height: Int(file.littleEndian32(at: at + 8)), leftHalo: Int(file.littleEndian32(at: at + 12)),
                    rightHalo: Int(file.littleEndian32(at: at + 16)), ringRows: Int(file.littleEndian32(at: at + 20)),
                    storage: storage))
        }
    }

    private static func readEntryPoints(
        _ file: borrowing RawSpan, _ table: SectionTable, _ strings: StringReader, into plan: inout Plan
    ) throws(PlanError) {
        for index in 0..<table.count(of: .entryPoints) {
            let at = table.offset(of: .entryPoints, record: index)
            let role = file.littleEndian32(at: at)
            let name = try strings.text(
                file, offset: file.littleEndian32(at: at + 4), count: file.littleEndian32(at: at + 8),
                place: "entryPoints[\(index)].name")
            let point = EntryPoint(
                name: name, height: Int(file.littleEndian32(at: at + 12)), width: Int(file.littleEndian32(at: at + 16)),
                channels: Int(file.littleEndian32(at: at + 20)))
            let element = file.littleEndian32(at: at + 24)
            let layout = file.littleEndian32(at: at + 28)
            try require(element == 0, "entryPoints[\(index)].element: \(element) is not known")
            try require(layout == 0, "entryPoints[\(index)].layout: \(layout) is not known")
            switch role {
            case 0: plan.inputs.append(point)
            case 1: plan.outputs.append(point)
            default: throw PlanError(.corrupt, "entryPoints[\(index)].role: \(role) is not known")
            }
        }
    }

    private static func readOperations(
        _ file: borrowing RawSpan, _ table: SectionTable, _ strings: StringReader, into plan: inout Plan
    ) throws(PlanError) {
        let parameters = words(file, table, .parameters)
        let operands = words(file, table, .operands)
        for index in 0..<table.count(of: .operations) {
            let at = table.offset(of: .operations, record: index)
            let place = "operations[\(index)]"
            var fields: [Int] = []
            for field in 0..<10 { fields.append(Int(file.littleEndian32(at: at + 4 * field))) }
            let (sources, results, constants) = (fields[2], fields[3], fields[4])
            let operandEnd = fields[1] + sources + results + constants
            try require(operandEnd <= operands.count, "\(place).operands: end at \(operandEnd) of \(operands.count)")
            let parameterEnd = fields[5] + fields[6]
            try require(parameterEnd <= parameters.count, "\(place).parameters: end at \(parameterEnd) of \(parameters.count)")
            try require(file.littleEndian64(at: at + 40) == 0, "\(place).reserved: not zero")
            var reader = WordReader(parameters[fields[5]..<parameterEnd], place: place)
            let kernel = try KernelParameters(family: UInt32(fields[0]), reading: &reader)
            let name = try strings.text(file, offset: UInt32(fields[8]), count: UInt32(fields[9]), place: "\(place).name")
            let list = operands[fields[1]..<operandEnd].map { Int($0) }
            plan.operations.append(
                PlanOperation(
                    kernel, sources: list[..<sources].map { PlanValueID($0) },
                    results: list[sources..<(sources + results)].map { PlanValueID($0) },
                    constants: list[(sources + results)...].map { PlanConstantID($0) }, firstExit: fields[7], name: name))
        }
    }

    private static func words(_ file: borrowing RawSpan, _ table: SectionTable, _ section: PlanSection) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(table.count(of: section))
        for index in 0..<table.count(of: section) {
            words.append(file.littleEndian32(at: table.offset(of: section, record: index)))
        }
        return words
    }

    private static func readSchedule(_ file: borrowing RawSpan, _ table: SectionTable, into plan: inout Plan) {
        plan.schedule.reserveCapacity(table.count(of: .schedule))
        for index in 0..<table.count(of: .schedule) {
            let at = table.offset(of: .schedule, record: index)
            plan.schedule.append(
                Step(
                    PlanOperationID(Int(file.littleEndian32(at: at))), firstRow: Int(file.littleEndian32(at: at + 4)),
                    rowCount: Int(file.littleEndian32(at: at + 8))))
        }
    }

    private static func readProvenance(
        _ file: borrowing RawSpan, _ table: SectionTable, _ strings: StringReader, into plan: inout Plan
    ) throws(PlanError) {
        for index in 0..<table.count(of: .provenance) {
            let at = table.offset(of: .provenance, record: index)
            let place = "provenance[\(index)]"
            let key = try strings.text(
                file, offset: file.littleEndian32(at: at), count: file.littleEndian32(at: at + 4), place: place)
            let value = try strings.text(
                file, offset: file.littleEndian32(at: at + 8), count: file.littleEndian32(at: at + 12), place: place)
            plan.provenance.append(ProvenanceEntry(key: key, value: value))
        }
    }
}

/// A 64-bit size or offset that is small enough to calculate with.
private func size(_ value: UInt64, _ place: String) throws(PlanError) -> Int {
    try require(value < 1 << 60, "\(place): \(value) is out of range")
    return Int(value)
}

private struct StringReader {
    let section: ConstantRange

    func text(_ file: borrowing RawSpan, offset: UInt32, count: UInt32, place: String) throws(PlanError) -> [UInt8] {
        let end = Int(offset) + Int(count)
        try require(end <= section.byteCount, "\(place): ends at byte \(end) of the strings, which have \(section.byteCount)")
        var text: [UInt8] = []
        text.reserveCapacity(Int(count))
        for index in 0..<Int(count) { text.append(file.byte(at: section.offset + Int(offset) + index)) }
        return text
    }
}
