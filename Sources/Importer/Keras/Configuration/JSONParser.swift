/// Reads JSON text (RFC 8259) and the three numbers that Python writes beyond it: `NaN`, `Infinity` and `-Infinity`.
struct JSONParser {
    struct Failure: Error, Hashable {
        /// Offset in bytes.
        var position: Int
        var expected: String
    }

    /// Nesting beyond this is refused, since each level takes stack.
    static let deepestNesting = 128

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    static func parse(_ text: String) throws(Failure) -> JSONValue {
        var parser = JSONParser(bytes: Array(text.utf8))
        let value = try parser.value()
        parser.skipSpace()
        guard parser.position == parser.bytes.count else { throw parser.failure("the end of the text") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func failure(_ expected: String) -> Failure { Failure(position: position, expected: expected) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, " \t\n\r".utf8.contains(byte) { position += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }
}

extension JSONParser {
    private mutating func value() throws(Failure) -> JSONValue {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try nested { parser throws(Failure) in .object(try parser.members()) }
        case UInt8(ascii: "["): return try nested { parser throws(Failure) in .array(try parser.elements()) }
        case UInt8(ascii: "\""): return .string(try string())
        default: break
        }
        if take("null") { return .null }
        if take("true") { return .bool(true) }
        if take("false") { return .bool(false) }
        if take("NaN") { return .number(.nan) }
        if take("Infinity") { return .number(.infinity) }
        if take("-Infinity") { return .number(-.infinity) }
        return .number(try number())
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(Failure) -> JSONValue
    ) throws(Failure) -> JSONValue {
        guard depth < Self.deepestNesting else { throw failure("at most \(Self.deepestNesting) levels of nesting") }
        depth += 1
        position += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func members() throws(Failure) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return members }
        while true {
            skipSpace()
            let name = try string()
            skipSpace()
            guard take(":") else { throw failure("':'") }
            members[name] = try value()
            skipSpace()
            if take("}") { return members }
            guard take(",") else { throw failure("',' or '}'") }
        }
    }

    private mutating func elements() throws(Failure) -> [JSONValue] {
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return elements }
        while true {
            elements.append(try value())
            skipSpace()
            if take("]") { return elements }
            guard take(",") else { throw failure("',' or ']'") }
        }
    }

    private mutating func number() throws(Failure) -> Double {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte) { position += 1 }
        guard start < position, let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            position = start
            throw failure("a value")
        }
        return number
    }
}

// MARK: Strings
extension JSONParser {
    private mutating func string() throws(Failure) -> String {
        guard take("\"") else { throw failure("'\"'") }
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text += Array(String(try escape()).utf8)
            default:
                text.append(byte)
            }
        }
        throw failure("the end of a string")
    }

    private mutating func escape() throws(Failure) -> Character {
        guard let byte = next else { throw failure("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
        case UInt8(ascii: "u"): return Character(try unicodeEscape())
        default:
            position -= 1
            throw failure("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
        }
    }

    /// `XXXX`, or a surrogate pair `XXXX\uXXXX`. Half a pair becomes U+FFFD.
    private mutating func unicodeEscape() throws(Failure) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let before = position
        if first < 0xDC00, take("\\u") {
            let second = try hexadecimal()
            if (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
            position = before
        }
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("four hexadecimal digits") }
        position += 4
        return value
    }
}
