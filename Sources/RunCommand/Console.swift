import PlanFormat
import Platform

/// Text for standard output and standard error.
enum Console {
    static func write(_ text: String) { put(text, 1) }

    static func writeError(_ text: String) { put(text, 2) }

    private static func put(_ text: String, _ descriptor: Int32) {
        var text = text
        // There is nobody to tell if a terminal or a pipe is gone.
        text.withUTF8 { _ = venule_descriptor_write(descriptor, $0.baseAddress, $0.count) }
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
