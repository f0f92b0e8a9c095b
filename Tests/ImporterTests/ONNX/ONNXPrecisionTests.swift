import GraphIR
import Optimizer
import Reference
import Testing

@testable import Importer

/// Models in half, brain and double precision: computed in float32, with borders and constants of their own type.
@Suite struct ONNXPrecisionTests {
    private static func bytes(_ halves: [Float16]) -> [UInt8] {
        halves.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
    }
    private static func bytes(_ doubles: [Double]) -> [UInt8] {
        doubles.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
    }

    /// 10 is float16 in the file.
    @Test func bordersKeepTheirType() throws {
        let model = ONNXBytes.model(
            [ONNXBytes.node("Add", ["x", "w"], ["y"])], inputs: [ONNXBytes.value("x", [2], dataType: 10)],
            outputs: [ONNXBytes.value("y", [2], dataType: 10)],
            initializers: [ONNXBytes.tensor("w", 10, [2], raw: Self.bytes([Float16(0x1p-12), 2]))])
        let imported = try ONNXTesting.read(model)
        let main = imported.graph.main
        #expect((main.inputs + main.outputs.map(\.value)).allSatisfy { main.type(of: $0).element == .float16 })
        #expect(imported.graph.mnemonics() == ["cast", "binary", "cast"])
        #expect(imported.summary.assumptions == ["what the model has in f16 is computed in f32"])
        // The sum is rounded once, when it leaves.
        let result = try ONNXTesting.evaluate(model, ["x": Tensor([1, -3], shape: [2], element: .float16)])
        #expect(result["y"] == Tensor([1, -1], shape: [2], element: .float16))
    }

    /// Pictures and maps are float32, whatever the model has at its borders.
    @Test func bordersBecomeFloat32ForPictures() throws {
        let model = ONNXBytes.model(
            [ONNXBytes.node("Sigmoid", ["x"], ["y"])], inputs: [ONNXBytes.value("x", [1, 1, 4, 4], dataType: 10)],
            outputs: [ONNXBytes.value("y", [], dataType: 10)])
        var graph = try ONNXTesting.read(model).graph.withFloat32Borders()
        #expect((graph.main.inputs + graph.main.outputs.map(\.value)).allSatisfy { graph.main.type(of: $0).element == .float32 })
        try graph.verify()
        try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
        #expect(graph.mnemonics() == ["elementwise"])
    }

    /// What is cast to fewer bits has fewer from there on, whether it is known or not.
    @Test func narrowingCastsRound() throws {
        let nodes = [ONNXBytes.node("Cast", ["x"], ["h"], ["to": .int(10)]), ONNXBytes.node("Cast", ["h"], ["y"], ["to": .int(1)])]
        let values: [Float] = [1 + 0x1p-12, 1 + 0x1.8p-10, 70_000]
        let expected: [Float] = [1, 1 + 0x2p-10, .infinity]
        let output = [ONNXBytes.value("y", [3])]
        let computed = ONNXBytes.model(nodes, inputs: [ONNXBytes.value("x", [3])], outputs: output)
        #expect(try ONNXTesting.evaluate(computed, ["x": Tensor(values, shape: [3])])["y"]?.floats == expected)
        let known = ONNXBytes.model(nodes, inputs: [], outputs: output, initializers: [ONNXBytes.tensor("x", [3], values)])
        #expect(try ONNXTesting.evaluate(known, [:])["y"]?.floats == expected)
        #expect(try ONNXTesting.read(known).graph.mnemonics().isEmpty)
    }

    /// An eleventh eleven times, less 1: 0 in double precision, and what is left of the rounding in half precision.
    @Test func constantsFoldInTheirType() throws {
        func folded(_ dataType: Int, _ one: [UInt8], _ eleven: [UInt8]) throws -> Float? {
            let model = ONNXBytes.model(
                [
                    ONNXBytes.node("Div", ["one", "eleven"], ["part"]), ONNXBytes.node("Mul", ["part", "eleven"], ["again"]),
                    ONNXBytes.node("Sub", ["again", "one"], ["rest"]), ONNXBytes.node("Cast", ["rest"], ["y"], ["to": .int(1)]),
                ], inputs: [], outputs: [ONNXBytes.value("y", [])],
                initializers: [
                    ONNXBytes.tensor("one", dataType, [], raw: one), ONNXBytes.tensor("eleven", dataType, [], raw: eleven),
                ])
            return try ONNXTesting.evaluate(model, [:])["y"]?.floats.first
        }
        // As NumPy computes it.
        #expect(try folded(10, Self.bytes([Float16(1)]), Self.bytes([Float16(11)])) == -0x1p-11)
        // 2²⁵ + 1 has no place in a float.
        #expect(try folded(11, Self.bytes([0x1p25 + 1]), Self.bytes([0x1p25])) == Float((0x1p25 + 1) / 0x1p25 * 0x1p25 - (0x1p25 + 1)))
    }

    /// Integers of every width are added, divided and compared in their own.
    @Test(arguments: [(4, ElementType.uint16, 65_535), (5, .int16, 32_767), (12, .uint32, 4_294_967_295), (13, .uint64, 9)])
    func integersKeepTheirWidth(dataType: Int, element: ElementType, largest: Int64) throws {
        let model = ONNXBytes.model(
            [ONNXBytes.node("Add", ["a", "b"], ["y"]), ONNXBytes.node("Less", ["a", "b"], ["z"])],
            inputs: [ONNXBytes.value("a", [1], dataType: dataType), ONNXBytes.value("b", [1], dataType: dataType)],
            outputs: [ONNXBytes.value("y", [1], dataType: dataType), ONNXBytes.value("z", [1], dataType: 9)])
        func tensor(_ value: Int64) -> Tensor { Tensor(integers: [value], shape: [1], element: element) }
        let result = try ONNXTesting.evaluate(model, ["a": tensor(1), "b": tensor(largest)])
        #expect(result["y"] == tensor(element.wrapping(largest &+ 1)))
        #expect(result["z"]?.integers == [1])
    }

    /// A side of 0 is one where the model takes it, and any where it does not, as some exporters mean it.
    @Test func sidesOfZero() throws {
        let empty = ONNXBytes.model(
            [ONNXBytes.node("ReduceSum", ["x"], ["y"], ["keepdims": .int(0)])], inputs: [ONNXBytes.value("x", [0, 3])],
            outputs: [ONNXBytes.value("y", [])])
        #expect(try ONNXTesting.evaluate(empty, ["x": Tensor([], shape: [0, 3])])["y"]?.floats == [0])
        let image = ONNXBytes.model(
            [ONNXBytes.node("GlobalAveragePool", ["x"], ["y"])], inputs: [ONNXBytes.value("x", [0, 3, 4, 4])],
            outputs: [ONNXBytes.value("y", [])])
        let imported = try ONNXTesting.read(image)
        #expect(imported.summary.assumptions == ["sides of inputs that the file gives as 0 may be any number"])
    }
}
