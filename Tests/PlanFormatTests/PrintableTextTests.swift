import PlanFormat
import Testing

/// Names of files from anywhere, as a terminal gets them.
@Suite struct PrintableTextTests {
    @Test func whatATerminalObeysIsEscaped() {
        #expect(printableText("\u{1B}[31mred\u{7}") == "\\u{1b}[31mred\\u{07}")
        #expect(printableText("a\nb\r\tc\u{0}\u{7F}") == "a\\nb\\r\\tc\\u{00}\\u{7f}")
        // C1 in UTF-8, which some terminals obey.
        #expect(printableText("\u{9B}2J\u{85}") == "\\u{9b}2J\\u{85}")
        #expect(printableText("\u{2028}\u{2029}") == "\\u{2028}\\u{2029}")
        for control in Array(0x202A...0x202E) + Array(0x2066...0x2069) + [0x200E, 0x200F, 0x061C] as [UInt32] {
            let text = "x" + String(Character(Unicode.Scalar(control)!)) + "y"
            let digits = String(control, radix: 16)
            #expect(printableText(text) == "x\\u{\(String(repeating: "0", count: 4 - digits.count))\(digits)}y")
        }
        for control in Array(0..<0x20) + Array(0x7F..<0xA0) as [UInt32] {
            #expect(printableText(String(Character(Unicode.Scalar(control)!))).utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        }
    }

    @Test func whatPeopleReadStays() {
        for text in ["", "conv2d_7/Relu:0", "Größe", "血管", "naïve café", "👩‍👩‍👧", "a\\nb 'q' \"r\"", "\u{A0}\u{10FFFF}\u{7FF}\u{800}\u{FFFD}"] {
            #expect(printableText(text) == text)
            #expect(printableText(Array(text.utf8)) == text)
        }
    }

    @Test func bytesThatAreNoTextAreEscaped() {
        #expect(printableText([0x61, 0xFF, 0x62]) == "a\\xffb")
        #expect(printableText([0x80]) == "\\x80")
        // Too long, a surrogate, beyond the last character, cut short.
        #expect(printableText([0xC0, 0x8A]) == "\\xc0\\x8a")
        #expect(printableText([0xE0, 0x80, 0x9B]) == "\\xe0\\x80\\x9b")
        #expect(printableText([0xED, 0xA0, 0x80]) == "\\xed\\xa0\\x80")
        #expect(printableText([0xF4, 0x90, 0x80, 0x80]) == "\\xf4\\x90\\x80\\x80")
        #expect(printableText([0xE8, 0xA1]) == "\\xe8\\xa1")
        #expect(printableText([0xC2]) == "\\xc2")
        #expect(printableText([0xE2, 0x80, 0x1B]) == "\\xe2\\x80\\u{1b}")
    }

    @Test func escapingTwiceChangesNothing() {
        let escaped = printableText([0x1B, 0xFF, 0xC2, 0x9B, 0x5C, 0x0A])
        #expect(printableText(escaped) == escaped)
    }
}
