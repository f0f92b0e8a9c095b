import Testing

@testable import PlanFormat

/// Headers and section tables whose checksums are right and whose contents are not: every refusal names the section, the field,
/// what was found and what was expected.
@Suite struct SectionTests {
    private func refusal(_ change: (inout FileEditor) -> Void) -> String {
        var file = FileEditor(SamplePlan().bytes)
        change(&file)
        return planRefusal(file.bytes)?.message ?? "accepted"
    }

    private let size = SamplePlan().bytes.count

    @Test func sectionsStandInTheirOrder() {
        // Two records change places in the table, then their contents in the file do.
        #expect(
            refusal { file in
                let records = file.bytes[64..<128]
                file.bytes.replaceSubrange(64..<128, with: records[96...] + records[..<96])
                file.mendHeader()
            } == "section table[1].kind: 1 after 2, expected rising kinds")
        #expect(
            refusal { file in
                let (values, operations) = (file.record(of: .values), file.record(of: .operations))
                let (a, b) = (file.get32(values + 8), file.get32(operations + 8))
                file.set64(values + 8, UInt64(b))
                file.put64(UInt64(a), inRecordOf: .operations, at: 8)
            }.contains("section table[2].offset: "))
        #expect(refusal { $0.put64(0, inRecordOf: .strings, at: 8) }.contains("section table[0].offset: 0 lies before byte 448"))
    }

    @Test func sectionsDoNotOverlap() {
        for section in PlanSection.allCases.dropFirst() {
            let before = PlanSection(rawValue: section.rawValue - 1)!
            let message = refusal { file in
                let start = file.get32(file.record(of: before) + 8)
                file.put64(UInt64(start), inRecordOf: section, at: 8)
            }
            #expect(message.contains("section table[\(section.rawValue - 1)].offset: "), "\(section.name): \(message)")
            #expect(message.contains("lies before byte"), "\(section.name): \(message)")
        }
    }

    @Test(arguments: [UInt64.max, 0xFFFF_FFFF_FFFF_FFC0, 0x8000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFC0, 0x1_0000_0000])
    func offsetsAndSizesNearTheEndOfNumbers(number: UInt64) {
        for section in PlanSection.allCases {
            let place = "section table[\(section.rawValue - 1)]"
            let offset = refusal { $0.put64(number, inRecordOf: section, at: 8) }
            let expected =
                number % 64 == 0 ? "bytes at \(number), the file has \(size)" : "offset: \(number) is no multiple of 64"
            #expect(offset.contains(place) && offset.contains(expected), "\(section.name): \(offset)")
            let count = refusal { $0.put64(number, inRecordOf: section, at: 16) }
            #expect(count.contains("\(place): \(number) bytes at ") && count.contains("the file has \(size)"), "\(section.name): \(count)")
        }
    }

    @Test func countsAreBoundedByTheFile() {
        let room = (size - 64) / 32
        for count in [0xFFFF_FFFF, 0x8000_0000, UInt32(room + 1)] as [UInt32] {
            #expect(
                refusal { file in
                    file.set32(12, count)
                    file.set32(60, checksum(Array(file.bytes[..<60])))
                } == "header.sectionCount: \(count), the file has room for \(room)")
        }
        #expect(
            refusal { file in
                file.set32(12, 0)
                file.mendHeader()
            } == "section strings: missing")
        #expect(
            refusal { file in
                let byteCount = file.get32(file.record(of: .values) + 16)
                file.put64(UInt64(byteCount - 1), inRecordOf: .values, at: 16)
            }.contains("section values: 503 bytes are no multiple of its records of 84"))
    }

    @Test func fileSizeAndTableAreWhereTheHeaderSays() {
        for (claimed, expected) in [
            (UInt64(size - 1), "header.fileSize: \(size - 1), the file has \(size) bytes"),
            (UInt64.max, "header.fileSize: 18446744073709551615, the file has \(size) bytes"),
        ] {
            #expect(
                refusal { file in
                    file.set64(16, claimed)
                    file.mendHeader()
                }.contains(expected))
        }
        #expect(
            refusal { file in
                file.set64(32, 0xFFFF_FFFF_FFFF_FFC0)
                file.mendHeader()
            } == "header.sectionTable: at 18446744073709551552, expected 64")
    }

    /// A file cut anywhere whose header says that it is so long.
    @Test func truncationsThatTheHeaderAdmits() {
        let bytes = SamplePlan().bytes
        let provenance = FileEditor(bytes).get32(FileEditor(bytes).record(of: .provenance) + 8)
        for count in 64..<bytes.count {
            var file = FileEditor(Array(bytes.prefix(count)))
            file.set64(16, UInt64(count))
            file.set32(60, checksum(Array(file.bytes[..<60])))
            let message = planRefusal(file.bytes)?.message ?? "accepted"
            // What is cut off belongs to some section, whose record no longer fits, or to the table.
            #expect(
                message.contains("the file has") || message.contains("header.sectionTableCRC")
                    || (count > provenance && message.contains("section table[10]")),
                "\(count) bytes: \(message)")
        }
    }

    @Test func versionsFeaturesAndKinds() {
        func unsupported(_ change: (inout FileEditor) -> Void) -> String? {
            var file = FileEditor(SamplePlan().bytes)
            change(&file)
            file.mendHeader()
            let error = planRefusal(file.bytes)
            return error?.kind == .unsupported ? error?.message : nil
        }
        for major in [0, 2, 255] as [UInt8] {
            #expect(unsupported { $0.bytes[8] = major } == "header.major: format \(major), this version reads format 1")
        }
        // Bit 0 is known, and refused where no weights are narrow (NarrowWeightsTests); bit 1 is known (SubnormalTests).
        for bit in 2..<64 {
            let message = unsupported { $0.set64(24, 1 << UInt64(bit)) }
            #expect(message == "header.requiredFeatures: bits \(UInt64(1) << UInt64(bit)) are not known to this version")
        }
        // A newer minor version only adds what may be skipped.
        #expect(
            refusal { file in
                file.bytes[10] = 7
                file.mendHeader()
            } == "accepted")
    }

    /// A section of an unknown kind behind the others: skipped if it is optional, whatever it holds, and refused by its number if
    /// the plan requires it.
    @Test func unknownSections() throws {
        func file(flags: UInt32) -> [UInt8] {
            let old = SamplePlan().bytes
            var file = FileEditor(old)
            let count = file.sectionCount
            // The table has room for one record more only if everything moves by 64 bytes.
            file.bytes.insert(contentsOf: [UInt8](repeating: 0, count: 64), at: 64 + 32 * count)
            for record in stride(from: 64, to: 64 + 32 * count, by: 32) {
                file.set64(record + 8, UInt64(file.get32(record + 8) + 64))
            }
            let end = (file.bytes.count + 63) / 64 * 64
            file.bytes += [UInt8](repeating: 0, count: end - file.bytes.count) + [UInt8](repeating: 0xAB, count: 5)
            let record = 64 + 32 * count
            file.set32(record, 4000)
            file.set32(record + 4, flags)
            file.set64(record + 8, UInt64(end))
            file.set64(record + 16, 5)
            file.set32(12, UInt32(count + 1))
            file.set64(16, UInt64(file.bytes.count))
            file.mendHeader()
            return file.bytes
        }
        let skipped = file(flags: 0)
        #expect(planRefusal(skipped) == nil)
        let plan = try PlanReader.read(skipped.span.bytes)
        #expect(plan.operations == SamplePlan().plan.operations && plan.schedule == SamplePlan().plan.schedule)
        let refused = planRefusal(file(flags: 1))
        #expect(refused?.kind == .unsupported)
        #expect(refused?.message == "section table[12]: this version does not know section kind 4000, which the plan requires")
        #expect(planRefusal(file(flags: 2))?.message == "section table[12].flags: 2 is not known")
    }
}
