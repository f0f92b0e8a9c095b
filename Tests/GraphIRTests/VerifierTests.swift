import Testing

@testable import GraphIR

private func problems(_ graph: Graph) -> [String] {
    do throws(VerificationFailure) { try graph.verify() } catch { return error.problems.map(\.description) }
    return []
}

private func function(_ lines: String) throws -> Function {
    try GraphText.parse("venule 1 entry @f function @f(%x: f32[1, 8, 8, 2]) {\n\(lines)\n}").main
}

@Suite struct VerifierTests {
    @Test func everyProblemIsReportedAtOnce() throws {
        let graph = try GraphText.parse(
            """
            venule 1
            metadata "a" = "1"
            metadata "a" = "2"
            entry @f
            function @f(%x: f32[1, 8, 8, 2], %bad: f32[-1]) {
              %k = constant f32[3, 3, 3, 4] filled 0.5
              %c = convolution(%x, %k) window 3x3 : f32[1, 6, 6, 4] named "conv2d_1"
              %r = relu(%x) : f32[1, 8, 8, 3]
              %y = call @missing(%x) : f32[1]
              %a, %b = call @g(%r) : f32[1], f32[1]
              return %c as "out", %r as "out"
            }
            function @g(%x: f32[1, 8, 8, 4]) {
              %y = relu(%x) : f32[1, 8, 8, 4]
              return
            }
            """)
        #expect(
            problems(graph) == [
                "metadata key 'a' occurs twice",
                "function 'f': two outputs are named 'out'",
                "function 'f': input 'bad': f32[-1] has a side of -1",
                "function 'f', node 'conv2d_1': convolution of (f32[1, 8, 8, 2], f32[3, 3, 3, 4]): the image has 2 channels, the kernel f32[3, 3, 3, 4] in 1 group takes 3",
                "function 'f', node 'r': relu gives 'r' the type f32[1, 8, 8, 2], declared is f32[1, 8, 8, 3]",
                "function 'f', node 'y': call of (f32[1, 8, 8, 2]): there is no function 'missing'",
                "function 'f', node 'a': call of (f32[1, 8, 8, 3]): input 'x' of 'g' wants 1x8x8x4: 3 is not 4",
                "function 'g': it has no output",
            ])
    }

    @Test func orderAndDefinitionsAreChecked() throws {
        var f = try function("%a = relu(%x) : f32[1, 8, 8, 2] %b = tanh(%a) : f32[1, 8, 8, 2] return %b")
        f.nodes.swapAt(0, 1)
        #expect(problems(Graph(main: f)) == ["function 'f', node 'b': operand 0 of tanh is 'a', which no input or earlier node makes"])

        f = try function("%a = relu(%x) : f32[1, 8, 8, 2] %b = tanh(%x) : f32[1, 8, 8, 2] return %b")
        f.nodes[1].outputs = f.nodes[0].outputs
        #expect(
            problems(Graph(main: f)) == [
                "function 'f', node 'b': the result 'a' is defined a second time", "function 'f': output 'b' is 'b', which nothing makes",
            ])

        f = try function("%a = relu(%x) : f32[1, 8, 8, 2] return %a")
        f.nodes[0].inputs = [ValueID(7)]
        f.nodes[0].outputs = [ValueID(-1)]
        f.inputs.append(ValueID(9))
        f.outputs[0].value = ValueID(5)
        #expect(
            problems(Graph(main: f)) == [
                "function 'f': the input value 9 is outside of the function's 2 values",
                "function 'f', node 'a': operand 0 of relu is value 7, which no input or earlier node makes",
                "function 'f', node 'a': the result value -1 is outside of the function's 2 values",
                "function 'f': output 'a' is value 5, which nothing makes",
            ])
    }

    @Test func namesAreUnique() throws {
        var f = try function("%a = relu(%x) : f32[1, 8, 8, 2] return %a")
        f.values[1].name = "x"
        var graph = Graph(main: f)
        graph.functions.append(f)
        graph.mainName = "h"
        #expect(
            problems(graph) == [
                "function 'f': two functions have this name", "the main function 'h' does not exist",
                "function 'f': two values are named 'x'", "function 'f': two values are named 'x'",
            ])
    }

    @Test func constantsAreOfTheTable() throws {
        var f = try function("%a = constant f32[1] {1.0} return %a")
        for id in [1, -1] {
            f.nodes[0].operation = .constant(ConstantOperation(ConstantID(id)))
            #expect(problems(Graph(main: f)) == ["function 'f', node 'a': constant of (): the table has no constant \(id)"])
        }
    }

    @Test func recursionIsRefused() throws {
        let graph = try GraphText.parse(
            """
            venule 1 entry @f
            function @f(%x: f32[1]) { %y = call @g(%x) : f32[1] return %y }
            function @g(%x: f32[1]) { %y = call @h(%x) : f32[1] return %y }
            function @h(%x: f32[1]) { %y = call @g(%x) : f32[1] return %y }
            """)
        #expect(problems(graph) == ["functions call each other in a circle: g calls h calls g"])
        #expect(throws: GraphError.self) { try graph.binding(inputShapes: ["x": [1]]) }
        #expect(graph.multiplyAccumulates() == nil)
    }

    @Test func expansionOfCallsIsBounded() throws {
        var text = "venule 1 entry @f100 function @f0(%x: f32[1]) { %y = relu(%x) : f32[1] return %y }\n"
        for level in 1...100 {
            text +=
                "function @f\(level)(%x: f32[1]) { %y = call @f\(level - 1)(%x) : f32[1] %z = call @f\(level - 1)(%y) : f32[1] return %z }\n"
        }
        let messages = problems(try GraphText.parse(text))
        #expect(messages.contains("function 'f15': it has more than 65536 nodes with calls expanded"))
        #expect(messages.contains("function 'f64': its calls are nested 65 deep; at most 64 are supported"))
        #expect(!messages.contains { $0.contains("'f14'") })
    }

    /// A third of the rows joined to all of them, again and again, would grow the expression exponentially.
    @Test func expressionsThatGrowAreRefused() throws {
        var builder = FunctionBuilder(name: "f")
        var value = builder.input("v", TensorType([1, Dimension(symbol: "h"), 1, 1]))
        let error = #expect(throws: GraphError.self) {
            for _ in 0..<40 {
                let pooled = try builder.append(
                    .pooling(Pooling(.maximum, window: Window(size: .one, strides: Spatial(3, 1)))), [value], name: "p")[0]
                value = try builder.append(.concatenation(Concatenation(axis: 1)), [value, pooled], name: "v")[0]
            }
        }
        #expect(error?.message.hasSuffix("a side is an expression of more than 64 terms") == true)
    }
}
