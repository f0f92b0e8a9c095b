/// Reads constants into a table. A constant that the text gives a second time is neither made nor hashed again, and what a
/// text of few bytes can make a reader reserve is bounded.
struct ConstantReader {
    private(set) var table = ConstantTable()
    private var filled: [Filled: ConstantID] = [:]
    private var stored: [ContentHash: ConstantID] = [:]
    /// Bytes that further constants of one repeated element may have.
    private var filledBytesLeft: Int

    init(filledByteLimit: Int = ConstantText.filledByteLimit) { filledBytesLeft = filledByteLimit }

    /// A constant whose elements are all the same.
    private struct Filled: Hashable {
        let element: ElementType
        let shape: [Int]
        let bytes: [UInt8]
    }

    /// A constant's type and elements: `f32[2] {1.0, -0.5}`, `f32[64] filled 0.0`, `f32[3, 3, 3, 32] sha256:…`.
    ///
    mutating func read(
        _ scanner: inout TextScanner, _ constants: StoredConstants
    ) throws(TextError) -> ConstantID {
        let start = scanner.mark()
        let type = try scanner.type()
        guard let shape = type.staticShape else { throw scanner.error("\(type) of a constant has symbols", at: start) }
        guard let count = checkedElementCount(shape) else { throw scanner.error("\(type) is too large", at: start) }
        let place = scanner.mark()
        if scanner.accept(word: "sha256") {
            try scanner.expect(":")
            return try stored(&scanner, type, shape, count, constants, place)
        }
        if scanner.accept(word: "filled") { return try filled(&scanner, type, shape, count, place) }
        let elements = try scanner.list(in: "{", "}") { scanner throws(TextError) in try scanner.elementBytes(type.element) }
        guard elements.count == count else {
            throw scanner.error("\(type) has \(count) elements, \(elements.count) are given", at: place)
        }
        return table.insert(Constant(element: type.element, shape: shape, bytes: .owned(elements.flatMap(\.self))))
    }

    private mutating func filled(
        _ scanner: inout TextScanner, _ type: TensorType, _ shape: [Int], _ count: Int, _ place: Int
    ) throws(TextError) -> ConstantID {
        guard count <= ConstantText.filledElementCount else {
            throw scanner.error("at most \(ConstantText.filledElementCount) elements are filled; \(type) has \(count)", at: place)
        }
        let key = Filled(element: type.element, shape: shape, bytes: try scanner.elementBytes(type.element))
        if let id = filled[key] { return id }
        filledBytesLeft -= count * key.bytes.count
        guard filledBytesLeft >= 0 else { throw scanner.error("the filled constants are too large together", at: place) }
        var contents: [UInt8] = []
        contents.reserveCapacity(count * key.bytes.count)
        for _ in 0..<count { contents += key.bytes }
        let id = table.insert(Constant(element: type.element, shape: shape, bytes: .owned(contents)))
        filled[key] = id
        return id
    }

    private mutating func stored(
        _ scanner: inout TextScanner, _ type: TensorType, _ shape: [Int], _ count: Int,
        _ constants: StoredConstants, _ place: Int
    ) throws(TextError) -> ConstantID {
        let digits = scanner.run(while: isNameByte)
        guard let hash = ContentHash(hexadecimal: digits) else {
            throw scanner.error("expected 64 hexadecimal digits", at: place)
        }
        // The hash is that of the type too.
        if let id = stored[hash], table[id].type == type { return id }
        guard let contents = constants.bytes(hash) else { throw scanner.error("the constant sha256:\(hash) is missing", at: place) }
        guard contents.count == count * type.element.byteCount else {
            let wanted = count * type.element.byteCount
            throw scanner.error("the constant has \(contents.count) bytes, \(type) takes \(wanted)", at: place)
        }
        let constant = Constant(element: type.element, shape: shape, bytes: contents)
        let actual = constants.hash(constant)
        guard actual == hash else {
            throw scanner.error("the constant's content has the hash sha256:\(actual), not sha256:\(hash)", at: place)
        }
        let id = table.insert(constant)
        stored[hash] = id
        return id
    }
}

extension TextScanner {
    fileprivate mutating func elementBytes(_ type: ElementType) throws(TextError) -> [UInt8] {
        switch type {
        case .float32: littleEndianBytes(try float().bitPattern)
        case .int64: littleEndianBytes(try number(Int64.self))
        case .float64: littleEndianBytes(try double().bitPattern)
        case .float16: littleEndianBytes(UInt16(type.bits(ofFloat: try double())))
        case .bfloat16: littleEndianBytes(UInt16(type.bits(ofFloat: try double())))
        case .int32: littleEndianBytes(try number(Int32.self))
        case .int16: littleEndianBytes(try number(Int16.self))
        case .uint64: littleEndianBytes(try number(UInt64.self))
        case .uint32: littleEndianBytes(try number(UInt32.self))
        case .uint16: littleEndianBytes(try number(UInt16.self))
        case .uint8: [try number(UInt8.self)]
        case .int8: littleEndianBytes(try number(Int8.self))
        case .bool: try choice("a truth value", [false, true]) { "\($0)" } ? [1] : [0]
        }
    }

    private mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(TextError) -> Number {
        let place = mark()
        guard let value = Number(exactly: try integer()) else { throw error("the integer is out of range", at: place) }
        return value
    }
}

package func littleEndianBytes<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

extension ContentHash {
    /// From 64 lower-case hexadecimal digits.
    public init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(digest: bytes)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
