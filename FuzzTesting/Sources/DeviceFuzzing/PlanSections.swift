@testable import PlanFormat

/// A plan's file in parts, to be changed and put together again with right checksums.
struct PlanSections {
    struct Section {
        var kind: UInt32
        var flags: UInt32
        var contents: [UInt8]
        /// What the table says, where that is to differ from the truth.
        var offset: UInt64?
        var byteCount: UInt64?
    }

    private var header: [UInt8]
    var sections: [Section]
    var sectionCount: UInt32?
    var fileSize: UInt64?

    /// Nil unless header and table make sense; the checksums may be wrong.
    init?(_ file: [UInt8]) {
        guard file.count >= FileLayout.headerBytes else { return nil }
        header = Array(file[..<FileLayout.headerBytes])
        let count = Int(Self.get32(file, HeaderOffset.sectionCount))
        guard count <= 64, FileLayout.headerBytes + count * FileLayout.sectionRecordBytes <= file.count else { return nil }
        sections = []
        for index in 0..<count {
            let record = FileLayout.headerBytes + index * FileLayout.sectionRecordBytes
            let (offset, byteCount) = (Self.get64(file, record + 8), Self.get64(file, record + 16))
            guard offset <= UInt64(file.count), byteCount <= UInt64(file.count) - offset else { return nil }
            let contents = Array(file[Int(offset)..<Int(offset + byteCount)])
            sections.append(Section(kind: Self.get32(file, record), flags: Self.get32(file, record + 4), contents: contents))
        }
    }

    func contents(of section: PlanSection) -> [UInt8] {
        sections.first { $0.kind == section.rawValue }?.contents ?? []
    }

    /// The file, with checksums that match whatever the parts are.
    var bytes: [UInt8] {
        let tableEnd = FileLayout.headerBytes + sections.count * FileLayout.sectionRecordBytes
        var file = header + [UInt8](repeating: 0, count: tableEnd - FileLayout.headerBytes)
        for (index, section) in sections.enumerated() {
            file += [UInt8](repeating: 0, count: PlanWriter.aligned(file.count) - file.count)
            let offset = section.offset ?? UInt64(file.count)
            file += section.contents
            let record = FileLayout.headerBytes + index * FileLayout.sectionRecordBytes
            Self.put32(&file, record, section.kind)
            Self.put32(&file, record + 4, section.flags)
            Self.put64(&file, record + 8, offset)
            Self.put64(&file, record + 16, section.byteCount ?? UInt64(section.contents.count))
        }
        for (index, section) in sections.enumerated() {
            let record = FileLayout.headerBytes + index * FileLayout.sectionRecordBytes
            let (offset, byteCount) = (Self.get64(file, record + 8), Self.get64(file, record + 16))
            let isInside = offset <= UInt64(file.count) && byteCount <= UInt64(file.count) - offset
            let claimed = isInside ? Array(file[Int(offset)..<Int(offset + byteCount)]) : section.contents
            Self.put32(&file, record + 24, CRC32C.checksum(claimed.span.bytes))
        }
        Self.put32(&file, HeaderOffset.sectionCount, sectionCount ?? UInt32(sections.count))
        Self.put64(&file, HeaderOffset.fileSize, fileSize ?? UInt64(file.count))
        let table = Array(file[FileLayout.headerBytes..<tableEnd])
        Self.put32(&file, HeaderOffset.tableCRC, CRC32C.checksum(table.span.bytes))
        let start = Array(file[..<HeaderOffset.crc])
        Self.put32(&file, HeaderOffset.crc, CRC32C.checksum(start.span.bytes))
        return file
    }

    mutating func setHeader(byte: Int, to value: UInt8) { header[byte] = value }

    static func get32(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }
    static func get64(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        UInt64(get32(bytes, offset)) | UInt64(get32(bytes, offset + 4)) << 32
    }
    static func put32(_ bytes: inout [UInt8], _ offset: Int, _ value: UInt32) {
        for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
    }
    static func put64(_ bytes: inout [UInt8], _ offset: Int, _ value: UInt64) {
        put32(&bytes, offset, UInt32(truncatingIfNeeded: value))
        put32(&bytes, offset + 4, UInt32(truncatingIfNeeded: value >> 32))
    }
}
