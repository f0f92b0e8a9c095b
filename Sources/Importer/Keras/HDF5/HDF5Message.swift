/// A message between this process and the one in which libhdf5 runs. Numbers are little-endian; texts and lists have their
/// length in front. What comes back is checked like a file, since a damaged file may have taken over that process.
struct HDF5Message: Hashable {
    private(set) var bytes: [UInt8] = []
    private var position = 0

    init(bytes: [UInt8] = []) { self.bytes = bytes }

    /// The other process sent something else than an answer.
    struct Malformed: Error {}
}

enum HDF5Request: UInt8 {
    case kind = 1
    case names, strings, describe, floats
}

// MARK: Writing
extension HDF5Message {
    mutating func put(_ value: UInt8) { bytes.append(value) }

    mutating func put(_ value: Int) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func put(_ text: String) {
        let utf8 = Array(text.utf8)
        put(utf8.count)
        bytes += utf8
    }

    mutating func put(_ text: String?) {
        put(UInt8(text == nil ? 0 : 1))
        if let text { put(text) }
    }

    mutating func put(_ texts: [String]) {
        put(texts.count)
        for text in texts { put(text) }
    }

    mutating func put(_ error: HDF5Error) {
        put(error.kind.rawValue)
        put(error.object)
        put(error.attribute)
        put(error.found)
        put(error.expected)
    }
}

// MARK: Reading
extension HDF5Message {
    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws(Malformed) -> UInt8 {
        guard position < bytes.count else { throw Malformed() }
        position += 1
        return bytes[position - 1]
    }

    /// A number from 0 to `limit`.
    mutating func number(atMost limit: Int) throws(Malformed) -> Int {
        guard bytes.count - position >= 8 else { throw Malformed() }
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(bytes[position + index]) << (8 * UInt64(index)) }
        position += 8
        guard let number = Int(exactly: value), number <= limit else { throw Malformed() }
        return number
    }

    mutating func text() throws(Malformed) -> String {
        let count = try number(atMost: bytes.count - position)
        guard count <= bytes.count - position,
            let text = String(validating: bytes[position..<(position + count)], as: UTF8.self)
        else { throw Malformed() }
        position += count
        return text
    }

    mutating func optionalText() throws(Malformed) -> String? { try byte() == 0 ? nil : try text() }

    mutating func texts() throws(Malformed) -> [String] {
        // Each takes eight bytes at least.
        let count = try number(atMost: (bytes.count - position) / 8)
        var texts: [String] = []
        for _ in 0..<count { texts.append(try text()) }
        return texts
    }

    mutating func error() throws(Malformed) -> HDF5Error {
        guard let kind = HDF5Error.Kind(rawValue: try byte()) else { throw Malformed() }
        let object = try text()
        let attribute = try optionalText()
        let found = try text()
        return HDF5Error(kind, object, attribute: attribute, found: found, expected: try optionalText())
    }
}

extension HDF5DatasetDescription {
    func write(to message: inout HDF5Message) {
        message.put(shape.count)
        for side in shape { message.put(side) }
        message.put(UInt8(storedElementBytes))
        message.put(UInt8(isInteger ? 1 : 0))
    }

    init(_ message: inout HDF5Message, limits: HDF5Limits) throws(HDF5Message.Malformed) {
        let rank = try message.number(atMost: 32)
        shape = []
        elementCount = 1
        for _ in 0..<rank {
            shape.append(try message.number(atMost: Int.max))
            let (product, overflow) = elementCount.multipliedReportingOverflow(by: shape[shape.count - 1])
            guard !overflow, product <= limits.tensorBytes / 4 else { throw HDF5Message.Malformed() }
            elementCount = product
        }
        storedElementBytes = Int(try message.byte())
        isInteger = try message.byte() != 0
    }
}
