import Files
import GraphIR
import Hashing

/// The binary file beside a graph's text that holds the constants which are too large for it. All numbers are little-endian.
///
///     offset  bytes  header
///     0       8      magic 89 56 49 52 57 0D 0A 1A: a byte above 127, "VIRW", CR LF, end of file
///     8       4      major version, 1
///     12      4      minor version, 0
///     16      8      size of the file in bytes
///     24      8      number of entries
///     32      32     SHA-256 of all entries
///     64      48·n   entries, ascending by hash
///                    32 content hash, 8 offset in the file, 8 number of bytes
///     …              the constants' bytes in the order of the entries, each at the next multiple of 64, zeros between
enum Companion {
    static let magic: [UInt8] = [0x89, 0x56, 0x49, 0x52, 0x57, 0x0d, 0x0a, 0x1a]
    static let majorVersion: UInt32 = 1
    static let headerSize = 64
    static let entrySize = 48
    static let alignment = 64

    static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
}

// MARK: Writing
extension Companion {
    /// Writes constants of a table, which are given in any order.
    static func write(
        _ stored: [ConstantID: ContentHash], of table: ConstantTable, to file: inout PendingFile
    ) throws(FileError) {
        let sorted = stored.sorted { $0.value.digest.lexicographicallyPrecedes($1.value.digest) }
        var entries: [UInt8] = []
        var end = headerSize + entrySize * sorted.count
        for (id, hash) in sorted {
            let offset = aligned(end)
            let count = table[id].bytes.count
            entries += hash.digest + littleEndianBytes(UInt64(offset)) + littleEndianBytes(UInt64(count))
            end = offset + count
        }
        var hasher = SHA256()
        hasher.update(entries)
        var header = magic + littleEndianBytes(majorVersion) + littleEndianBytes(UInt32(0))
        header += littleEndianBytes(UInt64(end)) + littleEndianBytes(UInt64(sorted.count)) + hasher.finalize()
        try file.write(header + entries)
        var position = header.count + entries.count
        for (id, _) in sorted {
            try file.write([UInt8](repeating: 0, count: aligned(position) - position))
            try table[id].bytes.withUnsafeBytes { bytes throws(FileError) in try file.write(bytes) }
            position = aligned(position) + table[id].bytes.count
        }
    }
}

// MARK: Reading

/// The index of a mapped companion file. What the constants contain is checked against their hashes where they are used.
struct CompanionIndex {
    private let file: SharedBytes
    private let ranges: [ContentHash: Range<Int>]

    /// - Throws: which part of the file is wrong, with what was found and what was expected.
    init(_ file: SharedBytes, path: String) throws(ModelFileError) {
        self.file = file
        ranges = try file.withUnsafeBytes { bytes throws(ModelFileError) in try Self.ranges(bytes, path) }
    }

    private static func ranges(
        _ bytes: UnsafeRawBufferPointer, _ path: String
    ) throws(ModelFileError) -> [ContentHash: Range<Int>] {
        func fail(_ message: String) -> ModelFileError { ModelFileError(path: path, message: message) }
        guard bytes.count >= Companion.headerSize else {
            throw fail("the file has \(bytes.count) bytes; a companion's header has \(Companion.headerSize)")
        }
        guard bytes[..<8].elementsEqual(Companion.magic) else { throw fail("this is no companion of a venule graph") }
        let version = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        guard version == Companion.majorVersion else {
            throw fail("version \(version) is not supported; this is a reader of version \(Companion.majorVersion)")
        }
        let size = integer(bytes, at: 16)
        let count = integer(bytes, at: 24)
        guard size == UInt64(bytes.count) else { throw fail("the file has \(bytes.count) bytes; its header says \(size)") }
        guard count <= UInt64((bytes.count - Companion.headerSize) / Companion.entrySize) else {
            throw fail("the header says \(count) entries; the file has no room for them")
        }
        let end = Companion.headerSize + Int(count) * Companion.entrySize
        var hasher = SHA256()
        hasher.update(UnsafeRawBufferPointer(rebasing: bytes[Companion.headerSize..<end]))
        guard bytes[32..<64].elementsEqual(hasher.finalize()) else {
            throw fail("the index does not have the hash that the header says")
        }
        var ranges: [ContentHash: Range<Int>] = [:]
        var position = end
        var previous: [UInt8] = []
        for entry in 0..<Int(count) {
            let start = Companion.headerSize + entry * Companion.entrySize
            let digest = Array(bytes[start..<(start + 32)])
            guard previous.lexicographicallyPrecedes(digest) else { throw fail("entry \(entry) is not in the order of the hashes") }
            let offset = integer(bytes, at: start + 32)
            let length = integer(bytes, at: start + 40)
            let expected = Companion.aligned(position)
            guard offset == UInt64(expected), offset <= size, length <= size - offset else {
                throw fail("entry \(entry) is at \(offset) with \(length) bytes; expected at \(expected), the file ending at \(size)")
            }
            position = Int(offset + length)
            ranges[ContentHash(digest: digest)] = Int(offset)..<position
            previous = digest
        }
        guard position == bytes.count else { throw fail("the last entry ends at \(position), the file at \(bytes.count)") }
        return ranges
    }

    /// The bytes of a constant, not yet checked against the hash.
    func bytes(for hash: ContentHash) -> ConstantBytes? {
        ranges[hash].map { .mapped(file, offset: $0.lowerBound, count: $0.count) }
    }

    private static func integer(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
