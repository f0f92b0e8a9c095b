import Testing

@testable import Importer

@Suite struct JSONParserTests {
    @Test func readsEveryKindOfValue() throws {
        let text = #" {"a": [1, -2.5e3, true, false, null], "b": {"c": "x\n\"\\\/é\u00e9\ud83d\ude00"}, "d": {}, "e": []} "#
        #expect(
            try JSONParser.parse(text)
                == .object([
                    "a": .array([.number(1), .number(-2500), .bool(true), .bool(false), .null]),
                    "b": .object(["c": .string("x\n\"\\/éé😀")]), "d": .object([:]), "e": .array([]),
                ]))
    }

    @Test func readsThePythonNumbers() throws {
        let value = try JSONParser.parse("[Infinity, -Infinity, NaN]")
        #expect(value.array?[0] == .number(.infinity))
        #expect(value.array?[1] == .number(-.infinity))
        #expect(value.array?[2].number?.isNaN == true)
    }

    @Test func replacesHalfOfASurrogatePair() throws {
        #expect(try JSONParser.parse(#""\ud83dx""#) == .string("\u{FFFD}x"))
        #expect(try JSONParser.parse(#""\ud83d\u0041""#) == .string("\u{FFFD}A"))
        #expect(try JSONParser.parse(#""\ude00""#) == .string("\u{FFFD}"))
    }

    @Test(arguments: [
        ("", 0), ("[1,]", 3), ("{\"a\" 1}", 5), ("[1 2]", 3), ("\"abc", 4), ("\"\\u12\"", 3), ("\"\\x\"", 2), ("nul", 0),
        ("1 2", 2), ("[", 1), ("--1", 0), ("\"\\u+123\"", 3),
    ])
    func tellsWhereTextIsNoJSON(text: String, position: Int) {
        #expect {
            try JSONParser.parse(text)
        } throws: { error in
            (error as? JSONParser.Failure)?.position == position
        }
    }

    @Test func refusesNestingThatWouldTakeTooMuchStack() throws {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(deep) }
        let levels = JSONParser.deepestNesting
        let allowed = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        #expect(throws: Never.self) { try JSONParser.parse(allowed) }
    }
}
