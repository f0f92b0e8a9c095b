// How names and numbers are spelt in the textual form.

/// A float that reads back with the same bits: the shortest decimal, `inf`, `-inf`, or for NaN `#` and its bits.
func spelling(_ value: Float) -> String {
    guard !value.isNaN else {
        let digits = String(value.bitPattern, radix: 16)
        return "#" + String(repeating: "0", count: 8 - digits.count) + digits
    }
    return value.description
}

/// A text in double quotes, with what is not printable escaped.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        default:
            if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || [0x2028, 0x2029].contains(scalar.value) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}

/// A name after `%` or `@`: as it is where it consists of letters, digits and `_ . $ / -` of ASCII, quoted otherwise.
func identifier(_ name: String) -> String {
    !name.isEmpty && name.utf8.allSatisfy(isNameByte) ? name : quoted(name)
}

func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "$"), UInt8(ascii: "/"), UInt8(ascii: "-"):
        true
    default: false
    }
}

/// `roundHalfDown` as `round-half-down`.
func kebabCase(_ text: String) -> String {
    text.reduce(into: "") { result, character in
        if character.isUppercase { result += "-" }
        result += character.lowercased()
    }
}

extension Spatial: CustomStringConvertible {
    /// Rows x columns: `3x3`.
    public var description: String { "\(height)x\(width)" }
}
