/// Read-only bytes of a file that stay valid as long as this object lives.
public final class MappedFile: Sendable {
    /// Immutable after `init`; the mapping ends with the object.
    private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    private let unmap: @Sendable (UnsafeRawBufferPointer) -> Void

    public init(bytes: UnsafeRawBufferPointer, unmap: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.bytes = bytes
        self.unmap = unmap
    }

    /// Number of bytes.
    public var count: Int { bytes.count }

    /// Gives the bytes to `body` and keeps the mapping until that ends.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(bytes)
    }

    deinit { unmap(bytes) }
}
