/// The bytes of a file at an address that stays the same, for libraries that keep a pointer.
final class FileContents {
    private let buffer: UnsafeMutableRawBufferPointer
    let count: Int

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
    var start: UnsafePointer<UInt8> { UnsafePointer(buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)) }

    init(_ bytes: [UInt8]) {
        // At least one byte, so that there is an address.
        buffer = .allocate(byteCount: max(bytes.count, 1), alignment: 16)
        buffer.copyBytes(from: bytes)
        count = bytes.count
    }

    deinit { buffer.deallocate() }
}
