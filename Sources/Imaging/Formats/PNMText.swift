/// Reads what Netpbm's formats write as text.
struct PNMText {
    private let contents: FileContents
    /// Of the next byte.
    var position = 0

    init(_ contents: FileContents) {
        self.contents = contents
    }

    private var next: UInt8? { position < contents.count ? contents.bytes[position] : nil }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    private static func digit(_ byte: UInt8) -> Int? { (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil }

    /// White space and comments, which go from "#" to the end of the line.
    private mutating func skipSpace() {
        while let byte = next {
            if byte == UInt8(ascii: "#") {
                while let byte = next, byte != 0x0A, byte != 0x0D { position += 1 }
            } else if !Self.isWhiteSpace(byte) {
                return
            } else {
                position += 1
            }
        }
    }

    /// A number of the header.
    mutating func number(_ name: String) throws(DecodingFailure) -> Int {
        skipSpace()
        var value = 0
        let start = position
        while let byte = next, let digit = Self.digit(byte), value <= Int(Int32.max) / 10 {
            value = 10 * value + digit
            position += 1
        }
        guard position > start else {
            throw .damaged(next == nil ? "it ends before its \(name)" : "its \(name) is no number")
        }
        // With more digits to come it was too large; without any byte behind it, it may be cut short.
        guard let byte = next else { throw .damaged("it ends within its \(name)") }
        guard Self.digit(byte) == nil else { throw .damaged("its \(name) is above \(Int32.max)") }
        return value
    }

    mutating func skipOneWhiteSpace() throws(DecodingFailure) {
        guard let byte = next, Self.isWhiteSpace(byte) else { throw .damaged("no white space stands behind its header") }
        position += 1
    }

    /// A line of a PAM's header.
    mutating func line() throws(DecodingFailure) -> String {
        let start = position
        while let byte = next, byte != 0x0A { position += 1 }
        guard next != nil else { throw .damaged("it ends within its header") }
        defer { position += 1 }
        return String(decoding: contents.bytes[start..<position], as: UTF8.self)
    }

    /// A bit of a plain PBM, which needs no white space around it.
    mutating func bit() throws(DecodingFailure) -> UInt16 {
        skipSpace()
        guard let byte = next else { throw .damaged("its pixels are cut short") }
        guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else { throw .damaged("a bit is neither 0 nor 1") }
        position += 1
        return UInt16(byte - UInt8(ascii: "0"))
    }

    /// A sample of a plain PGM or PPM.
    ///
    /// White space belongs behind the last one too. A file that ends with a digit is taken for complete only where no further
    /// digit could follow: "25" at the end may have been "255".
    mutating func sample(maximum: Int) throws(DecodingFailure) -> UInt16 {
        skipSpace()
        var value = 0
        let start = position
        while let byte = next, let digit = Self.digit(byte) {
            value = 10 * value + digit
            guard value <= maximum else { throw .damaged("a sample is \(value) or more, its header promises at most \(maximum)") }
            position += 1
        }
        guard position > start else {
            throw .damaged(next == nil ? "its pixels are cut short" : "a sample is no number")
        }
        guard next != nil || value == 0 || 10 * value > maximum else {
            throw .damaged("it ends with a digit of its last sample, and more digits may have followed")
        }
        return UInt16(value)
    }
}
