/// Where a text is wrong and how.
public struct TextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    /// From 1, in Unicode scalars.
    public let column: Int
    public let message: String
    public var description: String { "\(line):\(column): \(message)" }
}

/// Reads the textual form piece by piece. White space, line ends and comments (`//` to the end of the line) separate
/// pieces and mean nothing else.
struct TextScanner {
    private let bytes: [UInt8]
    /// Index of the next byte.
    var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// An error at the next piece, or where the scanner stood before.
    func error(_ message: String, at place: Int? = nil) -> TextError {
        let end = min(place ?? position, bytes.count)
        var line = 1
        var column = 1
        for byte in bytes[..<end] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        return TextError(line: line, column: column, message: message)
    }

    /// The place of the next piece, for an error found later.
    mutating func mark() -> Int {
        skipSpace()
        return position
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func isAtEnd() -> Bool {
        skipSpace()
        return position == bytes.count
    }

    mutating func skipSpace() {
        while let byte = next {
            if byte == UInt8(ascii: "/"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "/") {
                while let byte = next, byte != UInt8(ascii: "\n") { position += 1 }
            } else if byte == UInt8(ascii: " ") || (9...13).contains(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    /// Whether a character comes next; it is then read.
    mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard let byte = next, UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(TextError) {
        guard accept(character) else { throw error("expected '\(character)', found \(found())") }
    }

    /// What comes next, for messages.
    mutating func found() -> String {
        skipSpace()
        guard position < bytes.count else { return "the end of the text" }
        var end = position
        while end < bytes.count, end < position + 24, isNameByte(bytes[end]) { end += 1 }
        if end == position {
            end += 1
            while end < bytes.count, bytes[end] & 0xc0 == 0x80 { end += 1 }
        }
        return "'\(String(decoding: bytes[position..<end], as: UTF8.self))'"
    }

    /// The run of bytes that satisfy a condition, from the next piece on.
    mutating func run(while condition: (UInt8) -> Bool) -> String {
        skipSpace()
        return runHere(while: condition)
    }

    /// The run of bytes that satisfy a condition from here on: `//` begins no comment behind a sigil.
    private mutating func runHere(while condition: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = next, condition(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }
}

// MARK: Words and names
extension TextScanner {
    /// Lower-case letters, digits and hyphens, a letter first; empty if none comes next.
    mutating func word() -> String {
        skipSpace()
        guard let first = next, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return "" }
        return run { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    mutating func accept(word: String) -> Bool {
        skipSpace()
        let start = position
        if self.word() == word { return true }
        position = start
        return false
    }

    mutating func expect(word: String) throws(TextError) {
        guard accept(word: word) else { throw error("expected '\(word)', found \(found())") }
    }

    /// One of the given words.
    mutating func choice<Value>(_ what: String, _ values: [Value], _ spelling: (Value) -> String) throws(TextError) -> Value {
        let start = mark()
        let word = word()
        guard let value = values.first(where: { spelling($0) == word }) else {
            position = start
            throw error("expected \(what) (\(values.map(spelling).joined(separator: ", "))), found \(found())")
        }
        return value
    }

    /// A name behind its sigil, `%` or `@`.
    mutating func name(_ sigil: Unicode.Scalar) throws(TextError) -> String {
        try expect(sigil)
        if next == UInt8(ascii: "\"") { return try string() }
        guard let byte = next, isNameByte(byte) else { throw error("expected a name after '\(sigil)', found \(found())") }
        return runHere(while: isNameByte)
    }

    /// A text in double quotes.
    mutating func string() throws(TextError) -> String {
        let start = mark()
        try expect("\"")
        var result: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\n") {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"): result += Array(String(try escaped()).utf8)
            default: result.append(byte)
            }
        }
        throw error("this text has no closing quote", at: start)
    }

    /// What follows a backslash.
    private mutating func escaped() throws(TextError) -> Unicode.Scalar {
        let start = position - 1
        let byte = next
        position += byte == nil ? 0 : 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            if accept("{") {
                let digits = run(while: isNameByte)
                if digits.utf8.count <= 6, accept("}"), let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) {
                    return scalar
                }
            }
            throw error("expected \\u{…} with a scalar's hexadecimal number", at: start)
        default: throw error("unknown escape; \\\" \\\\ \\n \\t and \\u{…} are known", at: start)
        }
    }
}

// MARK: Numbers
extension TextScanner {
    /// A decimal integer with an optional minus sign.
    mutating func integer() throws(TextError) -> Int {
        let start = mark()
        var text = ""
        if next == UInt8(ascii: "-") {
            position += 1
            text = "-"
        }
        guard let byte = next, isDigit(byte) else {
            position = start
            throw error("expected an integer, found \(found())")
        }
        text += run(while: isDigit)
        guard let value = Int(text) else { throw error("the integer is out of range", at: start) }
        return value
    }

    /// Two integers with an `x` between them and no space.
    mutating func spatial() throws(TextError) -> Spatial {
        let height = try integer()
        guard next == UInt8(ascii: "x") else { throw error("expected rows x columns such as 3x3") }
        position += 1
        guard let byte = next, isDigit(byte) || byte == UInt8(ascii: "-") else {
            throw error("expected rows x columns such as 3x3")
        }
        return Spatial(height, try integer())
    }

    /// A decimal number, `inf`, `-inf`, or `#` with eight hexadecimal digits of bits.
    mutating func float() throws(TextError) -> Float {
        let start = mark()
        if accept("#") {
            let digits = run(while: isNameByte)
            guard digits.utf8.count == 8, digits.utf8.allSatisfy({ $0 != UInt8(ascii: "-") }), let bits = UInt32(digits, radix: 16)
            else { throw error("expected eight hexadecimal digits", at: start) }
            return Float(bitPattern: bits)
        }
        return try decimal(Float.self, from: start)
    }

    /// The shortest decimal, `inf` or `-inf`; see ``spelling(_:)``.
    mutating func double() throws(TextError) -> Double { try decimal(Double.self, from: mark()) }

    private mutating func decimal<Number: BinaryFloatingPoint & LosslessStringConvertible>(
        _: Number.Type, from start: Int
    ) throws(TextError) -> Number {
        let text = run { isNameByte($0) || $0 == UInt8(ascii: "+") }
        switch text {
        case "inf": return .infinity
        case "-inf": return -.infinity
        default: break
        }
        let allowed = text.utf8.allSatisfy { isDigit($0) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].contains($0) }
        guard allowed, !text.isEmpty, text.utf8.count <= 64, let value = Number(text) else {
            position = start
            throw error("expected a number, found \(found())")
        }
        guard value.isFinite else { throw error("the number is out of range", at: start) }
        return value
    }
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
