import Files
import Glibc

/// The bytes of a file at an address that stays the same, for libraries that keep a pointer.
final class FileContents {
    private let buffer: UnsafeMutableRawBufferPointer
    let count: Int
    /// The pages in front of this address have been given back.
    private var kept: UInt

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
    var start: UnsafePointer<UInt8> { UnsafePointer(buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)) }

    private init(count: Int) {
        // At least one byte, so that there is an address.
        buffer = .allocate(byteCount: max(count, 1), alignment: 16)
        self.count = count
        kept = UInt(bitPattern: buffer.baseAddress)
    }

    convenience init(_ bytes: [UInt8]) {
        self.init(count: bytes.count)
        buffer.copyBytes(from: bytes)
    }

    /// All of a file, read to where it stays.
    ///
    /// - Throws: also where it has more than `limit` bytes.
    convenience init(_ reader: FileReader, atMost limit: Int) throws(FileError) {
        let count = try reader.count(atMost: limit)
        self.init(count: count)
        try reader.read(0, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
    }

    deinit { buffer.deallocate() }

    /// Gives the system the memory of the bytes in front of an offset, which nobody reads again: a decoder that goes through a
    /// file once does not hold the file's pixels as well as its own.
    func release(before offset: Int) {
        // Only whole pages within the buffer; the others have bytes of somebody else.
        let page = UInt(getpagesize())
        let first = (kept + page - 1) / page * page
        let end = (UInt(bitPattern: buffer.baseAddress) + UInt(min(offset, count))) / page * page
        // Not for every row.
        guard end >= first + Self.leastReleased else { return }
        madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_DONTNEED)
        kept = end
    }

    private static let leastReleased: UInt = 1 << 20
}
