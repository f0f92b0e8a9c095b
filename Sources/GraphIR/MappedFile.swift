/// Read-only bytes of a file that stay valid as long as this object lives.
public final class MappedFile: Sendable {
    /// Immutable after `init`; the mapping ends with the object.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    private let unmap: @Sendable (UnsafeRawBufferPointer) -> Void

    public init(bytes: UnsafeRawBufferPointer, unmap: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.bytes = bytes
        self.unmap = unmap
    }

    deinit { unmap(bytes) }
}
