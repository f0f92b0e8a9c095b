// These functions replace the standard library's own for the pieces of an interpolated text. The library inlines them, at a
// hundred bytes or more each time. Nearly all texts in this program are messages of errors that never happen, and a device's
// storage is small: with these functions the program is a third smaller. The compiler prefers them because they are declared in
// a module that is imported explicitly.
extension DefaultStringInterpolation {
    @inline(never)
    package mutating func appendLiteral(_ text: String) { appendText(text) }

    @inline(never)
    package mutating func appendInterpolation(_ text: String) { appendText(text) }

    @inline(never)
    package mutating func appendInterpolation(_ text: StaticString) { appendText(text.description) }

    @inline(never)
    package mutating func appendInterpolation(_ number: Int) { appendText(number.description) }

    package mutating func appendInterpolation(_ number: Int32) { appendInterpolation(Int(number)) }

    @inline(never)
    package mutating func appendInterpolation(_ number: UInt64) { appendText(number.description) }

    package mutating func appendInterpolation(_ number: UInt32) { appendInterpolation(UInt64(number)) }

    package mutating func appendInterpolation(_ number: UInt) { appendInterpolation(UInt64(number)) }

    @inline(never)
    private mutating func appendText(_ text: String) { text.write(to: &self) }
}

extension String {
    @inline(never)
    package static func += (text: inout String, more: String) { text.append(more) }
}
