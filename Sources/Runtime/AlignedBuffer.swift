import Platform

/// A block of memory from the caller's allocator, which is freed when this object goes away.
final class AlignedBuffer {
    let start: UnsafeMutableRawPointer
    let byteCount: Int
    private let allocator: venule_allocator

    static let alignment = 64

    /// At least one byte is allocated, so that `start` always exists.
    /// - Throws: ``RuntimeError/outOfMemory(purpose:bytes:)``.
    init(byteCount: Int, purpose: StaticString, allocator: venule_allocator) throws(RuntimeError) {
        guard let memory = allocator.allocate(allocator.context, max(byteCount, 1), Self.alignment) else {
            throw .outOfMemory(purpose: purpose.description, bytes: byteCount)
        }
        self.start = memory
        self.byteCount = max(byteCount, 1)
        self.allocator = allocator
    }

    deinit { allocator.deallocate(allocator.context, start, byteCount) }
}

/// Adds up the sizes of the parts of a buffer. Once the sum overflows, `overflowed` stays true.
struct BufferLayout {
    private(set) var byteCount = 0
    private(set) var overflowed = false

    /// Reserves room for `count` elements, at a multiple of their alignment.
    /// - Returns: Their offset in the buffer.
    mutating func reserve<Element>(_ count: Int, of type: Element.Type) -> Int {
        let alignment = MemoryLayout<Element>.alignment
        let start = (byteCount + alignment - 1) & ~(alignment - 1)
        let (bytes, tooMany) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        let (end, tooLong) = start.addingReportingOverflow(bytes)
        guard !tooMany, !tooLong, end < Int.max / 8, !overflowed else {
            overflowed = true
            return 0
        }
        byteCount = end
        return start
    }
}
