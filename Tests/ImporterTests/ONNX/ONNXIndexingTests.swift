import GraphIR
import Reference
import TestSupport
import Testing

@testable import Importer

/// What operators that look up, sample and mask need to know while a model is read, and what they refuse. Their values are those of
/// the fixtures that `make_indexing.py` writes.
@Suite struct ONNXIndexingTests {
    private static let output = ONNXBytes.value("y", [])

    private func failure(_ node: [UInt8], inputs: [[UInt8]], initializers: [[UInt8]] = [], opset: Int = 22) throws -> String {
        let bytes = ONNXBytes.model([node], inputs: inputs, outputs: [Self.output], initializers: initializers, opset: opset)
        let failure = try ONNXTesting.failure(bytes)
        #expect(failure.kind == .unsupported)
        return failure.description
    }

    // MARK: What folds
    /// The sides are looked up among each other, by an operator of which no folding function knows.
    @Test func operatorsOfConstantsDecideShapes() throws {
        let graph = try ONNXFixture("operators", "computed_shape").read().graph
        #expect(graph.mnemonics() == ["reshape"])
        #expect(graph.main.type(of: graph.main.outputs[0].value).description == "f32[4, 2, 3]")
    }

    /// What is evaluated leaves nothing behind in the table of constants; what is too large is left to the plan.
    @Test func onlySmallConstantsAreEvaluated() throws {
        func graph(_ side: Int) throws -> Graph {
            let nodes = [ONNXBytes.node("ReduceSumSquare", ["c", "one"], ["s"]), ONNXBytes.node("Add", ["x", "s"], ["y"])]
            let bytes = ONNXBytes.model(
                nodes, inputs: [ONNXBytes.value("x", [2, 1])], outputs: [Self.output],
                initializers: [
                    ONNXBytes.tensor("c", [2, side], [Float](repeating: 0.5, count: 2 * side)), ONNXBytes.tensor("one", [1], integers: [1]),
                ], opset: 18)
            return try ONNXTesting.read(bytes).graph
        }
        let small = try graph(2048)
        #expect(small.mnemonics() == ["binary"])
        #expect(small.constants.ids.map { small.constants[$0].floats } == [[512, 512]])
        #expect(try graph(2049).mnemonics() == ["binary", "reduction", "binary"])
    }

    // MARK: What is refused
    @Test func shapesThatDependOnDataAreRefusedByName() throws {
        let nonZero = try failure(ONNXBytes.node("NonZero", ["x"], ["y"], name: "where"), inputs: [ONNXBytes.value("x", [4])])
        #expect(
            nonZero.contains("'where' (NonZero), X: found a value that is computed when the model runs, and decides the result's shape"))
        let unique = try failure(ONNXBytes.node("Unique", ["x"], ["y"], name: "set"), inputs: [ONNXBytes.value("x", [4])])
        #expect(unique.contains("'set' (Unique), X: found a value that is computed"))
        let compress = try failure(
            ONNXBytes.node("Compress", ["x", "c"], ["y"], name: "some"),
            inputs: [ONNXBytes.value("x", [4]), ONNXBytes.value("c", [4], dataType: 9)])
        #expect(compress.contains("'some' (Compress), condition: found a value that is computed"))
        let regions = try failure(
            ONNXBytes.node("RoiAlign", ["x", "r", "b"], ["y"], name: "align"),
            inputs: [ONNXBytes.value("x", [1, 2, 4, 4]), ONNXBytes.value("r", [3, 4]), ONNXBytes.value("b", [3], dataType: 7)])
        #expect(regions.contains("'align' (RoiAlign), sampling_ratio: found 0: as many samples as the size of a region asks for"))
    }

    @Test func positionsNeedSidesThatAreNumbers() throws {
        let inputs = [ONNXBytes.value("x", ["n", 4]), ONNXBytes.value("i", ["n", 4], dataType: 7)]
        let text = try failure(ONNXBytes.node("GatherElements", ["x", "i"], ["y"], name: "pick"), inputs: inputs)
        #expect(text.contains("'pick' (GatherElements): found positions in f32[n, 4], accepted: numbers; give the shapes of the inputs"))
    }

    @Test func modesThatThereAreNotAreDamage() throws {
        let bytes = ONNXBytes.model(
            [ONNXBytes.node("GridSample", ["x", "g"], ["y"], ["mode": .string("lanczos")])],
            inputs: [ONNXBytes.value("x", [1, 1, 4, 4]), ONNXBytes.value("g", [1, 2, 2, 2])], outputs: [Self.output], opset: 20)
        #expect(try ONNXTesting.failure(bytes).description.contains("mode: found 'lanczos', accepted: linear, nearest or cubic"))
    }

    /// A file of a few bytes does not make the importer build tables of gigabytes.
    @Test func tablesAreBounded() throws {
        let text = try failure(
            ONNXBytes.node("HannWindow", ["n"], ["y"], name: "window"), inputs: [],
            initializers: [ONNXBytes.tensor("n", [], integers: [1 << 40])])
        #expect(text.contains("'window' (HannWindow): found a table of 1099511627776 elements"), "\(text)")
    }

    // MARK: Bits
    @Test func bitsOfConstantsAreReadAsAnotherType() throws {
        let nodes = [ONNXBytes.node("BitCast", ["c"], ["b"], ["to": .int(6)]), ONNXBytes.node("Add", ["x", "b"], ["y"])]
        let bytes = ONNXBytes.model(
            nodes, inputs: [ONNXBytes.value("x", [2], dataType: 6)], outputs: [Self.output],
            initializers: [ONNXBytes.tensor("c", [2], [1, -2])], opset: 26)
        let x = Tensor(integers: [0, 1], shape: [2], element: .int32)
        #expect(try ONNXTesting.evaluate(bytes, ["x": x])["y"]?.integers == [0x3f80_0000, -0x4000_0000 + 1])
    }

    @Test func bitsOfComputedFloatsAreRefused() throws {
        let text = try failure(
            ONNXBytes.node("BitCast", ["x"], ["y"], name: "bits", ["to": .int(6)]), inputs: [ONNXBytes.value("x", [3])], opset: 26)
        #expect(text.contains("'bits' (BitCast), to: found i32 for f32 that are computed when the model runs"), "\(text)")
    }

    // MARK: Versions
    /// Version 28 orders a block's pixels before or behind the channels.
    @Test func blocksOfPixelsBecomeChannelsInBothOrders() throws {
        func channels(_ attributes: KeyValuePairs<String, ONNXBytes.Attribute>) throws -> [Float]? {
            let bytes = ONNXBytes.model(
                [ONNXBytes.node("SpaceToDepth", ["x"], ["y"], attributes)],
                inputs: [ONNXBytes.value("x", [1, 2, 2, 2])], outputs: [Self.output], opset: 28)
            let x = Tensor([0, 1, 2, 3, 10, 11, 12, 13], shape: [1, 2, 2, 2])
            return try ONNXTesting.evaluate(bytes, ["x": x])["y"]?.floats
        }
        #expect(try channels(["blocksize": .int(2)]) == [0, 10, 1, 11, 2, 12, 3, 13])
        #expect(try channels(["blocksize": .int(2), "mode": .string("DCR")]) == [0, 10, 1, 11, 2, 12, 3, 13])
        #expect(try channels(["blocksize": .int(2), "mode": .string("CRD")]) == [0, 1, 2, 3, 10, 11, 12, 13])
    }

    /// Before version 11 an index from the end has no 1.
    @Test func negativeIndicesOfOneHotCountSinceVersion11() throws {
        func hot(_ opset: Int) throws -> [Float]? {
            let bytes = ONNXBytes.model(
                [ONNXBytes.node("OneHot", ["i", "d", "v"], ["y"])], inputs: [ONNXBytes.value("i", [2], dataType: 7)],
                outputs: [Self.output],
                initializers: [ONNXBytes.tensor("d", [], integers: [3]), ONNXBytes.tensor("v", [2], [0, 1])], opset: opset)
            return try ONNXTesting.evaluate(bytes, ["i": Tensor(integers: [1, -1], shape: [2], element: .int64)])["y"]?.floats
        }
        #expect(try hot(9) == [0, 1, 0, 0, 0, 0])
        #expect(try hot(11) == [0, 1, 0, 0, 0, 1])
    }

    // MARK: Scatters and shifts
    /// No ONNX Runtime has the operator: the values are those of the specification's example in words.
    @Test func sequencesAreWrittenIntoLongerOnes() throws {
        func written(_ mode: String) throws -> [Float]? {
            let bytes = ONNXBytes.model(
                [ONNXBytes.node("TensorScatter", ["x", "u", "i"], ["y"], ["axis": .int(1), "mode": .string(mode)])],
                inputs: [ONNXBytes.value("x", [2, 3]), ONNXBytes.value("u", [2, 2]), ONNXBytes.value("i", [2], dataType: 7)],
                outputs: [Self.output], opset: 24)
            return try ONNXTesting.evaluate(
                bytes,
                [
                    "x": Tensor([0, 1, 2, 10, 11, 12], shape: [2, 3]), "u": Tensor([5, 6, 7, 8], shape: [2, 2]),
                    "i": Tensor(integers: [1, 2], shape: [2], element: .int64),
                ])["y"]?.floats
        }
        #expect(try written("circular") == [0, 5, 6, 8, 11, 7])
        // What would be behind the end is left out, and does not fall into the next sequence.
        #expect(try written("linear") == [0, 5, 6, 10, 11, 7])
    }

    /// Version 28: what is shifted out leaves copies of the sign.
    @Test func shiftsBeyondTheBitsLeaveTheSign() throws {
        func shifted(_ direction: String) throws -> [Int64]? {
            let bytes = ONNXBytes.model(
                [ONNXBytes.node("BitShift", ["x", "n"], ["y"], ["direction": .string(direction)])],
                inputs: [ONNXBytes.value("x", [5], dataType: 3), ONNXBytes.value("n", [5], dataType: 3)], outputs: [Self.output], opset: 28)
            let numbers = Tensor(integers: [-128, 64, -5, -5, 7], shape: [5], element: .int8)
            let amounts = Tensor(integers: [1, 8, 100, -1, -1], shape: [5], element: .int8)
            return try ONNXTesting.evaluate(bytes, ["x": numbers, "n": amounts])["y"]?.integers
        }
        #expect(try shifted("RIGHT") == [-64, 0, -1, -1, 0])
        #expect(try shifted("LEFT") == [0, 0, 0, 0, 0])
    }

    /// However far a diagonal lies beyond the matrix.
    @Test(arguments: [(Int.max, [0, 0, 0, 0], [1, 1, 1, 1]), (Int.min, [1, 1, 1, 1], [0, 0, 0, 0]), (1, [0, 1, 0, 0], [1, 1, 1, 1])])
    func diagonalsBeyondTheMatrix(shift: Int, upper: [Int64], lower: [Int64]) throws {
        for (flag, expected) in [(1, upper), (0, lower)] {
            let bytes = ONNXBytes.model(
                [ONNXBytes.node("Trilu", ["x", "k"], ["y"], ["upper": .int(flag)])],
                inputs: [ONNXBytes.value("x", [2, 2], dataType: 7)], outputs: [ONNXBytes.value("y", [2, 2], dataType: 7)],
                initializers: [ONNXBytes.tensor("k", [], integers: [shift])])
            let ones = Tensor(integers: [1, 1, 1, 1], shape: [2, 2], element: .int64)
            #expect(try ONNXTesting.evaluate(bytes, ["x": ones])["y"]?.integers == expected, "\(shift) \(flag)")
        }
    }

    @Test func ordersThatDependOnDataAreRefused() throws {
        let text = try failure(
            ONNXBytes.node("CumSum", ["x", "a"], ["y"], name: "sum"),
            inputs: [ONNXBytes.value("x", [4]), ONNXBytes.value("a", [], dataType: 7)])
        #expect(text.contains("'sum' (CumSum), axis: found a value that is computed when the model runs"))
        let boxes = try failure(
            ONNXBytes.node("NonMaxSuppression", ["x", "x"], ["y"], name: "boxes"), inputs: [ONNXBytes.value("x", [1, 4, 4])])
        #expect(boxes.contains("'boxes' (NonMaxSuppression): "))
    }
}
