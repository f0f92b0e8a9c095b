import GraphIR
import Optimizer
import Testing

/// What the text of a graph does not show: the table of constants.
@Suite struct ConstantPassTests {
    /// x + used, with a constant that no node reads in front of it in the table.
    private func graphWithUnusedConstant() throws -> Graph {
        var constants = ConstantTable()
        _ = constants.insert(Constant([9, 9, 9], shape: [3]))
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("x", TensorType([1, 2]))
        let used = builder.constant(Constant([1, 2], shape: [2]), into: &constants, name: "used")
        builder.output("y", try builder.append(.binary(Binary(.add)), [image, used], name: "sum")[0])
        return Graph(main: builder.finish(), constants: constants)
    }

    @Test func unusedConstantsLeaveTheTable() throws {
        var graph = try graphWithUnusedConstant()
        #expect(try deduplicateConstants.run(&graph))
        #expect(graph.constants.count == 1)
        #expect(graph.constants[ConstantID(0)].floats == [1, 2])
        try graph.verify()
        #expect(try !deduplicateConstants.run(&graph))
    }

    @Test func foldedConstantsReplaceTheirOperands() throws {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("x", TensorType([1, 2]))
        let operand = builder.constant(Constant([1, -2], shape: [2]), into: &constants, name: "c")
        let negated = try builder.append(.elementwise(Elementwise(.negate)), [operand], name: "negated")
        builder.output("y", try builder.append(.binary(Binary(.add)), [image] + negated, name: "sum")[0])
        var graph = Graph(main: builder.finish(), constants: constants)
        try PassManager().run(&graph, pipeline: [foldConstants, deduplicateConstants])
        #expect(graph.constants.ids.map { graph.constants[$0].floats } == [[-1, 2]])
    }

    /// What the device does with an index outside of its axis is not the compiler's to say.
    @Test func anIndexOutsideIsNotFolded() throws {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("x", TensorType([1, 2]))
        let table = builder.constant(Constant([1, 2, 3, 4], shape: [2, 2]), into: &constants, name: "table")
        let seven = Constant(element: .int32, shape: [1], bytes: .owned([7, 0, 0, 0]))
        let index = builder.constant(seven, into: &constants, name: "index")
        let row = try builder.append(.gather(Gather(axis: 0)), [table, index], name: "row")
        builder.output("y", try builder.append(.binary(Binary(.add)), [image] + row, name: "sum")[0])
        var graph = Graph(main: builder.finish(), constants: constants)
        #expect(try !foldConstants.run(&graph))
    }

    /// Four times the bytes, but not more elements: what a quantized model's weights become.
    @Test func quantizedWeightsBecomeFloats() throws {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let count = 600_000
        let image = builder.input("x", TensorType([Dimension(count)]))
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let weights = Constant(element: .uint8, shape: [count], bytes: .owned(bytes))
        let operands = [
            builder.constant(weights, into: &constants, name: "weights"),
            builder.constant(Constant([0.5], shape: [1]), into: &constants, name: "scale"),
        ]
        let floats = try builder.append(.dequantization(Dequantization()), operands, name: "floats")
        builder.output("y", try builder.append(.binary(Binary(.multiply)), [image] + floats, name: "y")[0])
        var graph = Graph(main: builder.finish(), constants: constants)
        try PassManager().run(&graph, pipeline: [foldConstants, deduplicateConstants])
        #expect(graph.constants.ids.map { graph.constants[$0].type.description } == ["f32[600000]"])
    }

    @Test func equalContentIsOneEntry() throws {
        var table = ConstantTable()
        let first = table.insert(Constant([1, 2], shape: [2]))
        #expect(table.insert(Constant([1, 2], shape: [2])) == first)
        #expect(table.insert(Constant([1, 2], shape: [1, 2])) != first)
    }
}
