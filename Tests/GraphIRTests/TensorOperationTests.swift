import TestSupport
import Testing

@testable import GraphIR

/// Every operation on tensors of any kind with every attribute, exactly as the writer writes it.
private let tensorText = #"""
    venule 1
    entry @main

    function @main(%x: f32[n, 4*h, 6], %i: i64[3, 1], %j: i32[2], %p: bool[6], %image: u8[1, 9, 8, 2], %field: f32[1, 4, 5, 2]) {
      %two = constant i32[2] {2, -3}
      %scale = constant f32[6] filled 0.5
      %zero = constant u8[6] filled 128
      %one = constant f32[] {0.25}
      %one6 = constant f32[1] {0.75}
      %turned1 = constant i32[1] {4}
      %nothing = constant i64[2, 0] {}
      %cast = cast(%x) to i8 : i8[n, 4*h, 6]
      %equal = comparison(%i, %i) equal : bool[3, 1]
      %less = comparison(%x, %scale) less-or-equal : bool[n, 4*h, 6]
      %both = logical(%p, %less) and : bool[n, 4*h, 6]
      %any = logical(%both, %p) or : bool[n, 4*h, 6]
      %odd = logical(%any, %p) xor : bool[n, 4*h, 6]
      %not = logical(%odd) not : bool[n, 4*h, 6]
      %chosen = selection(%not, %x, %scale) : f32[n, 4*h, 6]
      %back = slice(%x) ranges [0 count n, 4*h-1 count 2*h step -2, 1 count 2 step 3] : f32[n, 2*h, 2]
      %taken = gather(%x, %i) axis 1 : f32[n, 3, 1, 6]
      %mean = reduction(%x) mean axes [0, 2] : f32[4*h]
      %least = reduction(%p) minimum axes [0] keeping-axes : bool[1]
      %same = reduction(%j) sum axes [] : i32[2]
      %last = argument-maximum(%x) axis 1 keeping-axis selecting-last : i64[n, 1, 6]
      %first = argument-maximum(%j) axis 0 : i64[]
      %top = top-positions(%x) axis 2 count 3 largest : i64[n, 4*h, 3]
      %bottom = top-positions(%j) axis 0 count 1 smallest : i64[1]
      %running = cumulative(%x) sum axis 1 : f32[n, 4*h, 6]
      %turned = cumulative(%j) product axis 0 exclusive reversed : i32[2]
      %written = scatter(%scale, %bottom, %one6) replace : f32[6]
      %added = scatter(%j, %bottom, %turned1) maximum : i32[2]
      %wide = expansion(%mean) to [2, 3, 4*h] : f32[2, 3, 4*h]
      %tiles = tiling(%x) repeats [1, 3, 2] : f32[n, 12*h, 12]
      %normal = normalization(%x) axes [1, 2] epsilon 1e-05 : f32[n, 4*h, 6]
      %bytes = quantization(%x, %scale, %zero) to u8 axis 2 : u8[n, 4*h, 6]
      %signed = quantization(%x, %one) to i8 : i8[n, 4*h, 6]
      %floats = dequantization(%bytes, %scale, %zero) axis 2 : f32[n, 4*h, 6]
      %more = dequantization(%two, %one) : f32[2]
      %at = pooling-positions(%image) window 3x2 strides 2x2 rounding-up column-major : i64[1, 4, 4, 2]
      %large = resize(%field) axes [1 size 8 scale 2.0 cubic -0.75 half-pixel excluding-outside, 2 size 3 scale 0.6 linear align-corners antialiasing positions float-scale] : f32[1, 8, 3, 2]
      %cut = resize(%image) axes [1 size 3 scale 1.0 nearest round-prefer-ceil crop-and-resize 0.25 1.5] extrapolation -1.0 : u8[1, 3, 8, 2]
      %near = resize(%field) axes [2 size 10 scale 2.0 nearest floor asymmetric, 3 size 1 scale 0.5 nearest ceil pytorch-half-pixel] : f32[1, 4, 10, 1]
      %symmetric = resize(%field) axes [1 size 2 scale 0.6 linear half-pixel-symmetric] : f32[1, 2, 5, 2]
      %centre = resize(%field) axes [1 size 6 scale 1.5 nearest floor half-pixel-for-nearest positions float-lengths] : f32[1, 6, 5, 2]
      %odds = softmax(%x) axis 2 logarithm : f32[n, 4*h, 6]
      %sum = add(%two, %j) : i32[2]
      %around = padding(%j) wrap amounts [5 7] : i32[14]
      return %around
    }
    """# + "\n"

@Suite struct TensorOperationTests {
    @Test func everyTensorOperationPrintsAndParsesBack() throws {
        let graph = try GraphText.parse(tensorText)
        try graph.verify()
        #expect(graph.text() == tensorText)
        #expect(try GraphText.parse(graph.text()) == graph)
    }

    /// Both texts are read back as they were written, so that a kind that stands in one of them is.
    @Test func theSamplesHaveEveryKindOfOperation() throws {
        let operations = try [sampleText, tensorText].flatMap { try GraphText.parse($0).functions.flatMap(\.nodes).map(\.operation) }
        #expect(Set(operations.map(\.kind)) == Set(Operation.Kind.allCases))
    }

    @Test func noTwoKindsShareAName() {
        let kinds = Operation.Kind.allCases
        #expect(Set(kinds.map(\.mnemonic)).count == kinds.count)
        for kind in kinds {
            #expect(kind.definition.kind == kind)
            #expect(kind.mnemonic == kebabCase("\(kind)"))
        }
        let keywords = kinds.flatMap { $0.definition.keywords }
        #expect(Set(keywords).count == keywords.count)
    }

    /// Whatever the text says, parsing and verifying end with a graph or an error, and a valid graph prints and parses back.
    @Test func mutatedTextNeverTraps() throws {
        let bytes = Array(tensorText.utf8)
        var random = SplitMix64(seed: 4)
        for position in stride(from: 0, to: bytes.count, by: 5) {
            var mutated = bytes
            let choices = Array("09-(]x% \"*/#@{".utf8) + [UInt8(truncatingIfNeeded: random.next())]
            mutated[position] = choices[Int(random.next() % UInt64(choices.count))]
            guard let graph = try? GraphText.parse(String(decoding: mutated, as: UTF8.self)), (try? graph.verify()) != nil else {
                continue
            }
            #expect(try GraphText.parse(graph.text()) == graph)
        }
    }

    @Test(arguments: [
        ("cast to bool", "f32[h, 2]", "bool[h, 2]"),
        ("comparison greater", "i64[2, 1] i64[3]", "bool[2, 3]"),
        ("logical or", "bool[] bool[h]", "bool[h]"),
        ("selection", "bool[4, 1] u8[3] u8[2, 1, 1]", "u8[2, 4, 3]"),
        ("slice ranges [3 count 4 step -1, h-2 count 2]", "i8[4, h]", "i8[4, 2]"),
        ("slice ranges [0 count (h+1)/2 step 2]", "f32[h]", "f32[(h+1)/2]"),
        ("gather axis 0", "u8[4, 5] i32[]", "u8[5]"),
        ("gather axis 1", "bool[4, 5, 6] i64[2, 3]", "bool[4, 2, 3, 6]"),
        ("gather axis 0", "f32[0, 2] i64[0]", "f32[0, 2]"), ("gather axis 0", "f32[0, 0] i64[3]", "f32[3, 0]"),
        ("reduction sum axes [0, 1]", "i64[4, h]", "i64[]"),
        ("reduction maximum axes [1] keeping-axes", "u8[4, h, 2]", "u8[4, 1, 2]"),
        ("argument-maximum axis 0", "i8[4, h]", "i64[h]"),
        ("top-positions axis 1 count 2 smallest", "u8[4, h]", "i64[4, 2]"),
        ("cumulative product axis 0 reversed", "i8[h]", "i8[h]"),
        ("scatter add", "f32[h, 3] i64[n] f32[n, 3]", "f32[h, 3]"), ("scatter replace", "bool[0] i64[2] bool[2]", "bool[0]"),
        ("expansion to [3, 1, 4]", "f32[2, 1]", "f32[3, 2, 4]"),
        ("tiling repeats [2, 1]", "bool[h, 3]", "bool[2*h, 3]"),
        ("normalization axes [1] epsilon 0.0", "f32[2, h]", "f32[2, h]"),
        ("quantization to i8 axis 1", "f32[2, h] f32[h] i8[h]", "i8[2, h]"),
        ("quantization to u8", "f32[2, 3] f32[1]", "u8[2, 3]"),
        ("dequantization", "i32[2, 3] f32[2, 3] i32[2, 3]", "f32[2, 3]"),
        ("pooling-positions window 2x2 strides 2x2", "i8[n, 8, 2*w, 3]", "i64[n, 4, w, 3]"),
        ("resize axes [2 size 7 scale 1.75 nearest floor half-pixel]", "i64[n, 2, 4]", "i64[n, 2, 7]"),
        ("resize axes []", "bool[h]", "bool[h]"),
        ("resize axes [0 factor 3 linear half-pixel, 1 size 7 cubic -0.5 half-pixel]", "f32[2*h, w]", "f32[6*h, 7]"),
        ("add", "i64[3] i64[]", "i64[3]"),
        // Nothing
        ("reshape to [0, 7]", "f32[2, 0]", "f32[0, 7]"),
        ("reshape to [3, =]", "f32[3, 0]", "f32[3, 0]"),
        ("reshape to [h, 0]", "f32[0, 2]", "f32[h, 0]"),
        ("concatenation axis 0", "i64[0] i64[3]", "i64[3]"),
        ("slice ranges [4 count 0]", "f32[4]", "f32[0]"),
        ("tiling repeats [0]", "f32[4]", "f32[0]"),
        ("expansion to [0]", "f32[1]", "f32[0]"),
        ("add", "f32[1, 3] f32[0, 1]", "f32[0, 3]"),
        ("reduction sum axes [0]", "f32[0, 3]", "f32[3]"),
        ("matrix-multiplication", "f32[2, 0] f32[0, 3]", "f32[2, 3]"),
        ("padding constant 0.0 amounts [0 2]", "f32[0]", "f32[2]"),
        ("prelu", "i8[2, 3] i8[3]", "i8[2, 3]"),
        ("padding constant 1.0 amounts [1 0]", "bool[3]", "bool[4]"),
        ("padding wrap amounts [9 0]", "f32[4]", "f32[13]"),
        ("softmax axis 0 logarithm", "f32[3]", "f32[3]"),
    ])
    func types(operation: String, operands: String, results: String) throws {
        #expect(try infer(operation, operands) == results)
    }

    @Test(arguments: [
        ("comparison less", "i64[2] i32[2]", "i64[2] and i32[2] differ in their element"),
        ("logical and", "bool[2]", "it takes 2 operands, not 1"),
        ("logical not", "u8[2]", "an operand has to be bool, not u8"),
        ("selection", "f32[2] f32[2] f32[2]", "the condition has to be bool, not f32"),
        ("selection", "bool[2] f32[2] u8[2]", "f32[2] and u8[2] differ in their element"),
        ("slice ranges [0 count 2]", "f32[2, 2]", "1 ranges for 2 axes"),
        ("slice ranges [0 count 2 step 0]", "f32[2]", "the step along axis 0 is 0, 0 or beyond 2147483648"),
        ("slice ranges [1 count 3 step 2]", "f32[4]", "elements 1 to 5 of axis 0, which has 4"),
        ("slice ranges [1 count 3 step -1]", "f32[4]", "elements 1 to -1 of axis 0, which has 4"),
        ("slice ranges [h count 1]", "f32[h]", "elements h to h of axis 0, which has h"),
        ("slice ranges [-1 count 1]", "f32[h]", "elements -1 to -1 of axis 0, which has h"),
        ("gather axis 1", "f32[3] i64[1]", "axis 1 is outside of a tensor with 1 axes"),
        ("gather axis 0", "f32[0, 2] i64[1]", "there is nothing to take from 0 elements of axis 0"),
        ("gather axis 0", "f32[3] u8[1]", "the indices have to be i32 or i64, not u8"),
        ("reduction mean axes [0]", "bool[3]", "the operand has to be numbers, not bool"),
        ("reduction product axes [0]", "bool[3]", "the operand has to be numbers, not bool"),
        ("bit-and", "f32[2] f32[2]", "the first operand has to be integers, not f32"),
        ("shift-left", "bool[2] bool[2]", "the first operand has to be numbers, not bool"),
        ("modulo then relu", "i32[2] i32[2]", "the operand of a fused function has to be f32, not i32"),
        ("reduction sum axes [1, 0]", "f32[3, 3]", "the axes [1, 0] do not ascend"),
        ("reduction sum axes [0, 0]", "f32[3, 3]", "the axes [0, 0] do not ascend"),
        ("reduction sum axes [-1]", "f32[3, 3]", "axis -1 is outside of a tensor with 2 axes"),
        ("argument-maximum axis 0", "bool[3]", "the operand has to be numbers, not bool"),
        ("top-positions axis 0 count 3 largest", "f32[2]", "3 of the 2 elements of axis 0"),
        ("top-positions axis 0 count -1 largest", "f32[h]", "-1 of the h elements of axis 0"),
        ("top-positions axis 0 count 1 largest", "bool[2]", "the operand has to be numbers, not bool"),
        ("cumulative sum axis 1", "f32[2]", "axis 1 is outside of a tensor with 1 axes"),
        ("cumulative sum axis 0", "bool[2]", "the operand has to be numbers, not bool"),
        ("scatter add", "bool[2] i64[1] bool[1]", "the data has to be numbers, not bool"),
        ("scatter add", "f32[] i64[1] f32[1]", "axis 0 is outside of a tensor with 0 axes"),
        ("scatter add", "f32[2] i32[1] f32[1]", "the positions are i32[1]; expected i64[m]"),
        ("scatter add", "f32[2] i64[1, 1] f32[1, 1]", "the positions are i64[1, 1]; expected i64[m]"),
        ("scatter add", "f32[2, 3] i64[4] f32[4, 2]", "the updates are f32[4, 2]; expected f32[4, 3]"),
        ("scatter add", "f32[2] i64[1] i32[1]", "the updates are i32[1]; expected f32[1]"),
        ("expansion to [3]", "f32[2]", "sides 2 and 3 of axis 0 do not broadcast"),
        ("tiling repeats [2]", "f32[2, 2]", "1 repeats for 2 axes"),
        ("tiling repeats [-1]", "f32[2]", "the number of repeats along axis 0 is -1, outside of 0...1048576"),
        ("normalization axes [] epsilon 1.0", "f32[2]", "it has no axes"),
        ("normalization axes [0] epsilon -1.0", "f32[2]", "epsilon is -1.0; expected 0 or more"),
        ("quantization to i32", "f32[2] f32[]", "it gives u8, i8, u16 or i16, not i32"),
        ("quantization to u8", "f32[2]", "it takes 2 or 3 operands, not 1"),
        ("quantization to u8", "f32[2] f32[] i8[]", "the zero point is i8[]; expected u8[]"),
        ("quantization to u8 axis 0", "f32[2, 3] f32[3]", "the scale is f32[3]; expected f32[2]"),
        ("quantization to u8", "f32[2, 3] f32[3]", "the scale is f32[3]; expected f32[] or f32[2, 3]"),
        ("dequantization", "i64[2] f32[]", "the first operand has to be u8, i8, u16, i16 or i32, not i64"),
        ("pooling-positions window 2x2", "i32[1, 4, 4, 1]", "the image has to be f32, u8 or i8, not i32"),
        ("pooling-positions window 5x2", "u8[1, 4, 4, 1]", "a window of 5 rows does not fit into 4 with 0 of padding"),
        ("resize axes [0 size 4 scale 2.0 linear half-pixel]", "u8[2]", "the operand has to be f32, not u8"),
        ("resize axes [0 size 4 scale 2.0 linear half-pixel]", "f32[2*h]", "axis 0 has 2*h elements, expected a number"),
        (
            "resize axes [0 size 4 scale 3.0 linear half-pixel]", "f32[2]",
            "2 elements of axis 0 times the scale 3.0 do not give 4"
        ),
        (
            "resize axes [0 size 4 scale -1.0 linear half-pixel]", "f32[2]",
            "the scale of axis 0 is -1.0; expected more than 0"
        ),
        (
            "resize axes [0 size 0 scale 1.0 linear half-pixel]", "f32[2]",
            "the size of axis 0 is 0, outside of 1...2147483648"
        ),
        (
            "resize axes [0 size 2 scale 1.0 nearest floor half-pixel antialiasing]", "f32[2]",
            "the nearest element cannot be antialiased (axis 0)"
        ),
        (
            "resize axes [0 size 4 scale 1.9 linear half-pixel positions float-lengths]", "f32[2]",
            "the scale of axis 0 is 1.9; expected 2.0 where positions are of the lengths"
        ),
        ("reshape to [0, ?]", "f32[0]", "0 elements do not divide by 0"),
        ("reshape to [0]", "f32[2]", "2 elements do not divide by 0"),
        ("slice ranges [5 count 0]", "f32[4]", "elements 5 to 5 of axis 0, which has 5"),
        ("argument-maximum axis 0", "f32[0]", "there is no largest of 0 elements of axis 0"),
        ("resize axes [0 size 1 scale 1.0 linear half-pixel]", "f32[0]", "axis 0 has no elements"),
        ("resize axes [0 factor 0 linear half-pixel]", "f32[4]", "the factor of axis 0 is 0, outside of 1...1048576"),
        ("padding edge amounts [0 2]", "f32[0]", "amounts 0 and 2 remove all 0 elements of axis 0"),
        ("global-pooling average", "f32[1, 0, 1, 1]", "f32[1, 0, 1, 1] has a side of 0; images have sides from 1"),
        ("identity", "f32[0, 2147483648, 2147483648]", "f32[0, 2147483648, 2147483648] has more than 1099511627776 elements"),
        ("add", "bool[2] bool[2]", "the first operand has to be numbers, not bool"),
        ("add", "i32[2] f32[2]", "i32[2] and f32[2] differ in their element"),
        ("add then relu", "i32[2] i32[2]", "the operand of a fused function has to be f32, not i32"),
    ])
    func refusals(operation: String, operands: String, message: String) throws {
        let error = #expect(throws: GraphError.self) { try infer(operation, operands) }
        #expect(error?.message.hasSuffix("): \(message)") == true, "\(String(describing: error))")
    }

    /// Any attributes over any types give types or an error, and what is accepted can be asked for its matrix.
    @Test func hostileAttributesNeverTrap() {
        var random = SplitMix64(seed: 9)
        let numbers = [0, 1, -1, 2, 3, 1 << 20, 1 << 31, 1 << 40, Int.max, Int.min]
        let floats: [Float] = [0, 1, 0.5, 2, 1e-38, 3e38, -1, .infinity, .nan, 1.5]
        func number() -> Int { numbers[Int.random(in: 0..<numbers.count, using: &random)] }
        func float() -> Float { floats[Int.random(in: 0..<floats.count, using: &random)] }
        func chance() -> Bool { Bool.random(using: &random) }
        func side() -> Dimension {
            chance()
                ? Dimension(Int.random(in: 0...9, using: &random)) : Dimension(symbol: "h", times: number()) + Dimension(number())
        }
        func type() -> TensorType {
            TensorType(
                ElementType.allCases[Int.random(in: 0..<ElementType.allCases.count, using: &random)],
                (0..<Int.random(in: 1...2, using: &random)).map { _ in side() })
        }
        var accepted = 0
        for _ in 0..<3000 {
            let coordinates: [Resize.Coordinates] = [
                .halfPixel, .halfPixelSymmetric, .halfPixelForNearest, .pytorchHalfPixel, .alignCorners, .asymmetric,
                .cropAndResize(start: float(), end: float()),
            ]
            let interpolations: [Resize.Interpolation] = [.nearest(.floor), .linear, .cubic(coefficient: float())]
            let axis = Resize.Axis(
                Int.random(in: -1...2, using: &random),
                chance() ? .factor(number()) : .size(chance() ? Int.random(in: 1...4, using: &random) : number(), scale: float()),
                interpolation: interpolations[Int.random(in: 0..<3, using: &random)],
                coordinates: coordinates[Int.random(in: 0..<7, using: &random)], excludesOutside: chance(), antialiases: chance(),
                positions: Resize.PositionRule.allCases[Int.random(in: 0..<3, using: &random)])
            let operations: [Operation] = [
                .slice(Slice((0..<2).map { _ in Slice.Axis(start: side(), step: number(), count: side()) })),
                .expansion(Expansion(to: [side(), side()])), .tiling(Tiling([number(), number()])),
                .gather(Gather(axis: number())),
                .reduction(Reduction(.sum, axes: [number(), number()])), .argumentMaximum(ArgumentMaximum(axis: number())),
                .topPositions(TopPositions(axis: number(), count: number(), largest: chance())),
                .cumulative(Cumulative(.sum, axis: number())),
                .scatter(Scatter(.add)),
                .quantization(Quantization(axis: number(), to: .uint8)), .dequantization(Dequantization(axis: number())),
                .resize(Resize([axis])),
            ]
            for operation in operations {
                let operands = (0..<Int.random(in: 1...2, using: &random)).map { _ in type() }
                guard let results = try? operation.resultTypes(operands: operands, callee: { _ in nil }) else { continue }
                accepted += 1
                for result in results { #expect(throws: Never.self) { try result.checkBounds() } }
                guard case .resize = operation, let input = operands[0].shape[axis.axis].constant, input < 1 << 21 else { continue }
                let size = axis.size(inputSize: input)
                guard size < 100 else { continue }
                let taps = axis.taps(inputSize: input)
                #expect(taps.count == size && taps.joined().allSatisfy { (0..<input).contains($0.index) })
            }
        }
        #expect(accepted > 100)
    }
}
