import Foundation
import Testing

@testable import DeviceCommandLine

/// What the device's program writes as JSON, read by Foundation.
@Suite struct JSONTextTests {
    private func object(_ json: JSONText) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.finished)) as? [String: Any])
    }

    @Test func everyTextComesBack() throws {
        let texts: [[UInt8]] = [
            [], Array("plain".utf8), Array("\"quoted\" \\ /".utf8), Array(0..<0x80), Array("größe 网 🩸 e\u{301}".utf8),
            Array("\u{7F}\u{80}\u{9B}\u{61C}\u{200F}\u{2028}\u{202E}\u{2066}\u{FFFF}\u{10FFFF}".utf8),
            // Too short, a byte alone, encoded with too many bytes, half a surrogate, beyond Unicode.
            [0xE2, 0x82], [0x41, 0xFF, 0x42], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        ]
        var json = JSONText()
        for text in texts { json.add("text", text) }
        json.add("texts", texts: texts)
        let found = try #require(try object(json)["texts"] as? [String])
        #expect(found == texts.map { String(decoding: $0, as: UTF8.self) })
        let written = String(decoding: json.finished, as: UTF8.self)
        #expect(
            written.contains("größe 网 🩸") && written.contains(#"\u001b"#) && written.contains(#"\u2028"#) && written.contains(#"\u009b"#))
        // Nothing that moves a terminal's cursor is left but the end of the line.
        #expect(written.unicodeScalars.dropLast().allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
    }

    @Test func numbersAreExact() throws {
        var json = JSONText()
        json.add("least", Int.min)
        json.add("most", UInt64.max)
        json.add("time", nanoseconds: 12_345_678_901)
        json.add("times", nanoseconds: [0, 1, 1_000_000_000])
        json.add("share", fraction: 1 / 3)
        json.add("huge", fraction: .infinity)
        json.add("sides", numbers: [1, 48, -3])
        json.add("none", numbers: [])
        json.add("yes", true)
        #expect(
            String(decoding: json.finished, as: UTF8.self)
                == #"{"least":-9223372036854775808,"most":18446744073709551615,"time":12.345678901,"times":[0.000000000,0.000000001,"#
                + #"1.000000000],"share":0.333333,"huge":1000000000000.000000,"sides":[1,48,-3],"none":[],"yes":true}"# + "\n")
        _ = try object(json)
    }

    @Test func objectsNest() throws {
        var json = JSONText()
        json.beginArray("list")
        for number in 1...2 {
            json.beginObject()
            json.add("number", number)
            json.beginObject("inner")
            json.endObject()
            json.endObject()
        }
        json.endArray()
        json.beginArray("empty")
        json.endArray()
        json.add("last", "x")
        #expect(
            String(decoding: json.finished, as: UTF8.self)
                == #"{"list":[{"number":1,"inner":{}},{"number":2,"inner":{}}],"empty":[],"last":"x"}"# + "\n")
    }
}
