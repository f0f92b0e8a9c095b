import Testing

@testable import PlanFormat

/// Records forged in the file's bytes, with checksums mended: what decoding alone must refuse, and how much it may take.
@Suite struct RecordTests {
    private func refusal(_ bytes: [UInt8]) -> String { planRefusal(bytes)?.message ?? "accepted" }

    @Test func operandsAndParametersBelongToOneOperation() throws {
        var file = FileEditor(SamplePlan().bytes)
        // The second operation claims the first one's operands.
        file.put32(0, section: .operations, record: 1, field: 1)
        #expect(refusal(file.bytes).contains("operations[1].sources: begin at word 0, expected 1"))
        file = FileEditor(SamplePlan().bytes)
        file.put32(0, section: .operations, record: 1, field: 5)
        #expect(refusal(file.bytes).contains("operations[1].parameters: begin at word 0, expected 2"))
        file = FileEditor(SamplePlan().bytes)
        file.put32(.max, section: .operations, record: 1, field: 2)
        #expect(refusal(file.bytes).contains("operations[1].sources: 4294967295 words from 1"))
        file = FileEditor(SamplePlan().bytes)
        file.put32(0, section: .operations, record: 5, field: 2)
        #expect(refusal(file.bytes).contains("section operands"))
    }

    @Test func recordsAreCountedBeforeTheyAreDecoded() {
        var sample = SamplePlan()
        sample.plan.values = [PlanValue](repeating: sample.plan.values[0], count: 16385)
        #expect(refusal(sample.bytes).contains("section values: 16385 records, expected at most 16384"))
        sample = SamplePlan()
        sample.plan.provenance = [ProvenanceEntry](repeating: sample.plan.provenance[0], count: 4097)
        #expect(refusal(sample.bytes).contains("section provenance: 4097 records"))
    }

    /// One large text that thousands of records name would be copied for each.
    @Test func textsAreBoundedTogether() {
        var sample = SamplePlan()
        let text = [UInt8](repeating: 65, count: 600_000)
        sample.plan.provenance = [ProvenanceEntry](repeating: ProvenanceEntry(key: text, value: text), count: 3)
        #expect(refusal(sample.bytes) == "accepted")
        sample.plan.provenance = [ProvenanceEntry](repeating: ProvenanceEntry(key: text, value: text), count: 4)
        #expect(refusal(sample.bytes).contains("all texts have more than 4194304"))
    }

    @Test func inputsComeFirstAndReservedFieldsAreZero() {
        var file = FileEditor(SamplePlan().bytes)
        file.put32(1, section: .entryPoints, record: 0, field: 0)
        file.put32(0, section: .entryPoints, record: 1, field: 0)
        #expect(refusal(file.bytes).contains("entryPoints[1].role: an input behind an output"))
        file = FileEditor(SamplePlan().bytes)
        file.put32(7, section: .values, record: 0, field: 7)
        #expect(refusal(file.bytes).contains("values[0].constant: 7"))
        file = FileEditor(SamplePlan().bytes)
        file.bytes[50] = 1
        file.mendHeader()
        #expect(refusal(file.bytes).contains("header.reserved: byte 50"))
    }
}

/// Changes fields of a plan file and mends the checksums.
struct FileEditor {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func get32(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }

    mutating func set64(_ offset: Int, _ value: UInt64) {
        set32(offset, UInt32(truncatingIfNeeded: value))
        set32(offset + 4, UInt32(truncatingIfNeeded: value >> 32))
    }

    mutating func set32(_ offset: Int, _ value: UInt32) {
        for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
    }

    mutating func put32(_ value: UInt32, section: PlanSection, record: Int, field: Int) {
        for entry in stride(from: 64, to: 64 + 32 * get32(12), by: 32) where get32(entry) == Int(section.rawValue) {
            let (start, count) = (get32(entry + 8), get32(entry + 16))
            set32(start + record * section.recordBytes + 4 * field, value)
            set32(entry + 24, checksum(Array(bytes[start..<(start + count)])))
        }
        mendHeader()
    }

    var sectionCount: Int { get32(12) }

    /// Where a section's record lies in the table.
    func record(of section: PlanSection) -> Int {
        stride(from: 64, to: 64 + 32 * sectionCount, by: 32).first { get32($0) == Int(section.rawValue) } ?? 0
    }

    /// Another 64-bit number in a section's record, the checksums mended: at 8 its offset, at 16 its size.
    mutating func put64(_ value: UInt64, inRecordOf section: PlanSection, at field: Int) {
        set64(record(of: section) + field, value)
        mendHeader()
    }

    mutating func mendHeader() {
        set32(40, checksum(Array(bytes[64..<(64 + 32 * get32(12))])))
        set32(60, checksum(Array(bytes[..<60])))
    }
}
