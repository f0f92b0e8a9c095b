import FuzzSupport

@testable import PlanFormat

/// Gives a few words of a file's sections other values, in place, and mends the checksums. It allocates nothing, and so
/// costs a fraction of what decoding a plan and writing it again does.
///
/// - Returns: False where the table makes no sense, or its sections are empty.
func changeWords(_ file: UnsafeMutableRawBufferPointer, _ random: inout Randomness) -> Bool {
    guard file.count >= FileLayout.headerBytes else { return false }
    let count = Int(file.word(HeaderOffset.sectionCount))
    let tableEnd = FileLayout.headerBytes + count * FileLayout.sectionRecordBytes
    guard count > 0, count <= 64, tableEnd <= file.count else { return false }
    var changed = 0
    let wanted = random.within(1...3)
    // Some sections are empty, and constants are mostly left alone: whatever they hold is accepted.
    for _ in 0..<64 where changed < wanted {
        let record = FileLayout.headerBytes + random.below(count) * FileLayout.sectionRecordBytes
        let kind = file.word(record)
        guard kind != PlanSection.constants.rawValue || random.once(in: 16) else { continue }
        guard let section = file.section(record), section.count >= 4 else { continue }
        changeWord(section, PlanSection(rawValue: kind)?.recordBytes ?? 4, &random)
        file.setWord(record + 24, CRC32C.checksum(UnsafeRawBufferPointer(section).bytes))
        changed += 1
    }
    let table = UnsafeRawBufferPointer(rebasing: file[FileLayout.headerBytes..<tableEnd])
    file.setWord(HeaderOffset.tableCRC, CRC32C.checksum(table.bytes))
    file.setWord(HeaderOffset.crc, CRC32C.checksum(UnsafeRawBufferPointer(rebasing: file[..<HeaderOffset.crc]).bytes))
    return changed > 0
}

/// Gives one word of a section another number, or that of another record's same field.
func changeWord(_ section: UnsafeMutableRawBufferPointer, _ recordBytes: Int, _ random: inout Randomness) {
    guard section.count >= 4 else { return }
    let offset = random.below(section.count / 4) * 4
    if recordBytes >= 4, section.count >= recordBytes, random.once(in: 4) {
        let other = random.below(section.count / recordBytes) * recordBytes + offset % recordBytes
        if other + 4 <= section.count { section.setWord(offset, section.word(other)) }
        return
    }
    section.setWord(offset, random.word(near: section.word(offset)))
}

extension UnsafeMutableRawBufferPointer {
    fileprivate func word(_ offset: Int) -> UInt32 { loadUnaligned(fromByteOffset: offset, as: UInt32.self) }

    fileprivate func setWord(_ offset: Int, _ word: UInt32) { storeBytes(of: word, toByteOffset: offset, as: UInt32.self) }

    /// What a record of a plan's table points to; nil where that is not inside.
    fileprivate func section(_ record: Int) -> UnsafeMutableRawBufferPointer? {
        let offset = loadUnaligned(fromByteOffset: record + 8, as: UInt64.self)
        let byteCount = loadUnaligned(fromByteOffset: record + 16, as: UInt64.self)
        guard offset <= UInt64(count), byteCount <= UInt64(count) - offset else { return nil }
        return UnsafeMutableRawBufferPointer(rebasing: self[Int(offset)..<Int(offset + byteCount)])
    }
}
