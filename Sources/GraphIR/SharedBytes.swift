/// Read-only bytes of something else, such as a mapped file, that stay valid as long as this object lives.
public final class SharedBytes: Sendable {
    /// Immutable after `init`, and as long-lived as their owner.
    private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    private let owner: any AnyObject & Sendable

    /// - Parameter owner: what keeps the bytes as they are while it lives.
    public init(_ bytes: UnsafeRawBufferPointer, of owner: any AnyObject & Sendable) {
        self.bytes = bytes
        self.owner = owner
    }

    /// Number of bytes.
    public var count: Int { bytes.count }

    /// Gives the bytes to `body` and keeps their owner until that ends.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(bytes)
    }
}
