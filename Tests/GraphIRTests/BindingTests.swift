import Testing

@testable import GraphIR

/// A function with calls of a shared block, whose input is declared in the block's own symbols.
private func sampleGraph() throws -> Graph {
    var table = ConstantTable()
    var block = FunctionBuilder(name: "block")
    let x = block.input("x", TensorType([Dimension(symbol: "b"), Dimension(symbol: "h", times: 2), Dimension(symbol: "w", times: 2), 4]))
    let kernel = block.constant(Constant([Float](repeating: 0.5, count: 3 * 3 * 4 * 4), shape: [3, 3, 4, 4]), into: &table, name: "kernel")
    let conv = try block.append(.convolution(Convolution(window: Window(size: Spatial(3, 3), padding: .same), hasBias: false)), [x, kernel], name: "conv")[0]
    let pool = try block.append(.pooling(Pooling(.maximum, window: Window(size: Spatial(2, 2), strides: Spatial(2, 2)))), [conv], name: "pool")[0]
    let up = try block.append(.resize(Resize(.factors(Spatial(2, 2)), interpolation: .nearest)), [pool], name: "up")[0]
    block.output("y", try block.append(.binary(Binary(.add)), [up, x], name: "sum")[0])

    var main = FunctionBuilder(name: "main", functions: [block.finish()])
    let image = main.input("image", TensorType([Dimension(symbol: "n"), Dimension(symbol: "h", times: 16), Dimension(symbol: "w", times: 16), 4]))
    let first = try main.append(.call(Call("block")), [image], name: "call")[0]
    let second = try main.append(.call(Call("block")), [first], name: "call")[0]
    main.output("out", second)
    var graph = Graph(entry: main.finish(), constants: table)
    graph.functions.append(block.finish())
    return graph
}

@Suite struct BindingTests {
    @Test func callsSolveTheSymbolsOfTheCallee() throws {
        let graph = try sampleGraph()
        try graph.verify()
        #expect(graph.main.type(of: graph.main.outputs[0].value).description == "f32[n, 16*h, 16*w, 4]")
        #expect(graph.main.values.map(\.name) == ["image", "call", "call.1"])
    }

    @Test func bindingMakesEveryTypeStatic() throws {
        let bound = try sampleGraph().binding(inputShapes: ["image": [1, 48, 80, 4]])
        try bound.verify()
        #expect(bound.main.values.map(\.type.staticShape) == [[1, 48, 80, 4], [1, 48, 80, 4], [1, 48, 80, 4]])
        let block = try #require(bound.function(named: "block"))
        #expect(block.values.map(\.type).last?.staticShape == [1, 48, 80, 4])
        #expect(block.values[3].type.staticShape == [1, 24, 40, 4])
    }

    @Test(arguments: [
        ([1, 600, 592, 4], "input 'image' wants nx(16*h)x(16*w)x4: 600 is no multiple of 16"),
        ([1, 592, 592, 3], "input 'image' wants nx(16*h)x(16*w)x4: 3 is not 4"),
        ([592, 592, 4], "input 'image' wants nx(16*h)x(16*w)x4, not 592x592x4"),
        ([1, 0, 16, 4], "input 'image' wants nx(16*h)x(16*w)x4: f32[1, 0, 16, 4] has a side of 0; sides are positive"),
        ([1, Int.max, 16, 4], "input 'image' wants nx(16*h)x(16*w)x4: f32[1, 9223372036854775807, 16, 4] has a side above 2147483648"),
    ])
    func badShapesAreRefused(shape: [Int], message: String) throws {
        let graph = try sampleGraph()
        let error = #expect(throws: GraphError.self) { try graph.binding(inputShapes: ["image": shape]) }
        #expect(error?.description == message)
    }

    @Test func missingAndUnknownInputsAreNamed() throws {
        let graph = try sampleGraph()
        let missing = #expect(throws: GraphError.self) { try graph.binding(inputShapes: [:]) }
        #expect(missing?.description == "input 'image' wants nx(16*h)x(16*w)x4; give its shape")
        let unknown = #expect(throws: GraphError.self) { try graph.binding(inputShapes: ["x": [1]]) }
        #expect(unknown?.description == "there is no input 'x'; the inputs are 'image'")
    }
}
