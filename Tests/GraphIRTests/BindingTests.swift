import Testing

@testable import GraphIR

/// A function with calls of a shared block, whose input is declared in the block's own symbols.
private func sampleGraph() throws -> Graph {
    var table = ConstantTable()
    var block = FunctionBuilder(name: "block")
    let x = block.input("x", TensorType([Dimension(symbol: "b"), Dimension(symbol: "h", times: 2), Dimension(symbol: "w", times: 2), 4]))
    let kernel = block.constant(Constant([Float](repeating: 0.5, count: 3 * 3 * 4 * 4), shape: [3, 3, 4, 4]), into: &table, name: "kernel")
    let conv = try block.append(
        .convolution(Convolution(window: Window(size: Spatial(3, 3), padding: .same), hasBias: false)), [x, kernel], name: "conv")[0]
    let pool = try block.append(
        .pooling(Pooling(.maximum, window: Window(size: Spatial(2, 2), strides: Spatial(2, 2)))), [conv], name: "pool")[0]
    let up = try block.append(.resize(Resize(rows: .factor(2), columns: .factor(2), interpolation: .nearest(.floor))), [pool], name: "up")[
        0]
    block.output("y", try block.append(.binary(Binary(.add)), [up, x], name: "sum")[0])

    var main = FunctionBuilder(name: "main", functions: [block.finish()])
    let image = main.input(
        "image", TensorType([Dimension(symbol: "n"), Dimension(symbol: "h", times: 16), Dimension(symbol: "w", times: 16), 4]))
    let first = try main.append(.call(Call("block")), [image], name: "call")[0]
    let second = try main.append(.call(Call("block")), [first], name: "call")[0]
    main.output("out", second)
    var graph = Graph(main: main.finish(), constants: table)
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

    /// Sides of a reshape say what the function's symbols stand for.
    @Test func bindingReachesReshapes() throws {
        let graph = try GraphText.parse(
            """
            venule 1 entry @main
            function @main(%x: f32[1, 2*h, w, 4]) {
              %a = reshape(%x) to [1, w, 2*h, 4] : f32[1, w, 2*h, 4]
              %b = call @g(%a) : f32[2*h, w, 4]
              return %b
            }
            function @g(%x: f32[1, w, h, 4]) {
              %y = reshape(%x) to [h, w, ?] : f32[h, w, 4]
              return %y
            }
            """)
        try graph.verify()
        let bound = try graph.binding(inputShapes: ["x": [1, 6, 5, 4]])
        try bound.verify()
        let sides = bound.functions.map { $0.nodes[0].operation }
        #expect(
            sides == [
                .reshape(Reshape([1, 5, 6, 4].map { .dimension($0) })), .reshape(Reshape([.dimension(6), .dimension(5), .inferred])),
            ])
    }

    /// `half` keeps its symbols because it is called with two sizes; what it calls then must not get `half`'s.
    @Test func functionsOfSeveralSizesStaySymbolic() throws {
        let graph = try GraphText.parse(
            """
            venule 1 entry @main
            function @main(%x: f32[1, 4*h, 4, 2]) {
              %a = call @half(%x) : f32[1, 2*h, 2, 2]
              %b = call @half(%a) : f32[1, h, 1, 2]
              return %b
            }
            function @half(%x: f32[1, h, w, 2]) {
              %p = pooling(%x) maximum window 2x2 strides 2x2 : f32[1, h/2, w/2, 2]
              %y = call @last(%p) : f32[1, h/2, w/2, 2]
              return %y
            }
            function @last(%x: f32[1, h, w, 2]) {
              %y = reshape(%x) to [1, h, w, 2] : f32[1, h, w, 2]
              return %y
            }
            """)
        try graph.verify()
        let bound = try graph.binding(inputShapes: ["x": [1, 8, 4, 2]])
        try bound.verify()
        #expect(bound.main.type(of: bound.main.outputs[0].value).staticShape == [1, 2, 1, 2])
        #expect(bound.functions[1] == graph.functions[1])
        #expect(bound.functions[2] == graph.functions[2])
    }

    @Test(arguments: [
        ([1, 600, 592, 4], "input 'image' wants nx(16*h)x(16*w)x4: 600 is no multiple of 16"),
        ([1, 592, 592, 3], "input 'image' wants nx(16*h)x(16*w)x4: 3 is not 4"),
        ([592, 592, 4], "input 'image' wants nx(16*h)x(16*w)x4, not 592x592x4"),
        ([1, 0, 16, 4], "input 'image' wants nx(16*h)x(16*w)x4: 0 is not 16*h"),
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
