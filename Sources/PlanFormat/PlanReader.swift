/// Reads a plan from the bytes of a file. It compares sizes, and the checksums of the header and of every section but the
/// constants; then it decodes the records; and then it verifies that they mean something that can be executed. A plan that it
/// returns can be executed without further checks.
///
/// The time and the memory that this takes are bounded by the file's size: the numbers of records are checked before anything
/// is decoded, no record can refer to another's operands or parameters, and all texts together have a limit.
public enum PlanReader {
    /// - Throws: ``PlanError`` that names the section, the record and both values.
    public static func read(_ file: borrowing RawSpan, limits: PlanLimits = .standard) throws(PlanError) -> Plan {
        let plan = try decode(file)
        try plan.verify(limits: limits)
        return plan
    }

    /// Decodes the records. Each lies within the file, but what it means has not been verified.
    static func decode(_ file: borrowing RawSpan) throws(PlanError) -> Plan {
        let table = try SectionTable(reading: file)
        for section in PlanSection.allCases where section != .constants {
            try table.verifyChecksum(of: section, in: file)
        }
        for section in PlanSection.allCases {
            let count = table.count(of: section)
            try require(
                count <= section.largestCount, "section \(section.name): \(count) records, expected at most \(section.largestCount)")
        }
        var plan = Plan()
        plan.constantsSection = table.range(of: .constants)
        plan.flushesSubnormals = table.features & FileLayout.flushedSubnormals != 0
        var strings = StringReader(
            section: table.range(of: .strings),
            most: FileLayout.largestStringBytes(inFileOf: file.byteCount - table.range(of: .constants).byteCount))
        try readMemory(file, table, into: &plan)
        try readConstants(file, table, into: &plan)
        try readValues(file, table, into: &plan)
        try readEntryPoints(file, table, &strings, into: &plan)
        try readOperations(file, table, &strings, into: &plan)
        try require(
            plan.hasNarrowWeights == (table.features & FileLayout.narrowWeights != 0),
            "header.requiredFeatures: bit 0 is set where operations have weights of 16 bits, and only there")
        readSchedule(file, table, into: &plan)
        try readProvenance(file, table, &strings, into: &plan)
        readSelfTest(file, table, into: &plan)
        return plan
    }

    /// Compares the checksum of the constants, which reads all of the weights. Wrong constants give wrong results, but cannot
    /// make a run crash.
    public static func checkConstants(_ file: borrowing RawSpan) throws(PlanError) {
        try SectionTable(reading: file).verifyChecksum(of: .constants, in: file)
    }

    private static func readMemory(_ file: borrowing RawSpan, _ table: SectionTable, into plan: inout Plan) throws(PlanError) {
        try require(table.count(of: .memory) == 1, "memory: # records, expected 1", table.count(of: .memory))
        var fields = FieldReader(at: table.range(of: .memory).offset)
        plan.memory.arenaBytes = try fields.size(file, "memory.arenaBytes")
        plan.memory.zeroRowOffset = try fields.size(file, "memory.zeroRowOffset")
        plan.memory.zeroRowBytes = try fields.size(file, "memory.zeroRowBytes")
        plan.memory.scratchBytesPerThread = try fields.size(file, "memory.scratchBytesPerThread")
        plan.memory.declaredThreads = fields.count(file)
        plan.batch = fields.count(file)
        try fields.reserved64(file, "memory")
    }

    private static func readConstants(_ file: borrowing RawSpan, _ table: SectionTable, into plan: inout Plan) throws(PlanError) {
        let available = table.range(of: .constants).byteCount
        try forEachRecord("constantIndex", table.count(of: .constantIndex)) { (index) throws(PlanError) in
            var fields = FieldReader(at: table.offset(of: .constantIndex, record: index))
            let offset = try fields.size(file, ".offset")
            let byteCount = try fields.size(file, ".byteCount")
            try require(offset % FileLayout.alignment == 0, ".offset: # is no multiple of #", offset, FileLayout.alignment)
            try require(
                offset <= available && byteCount <= available - offset,
                ": # bytes at #, the section has #", byteCount, offset, available)
            plan.constants.append(ConstantRange(offset: offset, byteCount: byteCount))
        }
    }

    private static func readValues(_ file: borrowing RawSpan, _ table: SectionTable, into plan: inout Plan) throws(PlanError) {
        try forEachRecord("values", table.count(of: .values)) { (index) throws(PlanError) in
            var fields = FieldReader(at: table.offset(of: .values, record: index))
            var value = PlanValue(
                channels: fields.count(file), width: fields.count(file), height: fields.count(file), leftHalo: fields.count(file),
                rightHalo: fields.count(file), ringRows: fields.count(file), storage: .arena(offset: 0))
            let kind = fields.u32(file)
            let constant = fields.count(file)
            let offset = try fields.size(file, ".arenaOffset")
            switch kind {
            case 0:
                value.storage = .arena(offset: offset)
                try require(constant == 0, ".constant: #, expected 0 for a value in the arena", constant)
            case 1:
                value.storage = .constant(PlanConstantID(constant))
                try require(offset == 0, ".arenaOffset: #, expected 0 for a constant", offset)
            default: throw .unknown("storage", kind)
            }
            let layout = fields.u32(file)
            let tensor = try fields.tensor(file)
            switch layout {
            case 0: try require(tensor == PlainTensor(.float32, []), ".shape: of an image, expected zeros")
            case 1: value.plain = tensor
            default: throw .unknown("layout", layout)
            }
            plan.values.append(value)
        }
    }

    private static func readEntryPoints(
        _ file: borrowing RawSpan, _ table: SectionTable, _ strings: inout StringReader, into plan: inout Plan
    ) throws(PlanError) {
        try forEachRecord("entryPoints", table.count(of: .entryPoints)) { (index) throws(PlanError) in
            var fields = FieldReader(at: table.offset(of: .entryPoints, record: index))
            let role = fields.u32(file)
            let name = try strings.text(file, &fields, ".name")
            let code = fields.u32(file)
            guard let layout = EntryPoint.Layout(rawValue: code) else {
                throw .unknown("layout", code)
            }
            let point = EntryPoint(name: name, try fields.tensor(file), layout: layout)
            switch role {
            case 0:
                try require(plan.outputs.isEmpty, ".role: an input behind an output")
                plan.inputs.append(point)
            case 1: plan.outputs.append(point)
            default: throw .unknown("role", role)
            }
        }
    }

    private static func readOperations(
        _ file: borrowing RawSpan, _ table: SectionTable, _ strings: inout StringReader, into plan: inout Plan
    ) throws(PlanError) {
        var operands = WordList(table, .operands)
        var parameters = WordList(table, .parameters)
        try forEachRecord("operations", table.count(of: .operations)) { (index) throws(PlanError) in
            var fields = FieldReader(at: table.offset(of: .operations, record: index))
            let family = fields.u32(file)
            let firstOperand = fields.count(file)
            let (sources, results, constants) = (fields.count(file), fields.count(file), fields.count(file))
            let firstWord = fields.count(file)
            let wordCount = fields.count(file)
            let firstExit = fields.count(file)
            let name = try strings.text(file, &fields, ".name")
            try fields.reserved64(file)
            var words = WordReader(try parameters.take(file, wordCount, at: firstWord, ".parameters"))
            let kernel = try KernelParameters(family: family, reading: &words)
            let sourceList = try operands.take(file, sources, at: firstOperand, ".sources")
            let resultList = try operands.take(file, results, at: operands.position, ".results")
            let constantList = try operands.take(file, constants, at: operands.position, ".constants")
            plan.operations.append(
                PlanOperation(
                    kernel, sources: sourceList.map { PlanValueID(Int(clamping: $0)) },
                    results: resultList.map { PlanValueID(Int(clamping: $0)) },
                    constants: constantList.map { PlanConstantID(Int(clamping: $0)) }, firstExit: firstExit, name: name))
        }
        try operands.finish("operands")
        try parameters.finish("parameters")
    }

    private static func readSchedule(_ file: borrowing RawSpan, _ table: SectionTable, into plan: inout Plan) {
        plan.schedule.reserveCapacity(table.count(of: .schedule))
        for index in 0..<table.count(of: .schedule) {
            var fields = FieldReader(at: table.offset(of: .schedule, record: index))
            plan.schedule.append(
                Step(PlanOperationID(fields.count(file)), firstRow: fields.count(file), rowCount: fields.count(file)))
        }
    }

    private static func readSelfTest(_ file: borrowing RawSpan, _ table: SectionTable, into plan: inout Plan) {
        for index in 0..<table.count(of: .selfTest) {
            var fields = FieldReader(at: table.offset(of: .selfTest, record: index))
            plan.selfTest.append(
                Probe(
                    PlanOperationID(fields.count(file)), rowCount: fields.count(file), fusedChecksum: fields.u32(file),
                    unfusedChecksum: fields.u32(file)))
        }
    }

    private static func readProvenance(
        _ file: borrowing RawSpan, _ table: SectionTable, _ strings: inout StringReader, into plan: inout Plan
    ) throws(PlanError) {
        try forEachRecord("provenance", table.count(of: .provenance)) { (index) throws(PlanError) in
            var fields = FieldReader(at: table.offset(of: .provenance, record: index))
            let key = try strings.text(file, &fields, ".key")
            let value = try strings.text(file, &fields, ".value")
            plan.provenance.append(ProvenanceEntry(key: key, value: value))
        }
    }
}

extension FieldReader {
    /// Element type, rank and eight sides, of which those beyond the rank are 0.
    fileprivate mutating func tensor(_ file: borrowing RawSpan) throws(PlanError) -> PlainTensor {
        let code = u32(file)
        guard let element = PlanElement(rawValue: code) else {
            throw .unknown("element", code)
        }
        let rank = count(file)
        try require(
            rank <= PlainTensor.largestRank, ".rank: #, expected at most #", rank, PlainTensor.largestRank)
        var shape: [Int] = []
        shape.reserveCapacity(rank)
        for axis in 0..<PlainTensor.largestRank {
            let side = count(file)
            if axis < rank {
                shape.append(side)
            } else {
                try require(side == 0, ".shape: side # of # is #, expected 0", axis, rank, side)
            }
        }
        return PlainTensor(element, shape)
    }
}

/// A section of words of which each record takes its share. Shares follow each other: each begins where the one before ends.
private struct WordList {
    private let section: ConstantRange
    private(set) var position = 0

    init(_ table: SectionTable, _ section: PlanSection) { self.section = table.range(of: section) }

    private var count: Int { section.byteCount / FileLayout.wordBytes }

    mutating func take(
        _ file: borrowing RawSpan, _ wanted: Int, at first: Int, _ place: StaticString
    ) throws(PlanError) -> [UInt32] {
        try require(first == position, "\(place): begin at word \(first), expected \(position), where the last ones end")
        try require(wanted <= count - position, "\(place): \(wanted) words from \(position), the section has \(count)")
        var words: [UInt32] = []
        words.reserveCapacity(wanted)
        var fields = FieldReader(at: section.offset + position * FileLayout.wordBytes)
        for _ in 0..<wanted { words.append(fields.u32(file)) }
        position += wanted
        return words
    }

    func finish(_ place: StaticString) throws(PlanError) {
        try require(position == count, "section \(place): \(count) words, the operations have \(position)")
    }
}

/// Reads texts by their offset and size. Several records may name the same bytes, so that the bytes that are copied are counted
/// and limited.
private struct StringReader {
    private let section: ConstantRange
    private let most: Int
    private var total = 0

    /// - Parameter most: The most bytes that all texts together may have.
    init(section: ConstantRange, most: Int) {
        self.section = section
        self.most = most
    }

    mutating func text(
        _ file: borrowing RawSpan, _ fields: inout FieldReader, _ place: StaticString
    ) throws(PlanError) -> [UInt8] {
        let offset = fields.count(file)
        let count = fields.count(file)
        try require(
            offset <= section.byteCount && count <= section.byteCount - offset,
            "\(place): \(count) bytes at \(offset) of the strings, which have \(section.byteCount)")
        try require(
            count <= most - total, "\(place): with its \(count) bytes all texts have more than \(most)")
        total += count
        var text: [UInt8] = []
        text.reserveCapacity(count)
        for index in 0..<count { text.append(file.byte(at: section.offset + offset + index)) }
        return text
    }
}
