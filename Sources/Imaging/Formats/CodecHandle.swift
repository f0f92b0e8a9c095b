/// Owns what an `open` function of ImageCodecs made.
final class CodecHandle {
    let pointer: OpaquePointer
    private let close: (OpaquePointer) -> Void

    /// - Parameter pointer: nil where there was no memory.
    init(_ pointer: OpaquePointer?, _ close: @escaping (OpaquePointer) -> Void) throws(DecodingFailure) {
        guard let pointer else { throw .noMemory }
        self.pointer = pointer
        self.close = close
    }

    deinit { close(pointer) }
}
