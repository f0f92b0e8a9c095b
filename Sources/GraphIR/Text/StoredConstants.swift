/// The constants that a text gives by their hashes alone.
public struct StoredConstants {
    /// Finds the bytes of a constant by its hash.
    let bytes: (ContentHash) -> ConstantBytes?
    /// Computes a constant's hash, which is compared with that which it was found by.
    let hash: (Constant) -> ContentHash

    public init(bytes: @escaping (ContentHash) -> ConstantBytes?, hash: @escaping (Constant) -> ContentHash) {
        self.bytes = bytes
        self.hash = hash
    }

    /// Of a text that has all its constants inline.
    public static var none: StoredConstants { StoredConstants(bytes: { _ in nil }, hash: { _ in ContentHash(digest: []) }) }
}
