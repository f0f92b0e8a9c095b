import TestSupport
import Testing

@testable import GraphIR

@Suite struct TextTests {
    @Test func everyOperationPrintsAndParsesBack() throws {
        let graph = try GraphText.parse(sampleText)
        try graph.verify()
        #expect(graph.text() == sampleText)
        let again = try GraphText.parse(graph.text())
        #expect(again == graph)
        #expect(again.constants.ids.map { again.constants[$0] } == graph.constants.ids.map { graph.constants[$0] })
    }

    @Test(arguments: ElementwiseFunction.Kind.allCases)
    func everyFunctionRoundTrips(kind: ElementwiseFunction.Kind) throws {
        let function = ElementwiseFunction(kind, [0.1, -2.5e-30, 7])
        #expect(function.kind == kind)
        var builder = FunctionBuilder(name: "f")
        let x = builder.input("x", TensorType([2, 3]))
        let y = try builder.append(.elementwise(Elementwise(function)), [x], name: "y")[0]
        builder.output("z", try builder.append(.binary(Binary(.multiply, activation: function)), [x, y], name: "z")[0])
        let graph = Graph(main: builder.finish())
        #expect(try GraphText.parse(graph.text()) == graph)
    }

    @Test(arguments: Binary.Kind.allCases)
    func everyArithmeticRoundTrips(kind: Binary.Kind) throws {
        var builder = FunctionBuilder(name: "f")
        let x = builder.input("x", TensorType(.int32, [2, 3]))
        builder.output("y", try builder.append(.binary(Binary(kind)), [x, x], name: "y")[0])
        let graph = Graph(main: builder.finish())
        #expect(try GraphText.parse(graph.text()) == graph)
    }

    @Test(arguments: Reduction.Kind.allCases)
    func everyReductionRoundTrips(kind: Reduction.Kind) throws {
        var builder = FunctionBuilder(name: "f")
        let x = builder.input("x", TensorType([2, 3]))
        builder.output("y", try builder.append(.reduction(Reduction(kind, axes: [1], keepsAxes: true)), [x], name: "y")[0])
        let graph = Graph(main: builder.finish())
        #expect(try GraphText.parse(graph.text()) == graph)
    }

    @Test func floatsKeepTheirBits() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<500 {
            let bits = (0..<9).map { _ in UInt32(truncatingIfNeeded: random.next()) } + [0, 0x8000_0000, 1, 0x7f7f_ffff]
            let constant = Constant(element: .float32, shape: [bits.count], bytes: .owned(bits.flatMap { littleEndianBytes($0) }))
            let text = ConstantText.text(of: constant, hash: nil)
            var scanner = TextScanner(text)
            var reader = ConstantReader()
            let id = try reader.read(&scanner, .none)
            #expect(reader.table[id] == constant, "\(text)")
        }
    }

    @Test(arguments: ["//", "//x", "a//b", "/", "/// y", "-//"])
    func namesThatLookLikeCommentsRoundTrip(name: String) throws {
        var builder = FunctionBuilder(name: name)
        let x = builder.input(name, TensorType([2]))
        builder.output(name, try builder.append(.identity(Identity()), [x], name: name + "1")[0])
        let graph = Graph(main: builder.finish())
        #expect(try GraphText.parse(graph.text()) == graph)
    }

    /// Attributes that only their bits tell apart, or that are no number.
    @Test func attributesAreComparedByTheirBits() throws {
        let nan = Float(bitPattern: 0x7fc0_0123)
        func operations(_ value: Float) -> [Operation] {
            [
                .elementwise(Elementwise(.clip(minimum: value, maximum: 1))), .elementwise(Elementwise(.elu(alpha: value))),
                .padding(Padding(.constant(value), amounts: [.init(1, 1)])), .dropout(Dropout(rate: value)),
                .batchNormalization(BatchNormalization(epsilon: value)), .binary(Binary(.add, activation: .leakyRelu(slope: value))),
            ]
        }
        for (zero, negative) in zip(operations(0), operations(-0.0)) { #expect(zero != negative) }
        #expect(operations(nan) == operations(nan))
        #expect(Set(operations(nan) + operations(nan) + operations(0) + operations(-0.0)).count == 18)
        var builder = FunctionBuilder(name: "f")
        var value = builder.input("x", TensorType([2]))
        for operation in operations(nan)[..<3] { value = try builder.append(operation, [value], name: "y")[0] }
        builder.output("y", value)
        let graph = Graph(main: builder.finish())
        #expect(try GraphText.parse(graph.text()) == graph)
    }

    /// A short text must not make a reader hash, or reserve, without end.
    @Test func constantsThatRepeatAreMadeOnce() throws {
        let constant = Constant((0..<40).map { Float($0) }, shape: [40])
        let hash = testHash(constant)
        let lines = (0..<50).map { "%a\($0) = constant f32[40] sha256:\(hash) %b\($0) = constant f32[4096] filled 1.5" }
        var lookups = 0
        let text = "venule 1 entry @f function @f() {\n" + lines.joined(separator: "\n") + "\nreturn %a0 }"
        let stored = StoredConstants(
            bytes: { _ in
                lookups += 1
                return constant.bytes
            }, hash: testHash)
        let graph = try GraphText.parse(text, constants: stored)
        #expect(lookups == 1)
        #expect(graph.constants.count == 2)

        var reader = ConstantReader(filledByteLimit: 32)
        for value in ["1", "2", "1"] {
            var scanner = TextScanner("f32[4] filled \(value)")
            _ = try reader.read(&scanner, .none)
        }
        var scanner = TextScanner("f32[1] filled 3")
        let error = #expect(throws: TextError.self) { try reader.read(&scanner, .none) }
        #expect(error?.description == "1:8: the filled constants are too large together")
    }

    @Test func randomGraphsRoundTrip() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<60 {
            let graph = try randomGraph(&random)
            try graph.verify()
            let constants = graph.constants
            var stored: [ConstantID: ContentHash] = [:]
            for id in constants.ids where !ConstantText.isInline(constants[id]) { stored[id] = testHash(constants[id]) }
            let found = Dictionary(stored.map { ($1, constants[$0].bytes) }, uniquingKeysWith: { first, _ in first })
            let text = graph.text(companionName: "x.virw", stored: stored)
            let parsed = try GraphText.parse(text, constants: StoredConstants(bytes: { found[$0] }, hash: testHash))
            #expect(parsed == graph)
            #expect(parsed.text() == graph.text())
            // Another content than the hash says is refused, and so is a constant that is missing.
            guard text.contains("sha256:") else { continue }
            for other in [StoredConstants(bytes: { found[$0] }, hash: { _ in ContentHash(digest: [1]) }), .none] {
                #expect(throws: TextError.self) { try GraphText.parse(text, constants: other) }
            }
        }
    }

    @Test(arguments: [
        ("", "1:1: this is no venule graph: it does not begin with 'venule'"),
        ("venule 2", "1:8: version 2 is not supported; this is a reader of version 1"),
        ("venule 1\nentry @f", "2:7: there is no function 'f'"),
        ("venule 1 entry @f function @f() {\n  %x = nonsense() : f32[]\n return }", "2:8: unknown operation 'nonsense'"),
        ("venule 1 entry @f function @f() {\n  %x = relu(%y) : f32[1]\n return }", "2:13: nothing above makes '%y'"),
        ("venule 1 entry @f function @f(%é: f32[1]) { return }", "1:32: expected a name after '%', found 'é'"),
        ("venule 1 entry @f function @f(%x: f32[1], %x: f32[1]) { return }", "1:43: a second value '%x'"),
        (
            "venule 1 entry @f function @f(%x: f33[1]) { return }",
            "1:35: expected an element type (f32, f64, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, bool), found 'f33'"
        ),
        ("venule 1 entry @f function @f(%x: f32[99999999999999999999]) { return }", "1:39: the integer is out of range"),
        ("venule 1 entry @f function @f() { %x = constant f32[2] {1.0} return }", "1:56: f32[2] has 2 elements, 1 are given"),
        ("venule 1 entry @f function @f() { %x = constant f32[1] {1e99} return }", "1:57: the number is out of range"),
        ("venule 1 entry @f function @f() { %x = constant u8[1] {256} return }", "1:56: the integer is out of range"),
        (
            "venule 1 entry @f function @f() { %x = constant f32[4097] filled 1 return }",
            "1:59: at most 4096 elements are filled; f32[4097] has 4097"
        ),
        ("venule 1 entry @f function @f() { %x = constant f32[n] filled 1 return }", "1:49: f32[n] of a constant has symbols"),
        ("venule 1 entry @f function @f() { %x = constant f32[9] sha256:00 return }", "1:56: expected 64 hexadecimal digits"),
        ("venule 1 entry @f function @f() { %x = pooling() maximum window 2 return }", "1:66: expected rows x columns such as 3x3"),
        ("venule 1 metadata \"a", "1:19: this text has no closing quote"),
    ])
    func errorsNameLineAndColumn(text: String, message: String) {
        let error = #expect(throws: TextError.self) { try GraphText.parse(text) }
        #expect(error?.description == message)
    }

    @Test func deepNestingIsRefused() {
        let dimension = String(repeating: "(", count: 100_000) + "h" + String(repeating: ")/2", count: 100_000)
        let error = #expect(throws: TextError.self) {
            try GraphText.parse("venule 1 entry @f function @f(%x: f32[\(dimension)]) { return }")
        }
        #expect(error?.message == "the dimension is nested too deeply")
        let sum = (0..<100).map { "s\($0)" }.joined(separator: "+")
        let terms = #expect(throws: TextError.self) {
            try GraphText.parse("venule 1 entry @f function @f(%x: f32[\(sum)]) { return }")
        }
        #expect(terms?.message == "the dimension has too many terms")
    }

    @Test func theShortSampleIsValid() throws {
        let graph = try GraphText.parse(shortText)
        try graph.verify()
        #expect(try GraphText.parse(graph.text()) == graph)
    }

    /// The short sample at every byte, the long one at every 13th.
    @Test(arguments: [(shortText, 1), (sampleText, 13)])
    func truncatedTextIsRefused(text: String, step: Int) throws {
        let bytes = Array(text.utf8)
        for count in stride(from: 0, to: bytes.count - 2, by: step) {
            // What ends behind the first function is a text of that function alone.
            if let graph = try? GraphText.parse(String(decoding: bytes[..<count], as: UTF8.self)) {
                #expect(graph.functions.count == 1)
            }
        }
    }

    /// Whatever the text says, parsing and verifying end with a graph or an error, and a valid graph prints and parses back.
    @Test(arguments: [(shortText, 1), (sampleText, 13)])
    func mutatedTextNeverTraps(text: String, step: Int) throws {
        let bytes = Array(text.utf8)
        var random = SplitMix64(seed: 3)
        for position in stride(from: 0, to: bytes.count, by: step) {
            var mutated = bytes
            let choices = Array("09-(]x% \"*/#@{".utf8) + [UInt8(truncatingIfNeeded: random.next())]
            mutated[position] = choices[Int(random.next() % UInt64(choices.count))]
            guard let graph = try? GraphText.parse(String(decoding: mutated, as: UTF8.self)), (try? graph.verify()) != nil else { continue }
            #expect(try GraphText.parse(graph.text()) == graph)
        }
    }
}

/// A name of a constant that needs no library; the same for the same content.
func testHash(_ constant: Constant) -> ContentHash {
    var hasher = Hasher()
    hasher.combine(constant)
    let digest = littleEndianBytes(hasher.finalize())
    return ContentHash(digest: digest + digest + digest + digest)
}
