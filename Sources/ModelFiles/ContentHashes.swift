import GraphIR
import Hashing

extension ContentHash {
    /// SHA-256 of the constant's type as text, a zero, and its bytes.
    public init(of constant: Constant) {
        var hasher = SHA256()
        hasher.update(Array("\(constant.type)\u{0}".utf8))
        constant.bytes.withUnsafeBytes { hasher.update($0) }
        self.init(digest: hasher.finalize())
    }
}

extension Graph {
    /// The constants that are too large for a text, with the hashes by which it names them.
    public var storedConstants: [ConstantID: ContentHash] {
        var stored: [ConstantID: ContentHash] = [:]
        for id in constants.ids where !ConstantText.isInline(constants[id]) { stored[id] = ContentHash(of: constants[id]) }
        return stored
    }
}
