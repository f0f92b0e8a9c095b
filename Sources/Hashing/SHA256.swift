import CCrypto

/// SHA-256 (FIPS 180-4), as OpenSSL's libcrypto computes it.
public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    public init() {
        // Null only without memory for a few bytes.
        guard let context = EVP_MD_CTX_new() else { fatalError("there is no memory for a hash") }
        self.context = context
        Self.check(EVP_DigestInit_ex(context, EVP_sha256(), nil))
    }

    deinit { EVP_MD_CTX_free(context) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        Self.check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
    }

    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The digest of everything given to `update`; 32 bytes.
    public consuming func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            Self.check(EVP_DigestFinal_ex(context, buffer.baseAddress, nil))
            count = 32
        }
    }

    /// Only an OpenSSL that is set up to have no SHA-256 refuses.
    private static func check(_ status: Int32) {
        guard status == 1 else { fatalError("libcrypto has no SHA-256") }
    }
}
