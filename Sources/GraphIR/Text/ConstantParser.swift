extension TextScanner {
    /// A constant's type and elements: `f32[2] {1.0, -0.5}`, `f32[64] filled 0.0`, `f32[3, 3, 3, 32] sha256:…`.
    ///
    /// - Parameter bytes: finds the bytes of a constant that the text names by its hash.
    mutating func constant(_ bytes: (ContentHash) -> ConstantBytes?) throws(TextError) -> (Constant, ContentHash) {
        let start = mark()
        let type = try type()
        guard let shape = type.staticShape else { throw error("\(type) of a constant has symbols", at: start) }
        guard let count = checkedElementCount(shape) else { throw error("\(type) is too large", at: start) }
        let place = mark()
        if accept(word: "sha256") {
            try expect(":")
            return try stored(type.element, shape, count, bytes, place)
        }
        var contents: [UInt8] = []
        if accept(word: "filled") {
            guard count <= ConstantText.filledElementCount else {
                throw error("at most \(ConstantText.filledElementCount) elements are filled; \(type) has \(count)", at: place)
            }
            let element = try elementBytes(type.element)
            for _ in 0..<count { contents += element }
        } else {
            let elements = try list(in: "{", "}") { scanner throws(TextError) in try scanner.elementBytes(type.element) }
            guard elements.count == count else {
                throw error("\(type) has \(count) elements, \(elements.count) are given", at: place)
            }
            contents = elements.flatMap(\.self)
        }
        let constant = Constant(element: type.element, shape: shape, bytes: .owned(contents))
        return (constant, ContentHash(of: constant))
    }

    private mutating func stored(
        _ element: ElementType, _ shape: [Int], _ count: Int, _ bytes: (ContentHash) -> ConstantBytes?, _ place: Int
    ) throws(TextError) -> (Constant, ContentHash) {
        let digits = run(while: isNameByte)
        guard let hash = ContentHash(hexadecimal: digits) else { throw error("expected 64 hexadecimal digits", at: place) }
        guard let contents = bytes(hash) else { throw error("the constant sha256:\(hash) is missing", at: place) }
        guard contents.count == count * element.byteCount else {
            let type = TensorType(element, shape.map { Dimension($0) })
            throw error("the constant has \(contents.count) bytes, \(type) takes \(count * element.byteCount)", at: place)
        }
        let constant = Constant(element: element, shape: shape, bytes: contents)
        let actual = ContentHash(of: constant)
        guard actual == hash else {
            throw error("the constant's content has the hash sha256:\(actual), not sha256:\(hash)", at: place)
        }
        return (constant, hash)
    }

    private mutating func elementBytes(_ type: ElementType) throws(TextError) -> [UInt8] {
        switch type {
        case .float32: littleEndianBytes(try float().bitPattern)
        case .int64: littleEndianBytes(try number(Int64.self))
        case .int32: littleEndianBytes(try number(Int32.self))
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

func littleEndianBytes<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
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
