/// Reads the header of a `.npy` file: a Python dictionary of three known keys.
struct NumPyHeaderParser {
    struct Header {
        var elementType: String
        var isFortranOrder: Bool
        var shape: [Int]
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// - Returns: nil where the header is anything else than a dictionary with each of the three keys once.
    mutating func parse() -> Header? {
        var elementType: String?
        var isFortranOrder: Bool?
        var shape: [Int]?
        guard take("{") else { return nil }
        while !take("}") {
            guard let key = string(), take(":") else { return nil }
            switch key {
            case "descr" where elementType == nil:
                elementType = string()
                guard elementType != nil else { return nil }
            case "fortran_order" where isFortranOrder == nil:
                isFortranOrder = boolean()
                guard isFortranOrder != nil else { return nil }
            case "shape" where shape == nil:
                shape = tuple()
                guard shape != nil else { return nil }
            default:
                return nil
            }
            if !take(",") {
                guard take("}") else { return nil }
                break
            }
        }
        skipSpace()
        guard rest.isEmpty, let elementType, let isFortranOrder, let shape else { return nil }
        return Header(elementType: elementType, isFortranOrder: isFortranOrder, shape: shape)
    }

    private mutating func skipSpace() {
        while let byte = rest.first, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") { rest.removeFirst() }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        skipSpace()
        let expected = text.withUTF8Buffer { Array($0) }
        guard rest.starts(with: expected) else { return false }
        rest.removeFirst(expected.count)
        return true
    }

    private mutating func string() -> String? {
        skipSpace()
        guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let body = rest.dropFirst()
        guard let end = body.firstIndex(of: quote) else { return nil }
        rest = body[(end + 1)...]
        return String(decoding: body[..<end], as: UTF8.self)
    }

    private mutating func boolean() -> Bool? {
        if take("True") { return true }
        return take("False") ? false : nil
    }

    private mutating func tuple() -> [Int]? {
        guard take("(") else { return nil }
        var sides: [Int] = []
        while !take(")") {
            skipSpace()
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let side = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            sides.append(side)
            rest.removeFirst(digits.count)
            if !take(",") {
                guard take(")") else { return nil }
                break
            }
        }
        return sides
    }
}
