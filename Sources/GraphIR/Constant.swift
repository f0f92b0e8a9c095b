/// A tensor known at compile time. Bytes are little-endian, row-major.
public struct Constant: Sendable {
    public let element: ElementType
    public let shape: [Int]
    public let bytes: ConstantBytes

    public init(element: ElementType, shape: [Int], bytes: ConstantBytes) {
        precondition(bytes.count == shape.reduce(1, *) * element.byteCount, "a constant has as many bytes as its shape says")
        self.element = element
        self.shape = shape
        self.bytes = bytes
    }

    public init(_ floats: [Float], shape: [Int]) {
        self.init(element: .float32, shape: shape, bytes: .owned(floats.withUnsafeBytes { Array($0) }))
    }

    public var type: TensorType { TensorType(element, shape.map { Dimension($0) }) }
    public var elementCount: Int { shape.reduce(1, *) }

    /// The elements of a float32 constant.
    public var floats: [Float] {
        precondition(element == .float32, "floats of a constant of type \(type)")
        return bytes.withUnsafeBytes { raw in
            (0..<elementCount).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }
}

/// Where a constant's bytes are: in memory of their own, or in a mapped companion file.
public enum ConstantBytes: Sendable {
    case owned([UInt8])
    case mapped(SharedBytes, offset: Int, count: Int)

    public var count: Int {
        switch self {
        case .owned(let bytes): bytes.count
        case .mapped(_, _, let count): count
        }
    }

    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch self {
        case .owned(let bytes):
            // The standard library's method has untyped errors, so the outcome is carried out of it.
            return try bytes.withUnsafeBytes { bytes in
                Swift.Result { () throws(Failure) in try body(bytes) }
            }.get()
        case .mapped(let file, let offset, let count):
            return try file.withUnsafeBytes { bytes throws(Failure) in
                try body(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]))
            }
        }
    }
}

/// A constant's identity: SHA-256 of its element type, shape and bytes.
public struct ContentHash: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    public let digest: [UInt8]
    public init(digest: [UInt8]) { self.digest = digest }

    public init(of constant: Constant) {
        var hasher = SHA256()
        hasher.update(Array("\(constant.type)\u{0}".utf8))
        constant.bytes.withUnsafeBytes { hasher.update($0) }
        digest = hasher.finalize()
    }

    /// 64 lower-case hexadecimal digits.
    public var description: String {
        digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// The constants of a graph, each stored once: inserting equal content again gives the same id, so that weights shared
/// in the source stay shared by construction.
public struct ConstantTable: Sendable {
    private var constants: [Constant] = []
    private var hashes: [ContentHash] = []
    private var idByHash: [ContentHash: ConstantID] = [:]

    public init() {}

    public mutating func insert(_ constant: Constant) -> ConstantID {
        insert(constant, hash: ContentHash(of: constant))
    }

    /// Inserts a constant whose hash is known.
    mutating func insert(_ constant: Constant, hash: ContentHash) -> ConstantID {
        if let id = idByHash[hash] { return id }
        let id = ConstantID(constants.count)
        constants.append(constant)
        hashes.append(hash)
        idByHash[hash] = id
        return id
    }

    /// The constant of this content, if the table has it.
    func id(of hash: ContentHash) -> ConstantID? { idByHash[hash] }

    /// The constants of these ids, all different, numbered from 0 in the given order.
    public func subset(_ ids: [ConstantID]) -> ConstantTable {
        var result = ConstantTable()
        for id in ids { _ = result.insert(self[id], hash: hash(of: id)) }
        return result
    }

    public subscript(id: ConstantID) -> Constant { constants[id.index] }

    /// The type of a constant, nil where the table has none of this id.
    public func type(of id: ConstantID) -> TensorType? {
        constants.indices.contains(id.index) ? constants[id.index].type : nil
    }

    /// The bytes of the constant with this hash, nil where the table has none; for ``GraphText/parse(_:constants:)``.
    public func bytes(for hash: ContentHash) -> ConstantBytes? { idByHash[hash].map { constants[$0.index].bytes } }

    public func hash(of id: ConstantID) -> ContentHash { hashes[id.index] }
    func hashIfPresent(_ id: ConstantID) -> ContentHash? { hashes.indices.contains(id.index) ? hashes[id.index] : nil }
    public var count: Int { constants.count }
    public var ids: [ConstantID] { constants.indices.map { ConstantID($0) } }
}
