import PlanFormat

/// The header of NumPy's array files, versions 1 and 2 (numpy.lib.format), of little-endian arrays in C order.
struct NPYHeader {
    /// Why a header was refused.
    struct Problem: Error {
        var message: String
        init(_ message: String) { self.message = message }
    }

    var element: PlanElement
    var shape: [Int]

    static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    /// Magic, version, and the length of what follows in version 1; version 2 has two bytes more.
    static let fixedBytes = 10
    /// More than any array of at most 32 sides needs.
    static let longestDictionary = 4096

    /// Bytes of the dictionary that follows, and how many of them `start` already holds.
    /// - Parameter start: The first ``fixedBytes`` bytes of the file, and two more.
    static func dictionaryBytes(_ start: [UInt8]) throws(Problem) -> (count: Int, at: Int) {
        guard start.count == fixedBytes + 2, start[..<6].elementsEqual(magic) else { throw Problem("is no .npy file") }
        let count: Int
        let at: Int
        switch start[6] {
        case 1:
            count = Int(start[8]) | Int(start[9]) << 8
            at = 10
        case 2:
            count = Int(start[8]) | Int(start[9]) << 8 | Int(start[10]) << 16 | Int(start[11]) << 24
            at = 12
        default:
            throw Problem("has .npy version \(start[6]), expected 1 or 2")
        }
        guard count <= longestDictionary, count >= 2 else {
            throw Problem("has a header of \(count) bytes, expected 2 through \(longestDictionary)")
        }
        return (count, at)
    }

    /// - Parameter dictionary: Such as `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }`.
    init(dictionary: [UInt8]) throws(Problem) {
        var parser = Parser(bytes: dictionary)
        var shape: [Int]?
        var element: PlanElement?
        var hasOrder = false
        try parser.expect("{")
        while !parser.take("}") {
            let key = try parser.string()
            try parser.expect(":")
            if matches(key, "descr"), element == nil {
                let description = try parser.string()
                for known in PlanElement.allCases where matches(description, known.numPyName) { element = known }
                guard element != nil else {
                    throw Problem(
                        "has elements of type '\(String(decoding: description, as: UTF8.self))', expected little-endian float32, "
                            + "int32, int64, uint8, int8 or bool")
                }
            } else if matches(key, "fortran_order"), !hasOrder {
                guard parser.take("False") else { throw Problem("is in Fortran order, expected C order") }
                hasOrder = true
            } else if matches(key, "shape"), shape == nil {
                shape = try parser.tuple()
            } else {
                throw Problem("has an unexpected header entry '\(String(decoding: key, as: UTF8.self))'")
            }
            if !parser.take(",") {
                try parser.expect("}")
                break
            }
        }
        try parser.end()
        guard let shape, let element, hasOrder else { throw Problem("lacks 'descr', 'fortran_order' or 'shape'") }
        self.element = element
        self.shape = shape
    }

    init(_ element: PlanElement = .float32, shape: [Int]) {
        self.element = element
        self.shape = shape
    }

    /// A version 1 file's bytes up to the data, which begins at a multiple of 64.
    var bytes: [UInt8] {
        var sides = ""
        for side in shape { sides += "\(side), " }
        var text = Array("{'descr': '\(element.numPyName)', 'fortran_order': False, 'shape': (\(sides)), }".utf8)
        while (Self.fixedBytes + text.count + 1) % 64 != 0 { text.append(UInt8(ascii: " ")) }
        text.append(UInt8(ascii: "\n"))
        return Self.magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
    }
}

extension PlanElement {
    fileprivate var numPyName: StaticString {
        switch self {
        case .float32: "<f4"
        case .int32: "<i4"
        case .int64: "<i8"
        case .uint8: "|u1"
        case .int8: "|i1"
        case .bool: "|b1"
        }
    }
}

private func matches(_ bytes: [UInt8], _ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    for index in bytes.indices where bytes[index] != text.utf8Start[index] { return false }
    return true
}

/// Reads the Python literal that the header is.
private struct Parser {
    let bytes: [UInt8]
    var position = 0

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] == 32 || bytes[position] == 10 { position += 1 }
    }

    mutating func take(_ text: StaticString) -> Bool {
        skipSpace()
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
        position += count
        return true
    }

    mutating func expect(_ text: StaticString) throws(NPYHeader.Problem) {
        guard take(text) else { throw NPYHeader.Problem("has no '\(text)' at byte \(position) of its header") }
    }

    mutating func string() throws(NPYHeader.Problem) -> [UInt8] {
        let quote: UInt8 = take("'") ? 39 : 34
        if quote == 34 { try expect("\"") }
        let start = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        guard position < bytes.count else { throw NPYHeader.Problem("has a text without an end in its header") }
        position += 1
        return Array(bytes[start..<(position - 1)])
    }

    mutating func tuple() throws(NPYHeader.Problem) -> [Int] {
        var sides: [Int] = []
        try expect("(")
        while !take(")") {
            guard sides.count < 32 else { throw NPYHeader.Problem("has more than 32 dimensions") }
            sides.append(try number())
            if !take(",") {
                try expect(")")
                break
            }
        }
        return sides
    }

    private mutating func number() throws(NPYHeader.Problem) -> Int {
        skipSpace()
        var value = 0
        let start = position
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
            guard position - start < 15 else { throw NPYHeader.Problem("has a side of more than 15 digits") }
            value = value * 10 + Int(bytes[position] - 48)
            position += 1
        }
        guard position > start else { throw NPYHeader.Problem("has no number at byte \(position) of its header") }
        return value
    }

    mutating func end() throws(NPYHeader.Problem) {
        skipSpace()
        guard position == bytes.count else { throw NPYHeader.Problem("has more than a dictionary in its header") }
    }
}
