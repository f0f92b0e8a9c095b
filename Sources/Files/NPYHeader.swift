/// The header of NumPy's array files, of the element types that networks have. NumPy has no bfloat16 of its own: the package
/// ml_dtypes, which everybody takes it from, writes elements of two bytes without a type.
///
/// Source: `numpy.lib.format`, versions 1.0 and 2.0.
public struct NPYHeader: Equatable, Sendable {
    public enum Element: CaseIterable, Sendable {
        case float32, float64, float16, bfloat16, int64, int32, int16, int8, uint64, uint32, uint16, uint8, bool

        public var byteCount: Int {
            switch self {
            case .float64, .int64, .uint64: 8
            case .float32, .int32, .uint32: 4
            case .float16, .bfloat16, .int16, .uint16: 2
            case .uint8, .int8, .bool: 1
            }
        }

        public var name: StaticString {
            switch self {
            case .float32: "float32"
            case .float64: "float64"
            case .float16: "float16"
            case .bfloat16: "bfloat16"
            case .int64: "int64"
            case .int32: "int32"
            case .int16: "int16"
            case .int8: "int8"
            case .uint64: "uint64"
            case .uint32: "uint32"
            case .uint16: "uint16"
            case .uint8: "uint8"
            case .bool: "bool"
            }
        }

        /// Little-endian, as the header spells it.
        fileprivate var code: StaticString {
            switch self {
            case .float32: "<f4"
            case .float64: "<f8"
            case .float16: "<f2"
            case .bfloat16: "<V2"
            case .int64: "<i8"
            case .int32: "<i4"
            case .int16: "<i2"
            case .int8: "|i1"
            case .uint64: "<u8"
            case .uint32: "<u4"
            case .uint16: "<u2"
            case .uint8: "|u1"
            case .bool: "|b1"
            }
        }
    }

    public var element: Element
    public var shape: [Int]
    /// The first axis is the fastest in the file, not the last.
    public var isFortranOrder = false

    public init(_ element: Element = .float32, shape: [Int]) {
        self.element = element
        self.shape = shape
    }

    static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    /// Magic, version, and the length of what follows in version 1.
    private static let fixedBytes = 10
    /// What the length of the dictionary takes is known after these bytes, in any version.
    public static let prefixBytes = 12
    /// More than any array of at most 32 sides needs.
    static let longestDictionary = 4096

    /// Of the elements; nil where no memory could hold so many.
    public var byteCount: Int? {
        var product = element.byteCount
        for side in shape {
            let (value, overflows) = product.multipliedReportingOverflow(by: side)
            guard !overflows else { return nil }
            product = value
        }
        return product
    }

    /// Bytes of the dictionary, and where in the file it begins.
    /// - Parameter start: The first ``prefixBytes`` bytes of the file, or all of a shorter one.
    public static func dictionaryBytes(_ start: [UInt8]) throws(HeaderProblem) -> (count: Int, at: Int) {
        if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            throw HeaderProblem(.unsupported, "is a zip archive, such as np.savez writes, expected a .npy file, which np.save writes")
        }
        // What is cut short within the signature begins with a part of it.
        guard start.prefix(magic.count).elementsEqual(magic.prefix(start.count)) else {
            throw HeaderProblem(.unsupported, "is no .npy file")
        }
        guard start.count >= prefixBytes else { throw HeaderProblem(.damaged, "is a .npy file of \(start.count) bytes") }
        var count = UInt32(start[8]) | UInt32(start[9]) << 8
        let at: Int
        switch start[6] {
        case 1:
            at = 10
        case 2:
            count |= UInt32(start[10]) << 16 | UInt32(start[11]) << 24
            at = 12
        default:
            throw HeaderProblem(.unsupported, "has .npy version \(start[6]), expected 1 or 2")
        }
        guard count >= 2 else { throw HeaderProblem(.damaged, "has a header of \(count) bytes, expected 2 or more") }
        // Arrays whose elements have many fields have one.
        guard count <= longestDictionary else {
            throw HeaderProblem(.unsupported, "has a header of \(count) bytes, expected at most \(longestDictionary)")
        }
        return (Int(count), at)
    }

    /// - Parameter dictionary: Such as `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }`.
    public init(dictionary: [UInt8]) throws(HeaderProblem) {
        var parser = NPYHeaderParser(bytes: dictionary)
        var shape: [Int]?
        var element: Element?
        var isFortranOrder: Bool?
        try parser.expect("{")
        while !parser.take("}") {
            let key = try parser.string()
            try parser.expect(":")
            if matches(key, "descr"), element == nil {
                element = try parser.element()
            } else if matches(key, "fortran_order"), isFortranOrder == nil {
                isFortranOrder = try parser.boolean()
            } else if matches(key, "shape"), shape == nil {
                shape = try parser.tuple()
            } else {
                throw HeaderProblem(.damaged, "has an unexpected header entry '\(String(decoding: key, as: UTF8.self))'")
            }
            if !parser.take(",") {
                try parser.expect("}")
                break
            }
        }
        try parser.end()
        guard let shape, let element, let isFortranOrder else {
            throw HeaderProblem(.damaged, "lacks 'descr', 'fortran_order' or 'shape'")
        }
        self.element = element
        self.shape = shape
        self.isFortranOrder = isFortranOrder
    }

    /// The bytes of a version 1 file up to the elements, which begin at a multiple of 64.
    public var bytes: [UInt8] {
        var sides = ""
        for (axis, side) in shape.enumerated() { sides += axis == 0 ? "\(side)" : ", \(side)" }
        // As NumPy writes it.
        if shape.count == 1 { sides += "," }
        var text = Array(
            "{'descr': '\(element.code)', 'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (\(sides)), }".utf8)
        while (Self.fixedBytes + text.count + 1) % 64 != 0 { text.append(UInt8(ascii: " ")) }
        text.append(UInt8(ascii: "\n"))
        return Self.magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
    }
}

private func matches(_ bytes: [UInt8], _ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    for index in bytes.indices where bytes[index] != text.utf8Start[index] { return false }
    return true
}

/// Reads the Python literal that the header is.
private struct NPYHeaderParser {
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

    mutating func expect(_ text: StaticString) throws(HeaderProblem) {
        guard take(text) else { throw HeaderProblem(.damaged, "has no '\(text)' at byte \(position) of its header") }
    }

    mutating func string() throws(HeaderProblem) -> [UInt8] {
        let quote: UInt8 = take("'") ? 39 : 34
        if quote == 34 { try expect("\"") }
        let start = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        guard position < bytes.count else { throw HeaderProblem(.damaged, "has a text without an end in its header") }
        position += 1
        return Array(bytes[start..<(position - 1)])
    }

    mutating func element() throws(HeaderProblem) -> NPYHeader.Element {
        if take("[") { throw HeaderProblem(.unsupported, "has elements with fields, expected \(Self.known)") }
        let description = try string()
        for known in NPYHeader.Element.allCases where matches(description, known.code) { return known }
        if matches(description, "|V2") { return .bfloat16 }
        // NumPy's other types: a byte order, a letter, and mostly a size; without the order it is this machine's, which np.save
        // never leaves open. Anything else is none of its.
        let hasOrder = description.first.map { [60, 61, 62, 124].contains($0) } == true
        let letter = hasOrder ? 1 : 0
        let isType =
            description.count >= 2 && ((65...90).contains(description[letter]) || (97...122).contains(description[letter]))
            && (hasOrder || (48...57).contains(description[1]))
        throw HeaderProblem(
            isType ? .unsupported : .damaged,
            "has elements of type '\(String(decoding: description, as: UTF8.self))', expected \(Self.known)")
    }

    private static let known: StaticString = "little-endian floats, bfloat16, integers or bool"

    mutating func boolean() throws(HeaderProblem) -> Bool {
        if take("True") { return true }
        try expect("False")
        return false
    }

    mutating func tuple() throws(HeaderProblem) -> [Int] {
        var sides: [Int] = []
        try expect("(")
        while !take(")") {
            guard sides.count < 32 else { throw HeaderProblem(.unsupported, "has more than 32 dimensions") }
            sides.append(try number())
            if !take(",") {
                try expect(")")
                break
            }
        }
        return sides
    }

    private mutating func number() throws(HeaderProblem) -> Int {
        skipSpace()
        var value = 0
        let start = position
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
            guard value < Int.max / 10 else { throw HeaderProblem(.damaged, "has a side above \(Int.max / 10 * 10)") }
            value = value * 10 + Int(bytes[position] - 48)
            position += 1
        }
        guard position > start else { throw HeaderProblem(.damaged, "has no number at byte \(position) of its header") }
        return value
    }

    mutating func end() throws(HeaderProblem) {
        skipSpace()
        guard position == bytes.count else { throw HeaderProblem(.damaged, "has more than a dictionary in its header") }
    }
}
