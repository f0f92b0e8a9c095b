/// The text of a name, of provenance or of a path as it may be printed on a terminal or in a log. Whatever could move the
/// cursor, forge a line or reverse its direction is escaped, and everything else stays as it is. Escaping a text twice changes
/// nothing.
///
/// Control characters become `\n`, `\r`, `\t`, or `\u{1b}` with their hexadecimal number. Separators of lines and paragraphs
/// and the controls of bidirectional text get their number too. Bytes that are no UTF-8 become `\xff`.
public func printableText(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
        guard let (scalar, length) = scalar(bytes, at: index) else {
            result += [UInt8(ascii: "\\"), UInt8(ascii: "x")]
            appendHexadecimal(UInt32(bytes[index]), digits: 2, to: &result)
            index += 1
            continue
        }
        if isPrintable(scalar) {
            result += bytes[index..<index + length]
        } else {
            appendEscape(scalar, to: &result)
        }
        index += length
    }
    return String(decoding: result, as: UTF8.self)
}

/// The same of a text.
public func printableText(_ text: String) -> String { printableText(Array(text.utf8)) }

private func isPrintable(_ scalar: UInt32) -> Bool {
    switch scalar {
    // The control characters C0, and DEL with C1.
    case 0..<0x20, 0x7F..<0xA0: false
    // The characters of the Unicode property Bidi_Control, and the separators between them.
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: false
    default: true
    }
}

private func appendEscape(_ scalar: UInt32, to result: inout [UInt8]) {
    result.append(UInt8(ascii: "\\"))
    switch scalar {
    case 0x09: result.append(UInt8(ascii: "t"))
    case 0x0A: result.append(UInt8(ascii: "n"))
    case 0x0D: result.append(UInt8(ascii: "r"))
    default:
        result += [UInt8(ascii: "u"), UInt8(ascii: "{")]
        appendHexadecimal(scalar, digits: scalar < 0x100 ? 2 : 4, to: &result)
        result.append(UInt8(ascii: "}"))
    }
}

private func appendHexadecimal(_ number: UInt32, digits: Int, to result: inout [UInt8]) {
    for place in (0..<digits).reversed() {
        let digit = UInt8(truncatingIfNeeded: number >> UInt32(4 * place) & 0xF)
        result.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
}

/// The character that begins at a byte and its length; nil where the bytes are not well-formed (Unicode, table 3-7).
private func scalar(_ bytes: [UInt8], at index: Int) -> (UInt32, Int)? {
    let first = bytes[index]
    let length: Int
    // The smallest character that needs this many bytes. A smaller one has been encoded with too many.
    let least: UInt32
    switch first {
    case 0..<0x80: return (UInt32(first), 1)
    case 0xC0..<0xE0: (length, least) = (2, 0x80)
    case 0xE0..<0xF0: (length, least) = (3, 0x800)
    case 0xF0..<0xF8: (length, least) = (4, 0x1_0000)
    default: return nil
    }
    guard length <= bytes.count - index else { return nil }
    var scalar = UInt32(first) & (0x7F >> UInt32(length))
    for offset in 1..<length {
        let byte = bytes[index + offset]
        guard byte & 0xC0 == 0x80 else { return nil }
        scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    let isSurrogate = scalar >= 0xD800 && scalar < 0xE000
    return scalar >= least && scalar <= 0x10_FFFF && !isSurrogate ? (scalar, length) : nil
}
