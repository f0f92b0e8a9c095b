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
        var graph = Graph(main: functions[height - 1])
        graph.functions = functions
        return graph
    }

    @Test(arguments: [true, false]) func callsThatMultiplyAreRefused(leaf: Bool) throws {
        var graph = try tower(height: 40, calls: 8, leaf: leaf)
        let error = #expect(throws: PassError.self) { try unrollIterations.run(&graph) }
        #expect(error?.description.contains("more than 65536 nodes with calls expanded") == true)
    }

    @Test func callsThatNestDeeplyAreRefused() throws {
        var graph = try tower(height: 2000, calls: 1)
        let error = #expect(throws: PassError.self) { try unrollIterations.run(&graph) }
        #expect(error?.description.contains("nested 65 deep; at most 64 are supported") == true)
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
        var graph = Graph(main: function)
        let error = #expect(throws: PassError.self) { try unrollIterations.run(&graph) }
        #expect(error?.description.contains("in a circle: main calls main") == true)
        #expect(throws: PassError.self) { try PassManager().run(&graph, pipeline: [unrollIterations]) }
    }

    /// Many readers of one value, and one reader of many values: rewriting them all takes no longer than a few times each.
    @Test func manyReadersAndManyOperandsAreRewrittenQuickly() throws {
        let count = 30_000
        var function = Function(name: "main")
        func add(_ operation: Operation, _ inputs: [ValueID], _ type: TensorType, _ name: String) -> ValueID {
            let value = ValueID(function.values.count)
            function.values.append(Value(name: name, type: type))
            function.nodes.append(Node(operation, inputs: inputs, outputs: [value], name: name))
            return value
        }
        function.values.append(Value(name: "x", type: TensorType([1])))
        function.inputs = [ValueID(0)]
        let copies = (0..<count).map { add(.dropout(Dropout(rate: 0.5)), [ValueID(0)], TensorType([1]), "copy\($0)") }
        let twins = copies.enumerated().map { add(.elementwise(Elementwise(.relu)), [$1], TensorType([1]), "twin\($0)") }
        let joined = add(.concatenation(Concatenation(axis: 0)), twins + copies, TensorType([Dimension(2 * count)]), "joined")
        function.outputs = [Output(name: "joined", value: joined)]
        for (index, value) in copies.enumerated() { function.outputs.append(Output(name: "copy\(index)", value: value)) }
        var graph = Graph(main: function)
        let start = ContinuousClock.now
        try eliminateIdentities.run(&graph)
        try eliminateCommonSubexpressions.run(&graph)
        #expect(graph.main.nodes.count == 2)
        try graph.verify()
        // Minutes where each rewrite walks through all readers, operands or outputs.
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    /// A megabyte more at every step, and none of the results needed: the table holds what is read.
    @Test func foldedConstantsAreBoundedInAll() throws {
        var table = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("x", TensorType([1]))
        let seed = builder.constant(Constant([1], shape: [1]), into: &table, name: "seed")
        let steps = 80
        for step in 0..<steps {
            // 250,000 elements, a little under the growth that one node may have.
            let amounts = [Padding.Amount(249_000 + step, 0)]
            let wide = try builder.append(.padding(Padding(.constant(0), amounts: amounts)), [seed], name: "wide\(step)")[0]
            let sum = try builder.append(.binary(Binary(.add)), [image, wide], name: "sum\(step)")[0]
            builder.output("y\(step)", sum)
        }
        var graph = Graph(main: builder.finish(), constants: table)
        try PassManager().run(&graph, pipeline: [foldConstants, deduplicateConstants])
        let folded = steps - graph.main.nodes.count { if case .padding = $0.operation { true } else { false } }
        #expect(folded == 67, "64 MiB of results that stay, and the model's own constants")
        #expect(graph.constants.ids.reduce(0) { $0 + graph.constants[$1].bytes.count } <= 65 << 20)
    }

    @Test func intermediateResultsDoNotEnterTheTable() throws {
        var table = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("x", TensorType([64]))
        var value = builder.constant(Constant((0..<64).map { Float($0) }, shape: [64]), into: &table, name: "seed")
        for step in 0..<50 { value = try builder.append(.elementwise(Elementwise(.negate)), [value], name: "n\(step)")[0] }
        for step in 0..<2 { value = try builder.append(.elementwise(Elementwise(.sqrt)), [value], name: "s\(step)")[0] }
        builder.output("y", try builder.append(.binary(Binary(.add)), [image, value], name: "y")[0])
        var graph = Graph(main: builder.finish(), constants: table)
        try foldConstants.run(&graph)
        #expect(graph.constants.count == 2)
        #expect(graph.main.nodes.count == 2)
    }

    @Test func concatenationsThatMultiplyStayNested() throws {
        var builder = FunctionBuilder(name: "main")
        var value = builder.input("x", type)
        for level in 0..<16 {
            value = try builder.append(.concatenation(Concatenation(axis: 3)), [value, value], name: "join\(level)")[0]
        }
        builder.output("y", value)
        var graph = Graph(main: builder.finish())
        try PassManager().run(&graph, pipeline: [absorbConcatenation])
        #expect(graph.main.nodes.allSatisfy { $0.inputs.count <= 1024 })
        #expect(graph.main.type(of: graph.main.outputs[0].value).shape[3] == 65536)
    }
}
