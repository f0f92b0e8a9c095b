import TestSupport
import Testing

@testable import GraphIR

/// The types that an operation, written as in the textual form, gives for operands written as in the textual form.
func infer(_ operation: String, _ operands: String) throws -> String {
    var scanner = TextScanner(operation + " ;")
    let keyword = scanner.word()
    let definition = Operation.Kind.allCases.first { $0.definition.keywords.contains(keyword) }?.definition
    let parsed = try #require(definition as? any AttributedOperation.Type).parse(&scanner, keyword: keyword).operation
    try scanner.expect(";")
    var types: [TensorType] = []
    var list = TextScanner(operands)
    while !list.isAtEnd() { types.append(try list.type()) }
    return try parsed.resultTypes(operands: types, callee: { _ in nil }).map(\.description).joined(separator: " ")
}

@Suite struct InferenceTests {
    @Test(arguments: [
        // Windows
        ("convolution window 3x3 padding same", "f32[n, 16*h, 16*w, 3] f32[3, 3, 3, 8]", "f32[n, 16*h, 16*w, 8]"),
        ("convolution window 3x3", "f32[1, 5, 6, 3] f32[3, 3, 3, 8]", "f32[1, 3, 4, 8]"),
        ("convolution window 3x3 strides 2x2 padding same", "f32[1, h, 7, 3] f32[3, 3, 3, 8]", "f32[1, (h+1)/2, 4, 8]"),
        ("convolution window 3x1 dilations 2x1", "f32[1, 9, 6, 3] f32[3, 1, 3, 8]", "f32[1, 5, 6, 8]"),
        ("convolution window 1x1 groups 3", "f32[1, 9, 6, 6] f32[1, 1, 2, 9]", "f32[1, 9, 6, 9]"),
        ("convolution window 1x1 groups 6 bias", "f32[1, 9, 6, 6] f32[1, 1, 1, 6] f32[6]", "f32[1, 9, 6, 6]"),
        ("convolution sources 3 window 1x1", "f32[1, h, 6, 6] f32[1, h, 6, 2] f32[1, h, 6, 1] f32[1, 1, 9, 4]", "f32[1, h, 6, 4]"),
        ("convolution window 1x1 then pool 2x3", "f32[1, 2*h, 7, 6] f32[1, 1, 6, 6]", "f32[1, h, 2, 6]"),
        ("transposed-convolution window 2x2 strides 2x2", "f32[1, h, 7, 6] f32[2, 2, 5, 6]", "f32[1, 2*h, 14, 5]"),
        ("transposed-convolution window 3x3 strides 2x2 padding same", "f32[1, h, 7, 6] f32[3, 3, 5, 6]", "f32[1, 2*h, 14, 5]"),
        (
            "transposed-convolution window 3x3 strides 2x2 padding top 1 left 1 bottom 1 right 1 output-padding 1x0",
            "f32[1, h, 7, 6] f32[3, 3, 5, 6]", "f32[1, 2*h, 13, 5]"
        ),
        ("transposed-convolution window 2x2 groups 2", "f32[1, h, 7, 6] f32[2, 2, 5, 6]", "f32[1, h+1, 8, 10]"),
        ("pooling maximum window 2x2 strides 2x2", "f32[1, 16*h, 7, 6]", "f32[1, 8*h, 3, 6]"),
        ("pooling maximum window 2x2 strides 2x2 rounding-up", "f32[1, h, 7, 6]", "f32[1, (h+1)/2, 4, 6]"),
        // The fourth window would begin in the padding behind the image.
        ("pooling maximum window 2x2 strides 3x3 padding top 0 left 1 bottom 0 right 1 rounding-up", "f32[1, 7, 8, 6]", "f32[1, 3, 3, 6]"),
        ("pooling average window 3x3 strides 2x2 padding same", "f32[1, 16*h, 7, 6]", "f32[1, 8*h, 4, 6]"),
        ("global-pooling maximum", "f32[n, h, w, 6]", "f32[n, 1, 1, 6]"),
        ("resize axes [1 factor 2 nearest floor asymmetric, 2 factor 3 linear half-pixel]", "f32[n, h, 4, 6]", "f32[n, 2*h, 12, 6]"),
        ("resize axes [1 size 5 linear half-pixel, 2 size 3 linear half-pixel]", "f32[n, h, 4, 6]", "f32[n, 5, 3, 6]"),
        // Elements
        ("batch-normalization epsilon 0.001", "f32[n, h, w, 2] f32[2] f32[2] f32[2] f32[2]", "f32[n, h, w, 2]"),
        ("relu", "f32[h]", "f32[h]"),
        ("add", "f32[n, h, 1, 6] f32[w, 6]", "f32[n, h, w, 6]"),
        ("power", "f32[2, 3] f32[]", "f32[2, 3]"),
        ("softmax axis 1", "f32[n, 6]", "f32[n, 6]"),
        ("dropout rate 0.5", "f32[n, 6]", "f32[n, 6]"),
        ("identity", "u8[n, 6]", "u8[n, 6]"),
        // Shapes
        ("concatenation axis 3", "f32[n, 8*h, w, 6] f32[n, 8*h, w, 2]", "f32[n, 8*h, w, 8]"),
        ("concatenation axis 0", "i64[3] i64[h]", "i64[h+3]"),
        ("padding edge amounts [1 2, -1 0]", "f32[h, 4]", "f32[h+3, 3]"),
        ("padding reflect amounts [3 3]", "f32[4]", "f32[10]"),
        // What is cut off is not mirrored.
        ("padding reflect amounts [-2 3]", "f32[6]", "f32[7]"),
        ("reshape to [=, ?]", "f32[n, 2, 3, 4]", "f32[n, 24]"),
        ("reshape to [2*n, 2, ?]", "f32[n, 2, 8]", "NONE"),
        ("reshape to [6*h, 2]", "f32[3*h, 4]", "f32[6*h, 2]"),
        ("reshape to [?]", "f32[3*h, 4]", "f32[12*h]"),
        ("reshape to []", "f32[1, 1]", "f32[]"),
        ("transpose permutation [0, 3, 1, 2]", "f32[n, h, w, 3]", "f32[n, 3, h, w]"),
        ("matrix-multiplication", "f32[n, 1, 5, 3] f32[7, 3, h]", "f32[n, 7, 5, h]"),
        ("matrix-multiplication bias", "f32[n, 3] f32[3, 4] f32[4]", "f32[n, 4]"),
    ])
    func types(operation: String, operands: String, results: String) throws {
        if results == "NONE" {
            #expect(throws: GraphError.self) { try infer(operation, operands) }
        } else {
            #expect(try infer(operation, operands) == results)
        }
    }

    @Test(arguments: [
        (
            "convolution window 3x3", "f32[1, 8, 8, 3] f32[3, 3, 4, 8]",
            "the image has 3 channels, the kernel f32[3, 3, 4, 8] in 1 group takes 4"
        ),
        ("convolution window 3x3", "f32[1, 8, 8, 3] f32[3, 5, 3, 8]", "the kernel f32[3, 5, 3, 8] is 3x5, the window 3x3"),
        ("convolution window 3x3", "f32[1, 2, 8, 3] f32[3, 3, 3, 8]", "a window of 3 rows does not fit into 2 with 0 of padding"),
        ("convolution window 3x3 bias", "f32[1, 8, 8, 3] f32[3, 3, 3, 8] f32[7]", "the bias is f32[7]; expected f32[8]"),
        ("convolution window 3x3 groups 2", "f32[1, 8, 8, 4] f32[3, 3, 2, 7]", "7 output channels do not divide into 2 groups"),
        ("convolution window 3x3 groups 0", "f32[1, 8, 8, 4] f32[3, 3, 2, 7]", "the number of groups is 0, outside of 1...1048576"),
        ("convolution window 1x1 strides 0x1", "f32[1, 8, 8, 4] f32[1, 1, 4, 7]", "the stride of the rows is 0, outside of 1...1048576"),
        (
            "convolution window 1x1 padding top -1 left 0 bottom 0 right 0", "f32[1, 8, 8, 4] f32[1, 1, 4, 7]",
            "the padding at the top is -1, outside of 0...1048576"
        ),
        ("convolution window 1x1 rounding-up", "f32[1, 8, 8, 4] f32[1, 1, 4, 7]", "rounding up is for pooling only"),
        (
            "convolution sources 2 window 1x1", "f32[1, 8, 8, 4] f32[1, 8, 9, 4] f32[1, 1, 8, 7]",
            "source f32[1, 8, 9, 4] and source f32[1, 8, 8, 4] differ in more than their channels"
        ),
        ("convolution sources 2 window 1x1 groups 2", "f32[1, 8, 8, 4] f32[1, 8, 8, 4] f32[1, 1, 4, 8]", "2 sources with 2 groups"),
        ("convolution sources -1 window 1x1", "f32[1, 8, 8, 4]", "the number of sources is -1, outside of 1...1048576"),
        ("convolution window 1x1", "f32[1, 8, 8, c] f32[1, 1, c, 7]", "the kernel f32[1, 1, c, 7] has to have 4 sides that are numbers"),
        (
            "convolution window 1x1 then pool 9x1", "f32[1, 8, 8, 4] f32[1, 1, 4, 7]",
            "f32[1, 0, 8, 7] has a side of 0; images have sides from 1"
        ),
        (
            "transposed-convolution window 1x1", "f32[1, 8, 8, 4] f32[1, 1, 7, 5]",
            "the image has 4 channels, the kernel f32[1, 1, 7, 5] takes 5"
        ),
        (
            "transposed-convolution window 1x1 padding same output-padding 1x1", "f32[1, 8, 8, 4] f32[1, 1, 7, 4]",
            "output padding needs explicit padding"
        ),
        (
            "transposed-convolution window 1x1 strides 1048576x1", "f32[1, 9000, 8, 4] f32[1, 1, 7, 4]",
            "f32[1, 9436135425, 8, 7] has a side above 2147483648"
        ),
        (
            "pooling maximum window 2x2 padding top 2 left 0 bottom 0 right 0", "f32[1, 8, 8, 4]",
            "padding 2, 0, 0, 0 leaves windows of 2x2 empty"
        ),
        ("pooling maximum window 2x2 counting-padding", "f32[1, 8, 8, 4]", "only average pooling counts padding"),
        ("pooling maximum window 2x2", "f32[8, 8, 4]", "the image has to have 4 axes [N, H, W, C], not 3"),
        ("pooling maximum window 2x2", "u8[1, 8, 8, 4]", "the image has to be f32, not u8"),
        ("batch-normalization epsilon -1.0", "f32[2] f32[2] f32[2] f32[2] f32[2]", "epsilon is -1.0; expected 0 or more"),
        ("batch-normalization epsilon 0.0", "f32[2] f32[2] f32[2] f32[3] f32[2]", "the mean is f32[3]; expected f32[2]"),
        ("add", "f32[2, 3] f32[2]", "sides 3 and 2 of axis 1 do not broadcast"),
        ("add", "f32[8*h] f32[8*w]", "sides 8*h and 8*w of axis 0 do not broadcast"),
        ("add", "f32[2]", "it takes 2 operands, not 1"),
        ("relu", "i32[2]", "the operand has to be f32, not i32"),
        (
            "concatenation axis 3", "f32[1, 8*h, 1, 1] f32[1, 16*h, 1, 1]",
            "f32[1, 16*h, 1, 1] and f32[1, 8*h, 1, 1] differ in axis 1; only axis 3 may differ"
        ),
        ("concatenation axis 4", "f32[1] f32[1]", "axis 4 is outside of a tensor with 1 axes"),
        ("concatenation axis 0", "", "it takes at least one operand"),
        ("concatenation axis 0", "f32[1] u8[1]", "u8[1] and f32[1] differ in element or rank"),
        ("padding edge amounts [1 1]", "f32[1, 1]", "1 pairs of amounts for 2 axes"),
        ("padding reflect amounts [4 0]", "f32[4]", "reflection of 4 elements on axis 0 of 4"),
        ("padding reflect amounts [-3 4]", "f32[6]", "reflection of 4 elements on axis 0 of 3"),
        ("padding reflect amounts [3 -3]", "f32[6]", "reflection of 3 elements on axis 0 of 3"),
        ("padding edge amounts [-4 9]", "f32[4]", "amounts -4 and 9 remove all 4 elements of axis 0"),
        ("resize axes [1 factor 0 linear half-pixel]", "f32[1, 2, 2, 1]", "the factor of axis 1 is 0, outside of 1...1048576"),
        ("resize axes [1 size 0 linear half-pixel]", "f32[1, 2, 2, 1]", "the size of axis 1 is 0, outside of 1...2147483648"),
        (
            "resize axes [1 size 1048576 linear half-pixel, 2 size 1048576 linear half-pixel]", "f32[1, 2, 2, 2]",
            "f32[1, 1048576, 1048576, 2] has more than 1099511627776 elements"
        ),
        ("reshape to [5]", "f32[2, 2]", "4 elements do not divide by 5"),
        ("reshape to [2]", "f32[2, 2]", "f32[2] has not as many elements as f32[2, 2]"),
        ("reshape to [?, ?]", "f32[2, 2]", "more than one side is to be inferred"),
        ("reshape to [?]", "f32[h, w]", "a product of symbolic sides cannot be reshaped"),
        ("reshape to [h, 3]", "f32[w, 3]", "3*w elements are not 3*h"),
        (
            "reshape to [2147483648, 2147483648, 2147483648]", "f32[2]",
            "f32[2147483648, 2147483648, 2147483648] has more than 1099511627776 elements"
        ),
        ("transpose permutation [0, 0]", "f32[2, 2]", "[0, 0] is no permutation of 2 axes"),
        ("matrix-multiplication", "f32[2, 3] f32[4, 2]", "the first operand has 3 columns, the second 4 rows"),
        ("softmax axis -1", "f32[2]", "axis -1 is outside of a tensor with 1 axes"),
        ("dropout rate 1.5", "f32[2]", "the rate is 1.5; expected 0...1"),
        ("identity", "f32[1, 1, 1, 1, 1, 1, 1, 1, 1]", "f32[1, 1, 1, 1, 1, 1, 1, 1, 1] has 9 axes; at most 8 are supported"),
    ])
    func refusals(operation: String, operands: String, message: String) throws {
        let error = #expect(throws: GraphError.self) { try infer(operation, operands) }
        #expect(error?.message.hasSuffix("): \(message)") == true, "\(String(describing: error))")
        for type in operands.split(separator: "]") where !operands.isEmpty {
            #expect(error?.message.contains(type.trimmingPrefix(" ") + "]") == true)
        }
    }

    /// Any attributes over any types give types or an error.
    @Test func hostileAttributesNeverTrap() {
        var random = SplitMix64(seed: 8)
        let numbers = [0, 1, -1, 2, 3, 1 << 20, (1 << 20) + 1, 1 << 31, 1 << 40, Int.max, Int.min]
        func number() -> Int { numbers[Int.random(in: 0..<numbers.count, using: &random)] }
        func spatial() -> Spatial { Spatial(number(), number()) }
        func type() -> TensorType {
            TensorType(
                (0..<4).map { _ in
                    Bool.random(using: &random) ? Dimension(number()) : Dimension(symbol: "h", times: number()) + Dimension(number())
                })
        }
        for _ in 0..<2000 {
            let window = Window(
                size: spatial(), strides: spatial(), dilations: spatial(),
                padding: .explicit(top: number(), left: number(), bottom: number(), right: number()), roundsUp: Bool.random(using: &random))
            let operations: [Operation] = [
                .convolution(
                    Convolution(
                        window: window, groups: number(), sourceCount: number(), hasBias: true,
                        pooling: .init(size: spatial(), keepsUnpooled: true))),
                .transposedConvolution(TransposedConvolution(window: window, outputPadding: spatial(), groups: number(), hasBias: false)),
                .pooling(Pooling(.average, window: window)),
                .resize(Resize(rows: .factor(number()), columns: .factor(number()), interpolation: .linear)),
                .resize(Resize(rows: .size(number()), columns: .size(number()), interpolation: .linear)),
                .concatenation(Concatenation(axis: number())),
                .softmax(Softmax(axis: number())), .transpose(Transpose([number(), number(), number(), number()])),
                .padding(Padding(.reflect, amounts: (0..<4).map { _ in .init(number(), number()) })),
                .reshape(
                    Reshape([.dimension(Dimension(number())), .copied, .inferred, .dimension(Dimension(symbol: "h", times: number()))])),
                .matrixMultiplication(MatrixMultiplication()),
            ]
            for operation in operations {
                let operands = (0..<Int.random(in: 0...4, using: &random)).map { _ in type() }
                guard let results = try? operation.resultTypes(operands: operands, callee: { _ in nil }) else { continue }
                for result in results { #expect(throws: Never.self) { try result.checkBounds() } }
                _ = operation.multiplyAccumulates(operands: operands, results: results)
            }
        }
    }
}
