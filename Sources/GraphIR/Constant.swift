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

extension Constant: Hashable {
    /// By element type, shape and bytes.
    public static func == (left: Constant, right: Constant) -> Bool {
        guard left.element == right.element, left.shape == right.shape else { return false }
        return left.bytes.withUnsafeBytes { left in right.bytes.withUnsafeBytes { left.elementsEqual($0) } }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(element)
        hasher.combine(shape)
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

/// The name of a constant in files: SHA-256 of its type, a zero and its bytes. What writes and reads files computes it.
public struct ContentHash: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    public let digest: [UInt8]
    public init(digest: [UInt8]) { self.digest = digest }

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
    private var entries: [Entry] = []
    private var idByEntry: [Entry: ConstantID] = [:]

    /// A constant with a hash of its content, which is computed once.
    private struct Entry: Hashable, Sendable {
        let constant: Constant
        let contentHash: Int

        init(_ constant: Constant) {
            self.constant = constant
            contentHash = constant.hashValue
        }

        static func == (left: Entry, right: Entry) -> Bool {
            left.contentHash == right.contentHash && left.constant == right.constant
        }

        func hash(into hasher: inout Hasher) { hasher.combine(contentHash) }
    }

    public init() {}

    public mutating func insert(_ constant: Constant) -> ConstantID { insert(Entry(constant)) }

    /// Inserts a constant of another table, whose content is not looked at again unless the table has one of its hash.
    mutating func insert(_ id: ConstantID, of other: ConstantTable) -> ConstantID { insert(other.entries[id.index]) }

    private mutating func insert(_ entry: Entry) -> ConstantID {
        if let id = idByEntry[entry] { return id }
        let id = ConstantID(entries.count)
        entries.append(entry)
        idByEntry[entry] = id
        return id
    }

    /// The constants of these ids, all different, numbered from 0 in the given order.
    public func subset(_ ids: [ConstantID]) -> ConstantTable {
        var result = ConstantTable()
        for id in ids { _ = result.insert(id, of: self) }
        return result
    }

    public subscript(id: ConstantID) -> Constant { entries[id.index].constant }

    /// The type of a constant, nil where the table has none of this id.
    public func type(of id: ConstantID) -> TensorType? {
        entries.indices.contains(id.index) ? entries[id.index].constant.type : nil
    }

    /// Whether two constants have the same content; also where neither table has the id.
    func hasEqual(_ id: ConstantID, _ otherID: ConstantID, of other: ConstantTable) -> Bool {
        let entry = entries.indices.contains(id.index) ? entries[id.index] : nil
        return entry == (other.entries.indices.contains(otherID.index) ? other.entries[otherID.index] : nil)
    }

    public var count: Int { entries.count }
    public var ids: [ConstantID] { entries.indices.map { ConstantID($0) } }
}
