import PlanFormat
import Platform

/// Lines for standard output and standard error. Names come from files of strangers: here, and nowhere else, what a terminal
/// would not show as it is gets escaped, also what would begin another line.
enum Console {
    /// Why a line could not be written; the command ends with that.
    private(set) nonisolated(unsafe) static var failure: Int32 = 0

    static func write(_ line: String) { write([line]) }

    static func write(_ lines: [String]) {
        var text = ""
        for line in lines { text += printableText(line) + "\n" }
        keep(text.withUTF8 { venule_descriptor_write(1, $0.baseAddress, $0.count) })
    }

    static func write(bytes: [UInt8]) {
        keep(bytes.withUnsafeBufferPointer { venule_descriptor_write(1, $0.baseAddress, $0.count) })
    }

    /// Text of this program's own.
    static func write(literal text: StaticString) {
        keep(venule_descriptor_write(1, text.utf8Start, text.utf8CodeUnitCount))
    }

    static func writeError(_ line: String) {
        var text = printableText(line) + "\n"
        // There is nobody left to tell.
        text.withUTF8 { _ = venule_descriptor_write(2, $0.baseAddress, $0.count) }
    }

    private static func keep(_ code: Int32) {
        if failure == 0 { failure = code }
    }

    /// "12.345 ms"
    static func milliseconds(_ nanoseconds: UInt64) -> String {
        "\(fixed(nanoseconds / 1000, decimals: 3)) ms"
    }

    /// "1.5 KiB", "12.25 MiB"
    static func bytes(_ count: UInt64) -> String {
        if count < 1 << 10 { return "\(count) B" }
        if count < 1 << 20 { return "\(fixed(count * 10 / (1 << 10), decimals: 1)) KiB" }
        return "\(fixed(count / (1 << 10) * 100 / (1 << 10), decimals: 2)) MiB"
    }

    /// An integer number of 10^-decimals as a decimal fraction.
    static func fixed(_ value: UInt64, decimals: Int) -> String {
        var scale: UInt64 = 1
        for _ in 0..<decimals { scale *= 10 }
        return "\(value / scale).\(padded(value % scale, toDigits: decimals))"
    }

    private static func padded(_ value: UInt64, toDigits digits: Int) -> String {
        var text = ""
        var scale: UInt64 = 1
        for _ in 1..<max(digits, 1) { scale *= 10 }
        while scale > 0 {
            text += "\(value / scale % 10)"
            scale /= 10
        }
        return text
    }

    /// "89abcdef"
    static func hexadecimal(_ value: UInt32) -> String {
        var text: [UInt8] = []
        for shift in stride(from: 28, through: 0, by: -4) {
            let digit = UInt8(value >> UInt32(shift) & 0xF)
            text.append(digit < 10 ? 48 + digit : 87 + digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The text with spaces in front up to `width` characters; ASCII only.
    static func aligned(_ text: String, width: Int) -> String {
        var spaces = ""
        for _ in 0..<max(0, width - text.utf8.count) { spaces += " " }
        return spaces + text
    }
}
