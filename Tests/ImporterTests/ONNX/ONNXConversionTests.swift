import GraphIR
import Reference
import Testing

@testable import Importer

/// Shapes, options, functions and control flow.
@Suite struct ONNXConversionTests {
    private static let image = ONNXBytes.value("x", ["batch", 2, "height", "width"])

    // MARK: Shapes
    @Test func symbolicShapesFoldAway() throws {
        // Doubles rows and columns as PyTorch exports an interpolation by a factor.
        let nodes = [
            ONNXBytes.node("Shape", ["x"], ["s"]), ONNXBytes.node("Slice", ["s", "two", "four"], ["hw"]),
            ONNXBytes.node("Cast", ["hw"], ["f"], ["to": .int(1)]), ONNXBytes.node("Mul", ["f", "factor"], ["g"]),
            ONNXBytes.node("Cast", ["g"], ["i"], ["to": .int(7)]), ONNXBytes.node("Slice", ["s", "zero", "two"], ["nc"]),
            ONNXBytes.node("Concat", ["nc", "i"], ["sizes"], ["axis": .int(0)]),
            ONNXBytes.node("Resize", ["x", "", "", "sizes"], ["y"], ["mode": .string("nearest")]),
        ]
        let bytes = ONNXBytes.model(
            nodes, inputs: [Self.image], outputs: [ONNXBytes.value("y", [])],
            initializers: [
                ONNXBytes.tensor("zero", [1], integers: [0]), ONNXBytes.tensor("two", [1], integers: [2]),
                ONNXBytes.tensor("four", [1], integers: [4]), ONNXBytes.tensor("factor", [], [2]),
            ])
        let graph = try ONNXTesting.read(bytes).graph
        #expect(graph.mnemonics() == ["transpose", "resize", "transpose"])
        #expect(graph.main.type(of: graph.main.outputs[0].value).description == "f32[batch, 2, 2*height, 2*width]")
    }

    /// The file's words: scales and sizes have rules of their own, whole multiples are factors.
    @Test func resizesHaveTheirRuleOfPositions() throws {
        func graph(_ operands: [String], _ mode: String) throws -> String {
            let bytes = ONNXBytes.model(
                [ONNXBytes.node("Resize", operands, ["y"], ["mode": .string(mode)])],
                inputs: [ONNXBytes.value("x", [1, 2, 10, 20])], outputs: [ONNXBytes.value("y", [])],
                initializers: [
                    ONNXBytes.tensor("scales", [4], [1, 1, 1.35, 2]), ONNXBytes.tensor("factors", [4], [1, 1, 2, 3]),
                    ONNXBytes.tensor("sizes", [4], integers: [1, 2, 13, 27]),
                ])
            return try ONNXTesting.read(bytes).graph.text()
        }
        let byScales = try graph(["x", "", "scales"], "nearest")
        #expect(byScales.contains("size 13 scale 1.35 nearest round-prefer-floor half-pixel positions float-scale"), "\(byScales)")
        #expect(byScales.contains("factor 2 nearest round-prefer-floor half-pixel positions float-scale"), "\(byScales)")
        let bySizes = try graph(["x", "", "", "sizes"], "nearest")
        #expect(bySizes.contains("size 13 nearest round-prefer-floor half-pixel positions float-lengths"), "\(bySizes)")
        let byFactors = try graph(["x", "", "factors"], "nearest")
        #expect(byFactors.contains("1 factor 2 nearest round-prefer-floor half-pixel positions float-scale, 2 factor 3 "), "\(byFactors)")
        #expect(try graph(["x", "", "", "sizes"], "linear").contains("1 size 13 linear half-pixel positions float-lengths, 2 size 27 "))
    }

    @Test func sizesThatDependOnDataAreRefused() throws {
        let bytes = ONNXBytes.model(
            [ONNXBytes.node("Reshape", ["x", "s"], ["y"], name: "flat")],
            inputs: [ONNXBytes.value("x", [2, 3]), ONNXBytes.value("s", [1], dataType: 7)],
            outputs: [ONNXBytes.value("y", [6])])
        let failure = try ONNXTesting.failure(bytes)
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("'flat' (Reshape), shape: found a value that is computed when the model runs"))
        var options = ImportOptions()
        options.boundInputs["s"] = Tensor(integers: [6], shape: [1], element: .int64).constant
        let graph = try ONNXTesting.read(bytes, options: options).graph
        #expect(graph.main.inputs.map { graph.main[$0].name } == ["x"])
        #expect(graph.main.type(of: graph.main.outputs[0].value).description == "f32[6]")
    }

    @Test func optionsHaveToSuitTheInputs() throws {
        let bytes = ONNXBytes.model(
            [ONNXBytes.node("Add", ["x", "z"], ["y"])],
            inputs: [ONNXBytes.value("x", ["n", 3]), ONNXBytes.value("z", [3])], outputs: [ONNXBytes.value("y", [])])
        func failure(_ change: (inout ImportOptions) -> Void) throws -> String {
            var options = ImportOptions()
            change(&options)
            return try ONNXTesting.failure(bytes, options: options).description
        }
        #expect(try failure { $0.inputShapes["w"] = [1] }.contains("'input w': found no such input, accepted: 'x', 'z'"))
        #expect(try failure { $0.inputShapes["x"] = [2, 4] }.contains("'input x', shape: found [2, 4], accepted: [n, 3]"))
        #expect(try failure { $0.inputShapes["x"] = [6] }.contains("'input x', shape: found [6], accepted: [n, 3]"))
        #expect(
            try failure { $0.inputShape = [2, 3] }.contains("found one without a name, accepted: one with a name; the inputs are 'x', 'z'"))
        #expect(try failure { $0.boundInputs["z"] = Constant([1, 2], shape: [2]) }.contains("found an array of shape [2], accepted: [3]"))
        let integers = Tensor(integers: [1, 2, 3], shape: [3], element: .int32).constant
        #expect(try failure { $0.boundInputs["z"] = integers }.contains("found an array of i32, accepted: f32"))
    }

    @Test func namesOfSidesBecomeIdentifiers() throws {
        let bytes = ONNXBytes.model(
            [ONNXBytes.node("Relu", ["in/put:0"], ["y"])], inputs: [ONNXBytes.value("in/put:0", ["batch size", "2*n", "", 4])],
            outputs: [ONNXBytes.value("y", [])])
        let graph = try ONNXTesting.read(bytes).graph
        #expect(graph.main.type(of: graph.main.inputs[0]).description == "f32[batch_size, _2_n, in_put_0_2, 4]")
    }

    // MARK: Control flow
    private func loop(turns: Int, condition: String = "go", body: [[UInt8]]? = nil) -> [UInt8] {
        let nodes = body ?? [ONNXBytes.node("Add", ["state", "w"], ["next"])]
        let graph = ONNXBytes.graph(
            nodes, inputs: [ONNXBytes.value("i", [], dataType: 7), ONNXBytes.value("go", [], dataType: 9), ONNXBytes.value("state", [])],
            outputs: [ONNXBytes.value(condition, [], dataType: 9), ONNXBytes.value("next", [])])
        return ONNXBytes.model(
            [ONNXBytes.node("Loop", ["turns", "", "x"], ["y"], name: "repeat", ["body": .graph(graph)])],
            inputs: [ONNXBytes.value("x", [2])], outputs: [ONNXBytes.value("y", [2])],
            initializers: [ONNXBytes.tensor("turns", [], integers: [turns]), ONNXBytes.tensor("w", [2], [1, 10])])
    }

    @Test func loopsBecomeCalls() throws {
        for turns in [0, 1, 5] {
            let bytes = loop(turns: turns)
            let result = try ONNXTesting.evaluate(bytes, ["x": Tensor([0.5, 0.5], shape: [2])])
            #expect(result["y"]?.floats == [0.5 + Float(turns), 0.5 + 10 * Float(turns)])
            if turns > 1 { #expect(try ONNXTesting.read(bytes).graph.mnemonics() == [String](repeating: "call", count: turns)) }
        }
    }

    @Test func loopsAreBounded() throws {
        let failure = try ONNXTesting.failure(loop(turns: 1_000_000_000))
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("'repeat' (Loop): found more than 4096 turns"), "\(failure)")
    }

    @Test func conditionsOfTheBodyEndALoop() throws {
        // Goes on while the turn's number is below 2.
        let body = [
            ONNXBytes.node("Add", ["state", "w"], ["next"]), ONNXBytes.node("Less", ["i", "two"], ["on"]),
            ONNXBytes.node("Constant", [], ["two"], ["value": .tensor(ONNXBytes.tensor("", [], integers: [2]))]),
        ]
        let result = try ONNXTesting.evaluate(loop(turns: 10, condition: "on", body: body), ["x": Tensor([0, 0], shape: [2])])
        #expect(result["y"]?.floats == [3, 30])
    }

    @Test func conditionsThatDependOnDataAreRefused() throws {
        let branch = ONNXBytes.graph([ONNXBytes.node("Neg", ["x"], ["t"])], outputs: [ONNXBytes.value("t", [])])
        let bytes = ONNXBytes.model(
            [ONNXBytes.node("If", ["c"], ["y"], name: "choice", ["then_branch": .graph(branch), "else_branch": .graph(branch)])],
            inputs: [ONNXBytes.value("x", [2]), ONNXBytes.value("c", [], dataType: 9)], outputs: [ONNXBytes.value("y", [2])])
        let failure = try ONNXTesting.failure(bytes)
        #expect(failure.description.contains("'choice' (If), cond: found a condition that is computed when the model runs"))
    }

    // MARK: Functions
    private func call(_ functions: [[UInt8]]) -> [UInt8] {
        ONNXBytes.model(
            [ONNXBytes.node("Block", ["x"], ["y"], name: "top", domain: "mine", ["slope": .float(0.25)])],
            inputs: [ONNXBytes.value("x", [2])], outputs: [ONNXBytes.value("y", [2])], functions: functions)
    }

    @Test func functionsAreInlinedWithTheirAttributes() throws {
        var leaky = ProtobufWriter()
        leaky.bytes = ONNXBytes.node("LeakyRelu", ["a"], ["b"])
        leaky.message(5) {
            $0.text(1, "alpha")
            $0.text(21, "slope")
        }
        let function = ONNXBytes.function(
            "Block", domain: "mine", inputs: ["a"], outputs: ["b"], attributes: ["slope"], nodes: [leaky.bytes])
        let result = try ONNXTesting.evaluate(call([function]), ["x": Tensor([-4, 4], shape: [2])])
        #expect(result["y"]?.floats == [-1, 4])
    }

    @Test func functionsThatCallThemselvesAreRefused() throws {
        let function = ONNXBytes.function(
            "Block", domain: "mine", inputs: ["a"], outputs: ["b"], nodes: [ONNXBytes.node("Block", ["a"], ["b"], domain: "mine")])
        let failure = try ONNXTesting.failure(call([function]))
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("32 deep"), "\(failure)")
    }

    /// Few functions that call each other twice would make very many nodes.
    @Test func expandedFunctionsAreBounded() throws {
        let functions = (0..<24).map { level in
            ONNXBytes.function(
                level == 0 ? "Block" : "Block\(level)", domain: "mine", inputs: ["a"], outputs: ["b"],
                nodes: level == 23
                    ? [ONNXBytes.node("Relu", ["a"], ["b"])]
                    : ["a", "m"].enumerated().map { index, name in
                        ONNXBytes.node("Block\(level + 1)", [name], [index == 0 ? "m" : "b"], domain: "mine")
                    })
        }
        let failure = try ONNXTesting.failure(call(functions))
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("more than \(ONNXLimits.convertedNodes) nodes"), "\(failure)")
    }
}
