import PlanFormat

/// A JSON object, written field by field on one line. Numbers are exact: what is no integer is given in decimal places.
///
/// Nothing is inlined, since commands have many fields and a device's storage is small.
struct JSONText {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]
    /// Whether what comes next is the first in its object or array.
    private var isFirst = true

    /// What ends the object follows, so that fields can still be added to this one.
    var finished: [UInt8] { bytes + Array("}\n".utf8) }

    // MARK: Fields

    @inline(never)
    mutating func add(_ name: StaticString, _ text: [UInt8]) {
        begin(name)
        quote(text)
    }

    @inline(never)
    mutating func add(_ name: StaticString, _ text: String) { add(name, Array(text.utf8)) }

    @inline(never)
    mutating func add(_ name: StaticString, _ number: Int) {
        begin(name)
        append("\(number)")
    }

    @inline(never)
    mutating func add(_ name: StaticString, _ number: UInt64) {
        begin(name)
        append("\(number)")
    }

    @inline(never)
    mutating func add(_ name: StaticString, _ value: Bool) {
        begin(name)
        append(value ? "true" : "false")
    }

    /// A time of so many nanoseconds, in seconds.
    @inline(never)
    mutating func add(_ name: StaticString, nanoseconds: UInt64) {
        begin(name)
        append(Self.seconds(nanoseconds))
    }

    /// A number that is not negative, rounded to six decimal places.
    @inline(never)
    mutating func add(_ name: StaticString, fraction: Double) {
        begin(name)
        append(Console.fixed(fraction < 1e12 ? UInt64(fraction * 1e6 + 0.5) : 1_000_000_000_000_000_000, decimals: 6))
    }

    @inline(never)
    mutating func add(_ name: StaticString, texts: [[UInt8]]) {
        beginArray(name)
        for text in texts { addElement(text) }
        endArray()
    }

    @inline(never)
    mutating func add(_ name: StaticString, numbers: [Int]) {
        beginArray(name)
        for number in numbers {
            separate()
            append("\(number)")
        }
        endArray()
    }

    /// Times of so many nanoseconds each, in seconds.
    @inline(never)
    mutating func add(_ name: StaticString, nanoseconds times: [UInt64]) {
        beginArray(name)
        for time in times {
            separate()
            append(Self.seconds(time))
        }
        endArray()
    }

    // MARK: Arrays and objects

    @inline(never)
    mutating func beginArray(_ name: StaticString) { open(name, UInt8(ascii: "[")) }
    @inline(never)
    mutating func endArray() { close(UInt8(ascii: "]")) }

    /// An object in the array that is open.
    @inline(never)
    mutating func beginObject() {
        separate()
        open(UInt8(ascii: "{"))
    }

    /// An object as the value of a field.
    @inline(never)
    mutating func beginObject(_ name: StaticString) { open(name, UInt8(ascii: "{")) }
    @inline(never)
    mutating func endObject() { close(UInt8(ascii: "}")) }

    @inline(never)
    mutating func addElement(_ text: [UInt8]) {
        separate()
        quote(text)
    }

    // MARK: Text

    private mutating func open(_ name: StaticString, _ bracket: UInt8) {
        begin(name)
        open(bracket)
    }

    @inline(never)
    private mutating func open(_ bracket: UInt8) {
        bytes.append(bracket)
        isFirst = true
    }

    @inline(never)
    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        isFirst = false
    }

    @inline(never)
    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    /// The name of a field, which nothing has to be escaped in.
    @inline(never)
    private mutating func begin(_ name: StaticString) {
        separate()
        append("\"")
        append(name.description)
        append("\":")
    }

    @inline(never)
    private mutating func append(_ text: String) { bytes += Array(text.utf8) }

    /// A text in quotes. What is no UTF-8 becomes U+FFFD, and what a terminal would not show as it is (``printableText(_:)``)
    /// is escaped as `\u001b`.
    @inline(never)
    private mutating func quote(_ text: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let text = Array(String(decoding: text, as: UTF8.self).utf8)
        var index = 0
        while index < text.count {
            let lead = text[index]
            let end = index + (lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4)
            let character = Array(text[index..<end])
            index = end
            if lead == UInt8(ascii: "\"") || lead == UInt8(ascii: "\\") {
                bytes += [UInt8(ascii: "\\"), lead]
            } else if printableText(character).utf8.elementsEqual(character) {
                bytes += character
            } else {
                escape(character)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// - Parameter character: of at most three bytes, as all are that are not printable.
    private mutating func escape(_ character: [UInt8]) {
        // The lead byte of one byte has seven bits of the number, of two five, of three four.
        var number = UInt32(character[0]) & (character.count == 1 ? 0x7F : 0x3F >> UInt32(character.count - 1))
        for byte in character.dropFirst() { number = number << 6 | UInt32(byte & 0x3F) }
        bytes += [UInt8(ascii: "\\"), UInt8(ascii: "u")]
        bytes += Array(Console.hexadecimal(number).utf8.suffix(4))
    }

    private static func seconds(_ nanoseconds: UInt64) -> String { Console.fixed(nanoseconds, decimals: 9) }
}
