/// The header and the table of sections of a file, checked: the magic, version, features, size and checksums are right, and the
/// sections are sorted, do not overlap and lie inside the file.
struct SectionTable {
    private var ranges: [ConstantRange?] = Array(repeating: nil, count: PlanSection.allCases.count + 1)
    /// The file's required features, all of which this reader knows.
    let features: UInt64
    private var checksums: [UInt32] = Array(repeating: 0, count: PlanSection.allCases.count + 1)

    init(reading file: borrowing RawSpan) throws(PlanError) {
        let sectionCount = try Self.readHeader(file)
        features = file.littleEndian64(at: HeaderOffset.features)
        var end = FileLayout.headerBytes + sectionCount * FileLayout.sectionRecordBytes
        var previous: UInt32 = 0
        for index in 0..<sectionCount {
            var fields = FieldReader(at: FileLayout.headerBytes + index * FileLayout.sectionRecordBytes)
            let code = fields.u32(file)
            let flags = fields.u32(file)
            let offset = fields.u64(file)
            let byteCount = fields.u64(file)
            let checksum = fields.u32(file)
            let reserved = fields.u32(file)
            let place = "section table[\(index)]"
            try require(code > previous, "\(place).kind: \(code) after \(previous), expected rising kinds")
            try require(flags <= 1, "\(place).flags: \(flags) is not known")
            try require(reserved == 0, "\(place).reserved: not zero")
            try require(
                offset % UInt64(FileLayout.alignment) == 0, "\(place).offset: \(offset) is no multiple of \(FileLayout.alignment)")
            try require(offset >= UInt64(end), "\(place).offset: \(offset) lies before byte \(end), where the last part ends")
            try require(
                offset <= UInt64(file.byteCount) && byteCount <= UInt64(file.byteCount) - offset,
                "\(place): \(byteCount) bytes at \(offset), the file has \(file.byteCount)")
            previous = code
            end = Int(offset) + Int(byteCount)
            guard let section = PlanSection(rawValue: code) else {
                if flags & FileLayout.sectionRequired != 0 {
                    throw PlanError(.unsupported, "\(place): this version does not know section kind \(code), which the plan requires")
                }
                continue
            }
            try require(
                Int(byteCount) % section.recordBytes == 0,
                "section \(section.name): \(byteCount) bytes are no multiple of its records of \(section.recordBytes)")
            ranges[Int(code)] = ConstantRange(offset: Int(offset), byteCount: Int(byteCount))
            checksums[Int(code)] = checksum
        }
        for section in PlanSection.allCases where section.isRequired {
            try require(ranges[Int(section.rawValue)] != nil, "section \(section.name): missing")
        }
    }

    /// Number of sections.
    private static func readHeader(_ file: borrowing RawSpan) throws(PlanError) -> Int {
        try require(
            file.byteCount >= FileLayout.headerBytes,
            "header: the file has # bytes, expected at least #", file.byteCount, FileLayout.headerBytes)
        for (index, byte) in FileLayout.magic.enumerated() {
            try require(file.byte(at: index) == byte, "header.magic: this is not a Venule plan")
        }
        try require(
            CRC32C.checksum(file.extracting(0..<HeaderOffset.crc)) == file.littleEndian32(at: HeaderOffset.crc),
            "header.crc: the header's checksum does not match")
        let major = file.littleEndian16(at: HeaderOffset.major)
        if major != FileLayout.major {
            throw PlanError(.unsupported, "header.major: format #, this version reads format #", Int(major), Int(FileLayout.major))
        }
        let features = file.littleEndian64(at: HeaderOffset.features)
        if features & ~FileLayout.knownFeatures != 0 {
            throw PlanError(
                .unsupported, "header.requiredFeatures: bits \(features & ~FileLayout.knownFeatures) are not known to this version")
        }
        for offset in HeaderOffset.reserved..<HeaderOffset.crc {
            try require(file.byte(at: offset) == 0, "header.reserved: byte # is not zero", offset)
        }
        let fileSize = file.littleEndian64(at: HeaderOffset.fileSize)
        try require(
            fileSize == UInt64(file.byteCount), "header.fileSize: \(fileSize), the file has \(file.byteCount) bytes")
        let tableOffset = file.littleEndian64(at: HeaderOffset.table)
        try require(
            tableOffset == UInt64(FileLayout.headerBytes), "header.sectionTable: at \(tableOffset), expected \(FileLayout.headerBytes)")
        let count = Int(clamping: file.littleEndian32(at: HeaderOffset.sectionCount))
        let room = (file.byteCount - FileLayout.headerBytes) / FileLayout.sectionRecordBytes
        try require(count <= room, "header.sectionCount: #, the file has room for #", count, room)
        let tableEnd = FileLayout.headerBytes + count * FileLayout.sectionRecordBytes
        try require(
            CRC32C.checksum(file.extracting(FileLayout.headerBytes..<tableEnd)) == file.littleEndian32(at: HeaderOffset.tableCRC),
            "header.sectionTableCRC: the section table's checksum does not match")
        return count
    }

    /// Where the section lies in the file. Empty if the file does not have it.
    func range(of section: PlanSection) -> ConstantRange {
        ranges[Int(section.rawValue)] ?? ConstantRange(offset: 0, byteCount: 0)
    }

    func count(of section: PlanSection) -> Int { range(of: section).byteCount / section.recordBytes }

    func offset(of section: PlanSection, record: Int) -> Int { range(of: section).offset + record * section.recordBytes }

    func verifyChecksum(of section: PlanSection, in file: borrowing RawSpan) throws(PlanError) {
        guard let range = ranges[Int(section.rawValue)] else { return }
        let found = CRC32C.checksum(file.extracting(range.offset..<range.offset + range.byteCount))
        let expected = checksums[Int(section.rawValue)]
        try require(found == expected, "section \(section.name): checksum \(found), the table says \(expected)")
    }
}
