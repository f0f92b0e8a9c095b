import GraphIR
import Reference
import TestSupport
import Testing

@Suite struct EvaluatorTests {
    /// main(x) = twice(x) + twice(twice(x)), twice(v) = v + v.
    private func callingGraph() throws -> Graph {
        let side = Dimension(symbol: "s")
        var inner = FunctionBuilder(name: "twice")
        let value = inner.input("v", TensorType([side]))
        inner.output("sum", try inner.append(.binary(Binary(.add)), [value, value], name: "add")[0])
        let twice = inner.finish()
        var outer = FunctionBuilder(name: "main", functions: [twice])
        let x = outer.input("x", TensorType([Dimension(symbol: "s", times: 2)]))
        let first = try outer.append(.call(Call("twice")), [x], name: "first")[0]
        let second = try outer.append(.call(Call("twice")), [first], name: "second")[0]
        outer.output("y", try outer.append(.binary(Binary(.add)), [first, second], name: "join")[0])
        outer.output("first", first)
        var graph = Graph(main: outer.finish())
        graph.functions.append(twice)
        return graph
    }

    @Test func callsShareAFunction() throws {
        let results = try Evaluator(callingGraph()).run(["x": Tensor([1, -2], shape: [2])])
        #expect(results == ["y": Tensor([6, -12], shape: [2]), "first": Tensor([2, -4], shape: [2])])
    }

    @Test func observesEveryValueInOrder() throws {
        var seen: [String] = []
        var tensors: [[Float]] = []
        _ = try Evaluator(callingGraph()).run(["x": Tensor([1, 3], shape: [2])]) { observation in
            seen.append(observation.name)
            tensors.append(observation.tensor.floats)
        }
        #expect(seen == ["first/add", "first", "second/add", "second", "join"])
        #expect(tensors == [[2, 6], [2, 6], [4, 12], [4, 12], [6, 18]])
    }

    /// Inputs, constants and every result, but nothing inside of an operation; integers and normal numbers stay.
    @Test func flushesSubnormalNumbers() throws {
        let least = Float.leastNormalMagnitude
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let x = builder.input("x", TensorType([4]))
        let factor = builder.constant(Constant([least, -least / 2, 1, 1], shape: [4]), into: &constants, name: "factor")
        let large = builder.constant(Constant([0x1p100, 0x1p100, 0x1p100, 0x1p100], shape: [4]), into: &constants, name: "large")
        let scaled = try builder.append(.binary(Binary(.multiply)), [x, factor], name: "scaled")[0]
        builder.output("constant", factor)
        builder.output("scaled", scaled)
        builder.output("raised", try builder.append(.binary(Binary(.multiply)), [scaled, large], name: "raised")[0])
        let graph = Graph(main: builder.finish(), constants: constants)
        let input = Tensor([-0.5, 1, -least / 4, least], shape: [4])
        let flushed = try Evaluator(graph, flushesSubnormals: true).run(["x": input])
        #expect(haveEqualBits(flushed["constant"]!.floats, [least, -0.0, 1, 1]))
        #expect(haveEqualBits(flushed["scaled"]!.floats, [-0.0, -0.0, -0.0, least]))
        #expect(haveEqualBits(flushed["raised"]!.floats, [-0.0, -0.0, -0.0, least * 0x1p100]))
        let kept = try Evaluator(graph).run(["x": input])
        #expect(haveEqualBits(kept["scaled"]!.floats, [-least / 2, -least / 2, -least / 4, least]))
    }

    @Test func refusesInputsThatAreNotDeclared() throws {
        let evaluator = Evaluator(try callingGraph())
        let pair = Tensor([1, 2], shape: [2])
        #expect(message { try evaluator.run([:]) } == "main: no tensor is given for input 'x'")
        #expect(message { try evaluator.run(["x": pair, "z": pair]) } == "main: there is no input 'z'; the inputs are 'x'")
        let odd = Tensor([1, 2, 3], shape: [3])
        #expect(message { try evaluator.run(["x": odd]) } == "input 'x' of 'main' wants (2*s): 3 is no multiple of 2")
        let integers = Tensor(integers: [1, 2], shape: [2], element: .int32)
        #expect(message { try evaluator.run(["x": integers]) } == "input 'x' of 'main' is f32[2*s], not i32[2]")
    }

    @Test func reportsTheNodeThatFails() throws {
        var graph = try callingGraph()
        graph.main.nodes[2].operation = .softmax(Softmax(axis: 4))
        let text = message { try Evaluator(graph).run(["x": Tensor([1, 2], shape: [2])]) }
        #expect(text?.hasPrefix("main/join: softmax of (f32[2], f32[2])") == true, "\(text ?? "no error")")
    }

    @Test func endsWhereFunctionsCallEachOther() throws {
        var graph = try callingGraph()
        graph.functions[1].nodes = [Node(.call(Call("twice")), inputs: [ValueID(0)], outputs: [ValueID(1)], name: "again")]
        let text = message { try Evaluator(graph).run(["x": Tensor([1, 2], shape: [2])]) }
        #expect(text?.contains("in a circle") == true, "\(text ?? "no error")")
    }

    @Test func reshapeUsesTheFunctionsSymbols() throws {
        var builder = FunctionBuilder(name: "main")
        let (h, w) = (Dimension(symbol: "h"), Dimension(symbol: "w"))
        let image = builder.input("image", TensorType([1, h, w, 2]))
        let reshape = Reshape([.dimension(1), .dimension(h), .dimension(w * 2)])
        builder.output("rows", try builder.append(.reshape(reshape), [image], name: "rows")[0])
        let tensor = Tensor((0..<12).map { Float($0) }, shape: [1, 3, 2, 2])
        let results = try Evaluator(Graph(main: builder.finish())).run(["image": tensor])
        #expect(results["rows"] == tensor.reshaped(to: [1, 3, 4]))
    }

    /// A symbol that only a sum with another determines, in an order in which the sum comes first.
    @Test func sidesThatAreSumsAreSolved() throws {
        var builder = FunctionBuilder(name: "main")
        let (s, t) = (Dimension(symbol: "s"), Dimension(symbol: "t"))
        _ = builder.input("both", TensorType([s + t]))
        let first = builder.input("first", TensorType([s]))
        let last = builder.input("last", TensorType([t * 2]))
        builder.output("y", try builder.append(.concatenation(Concatenation(axis: 0)), [first, last], name: "y")[0])
        let evaluator = Evaluator(Graph(main: builder.finish()))
        func tensor(_ count: Int) -> Tensor { Tensor(repeating: 1, shape: [count]) }
        #expect(try evaluator.run(["both": tensor(5), "first": tensor(2), "last": tensor(6)])["y"] == tensor(8))
        let text = message { try evaluator.run(["both": tensor(5), "first": tensor(2), "last": tensor(8)]) }
        #expect(text == "input 'both' of 'main' wants (s+t): 5 is not s+t, s being 2, t being 4")
    }

    @Test(arguments: 0..<20) func randomGraphsEvaluateBothWays(_ seed: Int) throws {
        let graph = try RandomGraphs.graph(seed: UInt64(seed))
        try graph.verify()
        let (shape, floats) = RandomGraphs.input(seed: UInt64(seed))
        let inputs = ["input": Tensor(floats, shape: shape)]
        let fast = try Evaluator(graph).run(inputs)
        let exact = try Evaluator(graph, arithmetic: .exactScalar).run(inputs)
        #expect(fast.keys.sorted() == exact.keys.sorted())
        for name in fast.keys.sorted() {
            let distance = difference(try #require(fast[name]).floats, try #require(exact[name]).floats)
            #expect(distance.largest < 1e-4, "\(name): \(distance)")
            #expect(try #require(exact[name]).floats.allSatisfy { $0.isFinite && $0.magnitude < 1000 })
        }
    }
}

private func message(_ body: () throws -> some Any) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return "\(error)"
    }
}
