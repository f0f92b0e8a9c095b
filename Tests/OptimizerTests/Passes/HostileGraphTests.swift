import GraphIR
import Optimizer
import Testing

/// Graphs that a file may hold and that would exhaust memory or stack if passes took them at their word.
@Suite struct HostileGraphTests {
    private let type = TensorType([1, 2, 2, 1])

    /// `f0` applies a function, each further one calls the one before it `calls` times in a row; the last is the entry.
    private func tower(height: Int, calls: Int, leaf: Bool = true) throws -> Graph {
        var functions: [Function] = []
        for level in 0..<height {
            var builder = FunctionBuilder(name: "f\(level)", functions: functions.suffix(1))
            var value = builder.input("x", type)
            if level == 0, leaf { value = try builder.append(.elementwise(Elementwise(.relu)), [value], name: "y")[0] }
            for _ in 0..<(level == 0 ? 0 : calls) {
                value = try builder.append(.call(Call("f\(level - 1)")), [value], name: "y")[0]
            }
            builder.output("y", value)
            functions.append(builder.finish())
        }
        var graph = Graph(entry: functions[height - 1])
        graph.functions = functions
        return graph
    }

    @Test(arguments: [true, false]) func callsThatMultiplyAreRefused(leaf: Bool) throws {
        var graph = try tower(height: 40, calls: 8, leaf: leaf)
        let error = #expect(throws: PassError.self) { try unrollIterations.run(&graph) }
        #expect(error?.description.contains("more than 65536 operations") == true)
    }

    @Test func callsThatNestDeeplyAreRefused() throws {
        var graph = try tower(height: 2000, calls: 1)
        let error = #expect(throws: PassError.self) { try unrollIterations.run(&graph) }
        #expect(error?.description.contains("nested more than 64 deep") == true)
    }

    @Test func callsThatNestABitAreInlined() throws {
        var graph = try tower(height: 20, calls: 1)
        try PassManager().run(&graph, pipeline: [unrollIterations, eliminateDeadValues])
        #expect(graph.functions.map { $0.nodes.count } == [1])
    }

    /// Functions that call each other for ever are refused by the verifier, and by the pass where nobody verified.
    @Test func endlessCallsAreRefused() throws {
        var function = Function(name: "main")
        function.values = [Value(name: "x", type: type), Value(name: "y", type: type)]
        function.inputs = [ValueID(0)]
        function.nodes = [Node(.call(Call("main")), inputs: [ValueID(0)], outputs: [ValueID(1)], name: "again")]
        function.outputs = [Output(name: "y", value: ValueID(1))]
        var graph = Graph(entry: function)
        let error = #expect(throws: PassError.self) { try unrollIterations.run(&graph) }
        #expect(error?.description.contains("'main' calls itself") == true)
        #expect(throws: PassError.self) { try PassManager().run(&graph, pipeline: [unrollIterations]) }
    }

    @Test func concatenationsThatMultiplyStayNested() throws {
        var builder = FunctionBuilder(name: "main")
        var value = builder.input("x", type)
        for level in 0..<16 {
            value = try builder.append(.concatenation(Concatenation(axis: 3)), [value, value], name: "join\(level)")[0]
        }
        builder.output("y", value)
        var graph = Graph(entry: builder.finish())
        try PassManager().run(&graph, pipeline: [absorbConcatenation])
        #expect(graph.main.nodes.allSatisfy { $0.inputs.count <= 1024 })
        #expect(graph.main.type(of: graph.main.outputs[0].value).shape[3] == 65536)
    }
}
