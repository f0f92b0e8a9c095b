import GraphIR
import Reference
import Testing

@testable import Importer

/// Operators that become several operations: what they are made of, and what is said of those that are not read.
/// Their values are compared in ONNXFixtureTests.
@Suite struct ONNXCompositionTests {
    private func model(
        _ node: [UInt8], _ inputs: [(String, [Any], Int)], outputs: [String] = ["y"], opset: Int = 25
    ) -> [UInt8] {
        ONNXBytes.model(
            [node], inputs: inputs.map { ONNXBytes.value($0.0, $0.1, dataType: $0.2) },
            outputs: outputs.map { ONNXBytes.value($0, []) }, opset: opset)
    }

    // MARK: Attention
    private static var heads: [(String, [Any], Int)] { [("q", [1, 4, 2, 8], 1), ("k", [1, 2, 3, 8], 1), ("v", [1, 2, 3, 8], 1)] }

    /// Heads that share keys are rows of one matrix; nothing is repeated.
    @Test func sharedKeysAreNotRepeated() throws {
        let graph = try ONNXTesting.read(model(ONNXBytes.node("Attention", ["q", "k", "v"], ["y"]), Self.heads)).graph
        #expect(!graph.mnemonics().contains("expansion"))
        let products = graph.main.nodes.filter { if case .matrixMultiplication = $0.operation { true } else { false } }
        #expect(products.map { graph.main.type(of: $0.outputs[0]).description } == ["f32[1, 2, 4, 3]", "f32[1, 2, 4, 8]"])
    }

    /// Rows without a key are guarded only where there may be some.
    @Test func onlyMasksThatMayExcludeEveryKeyAreGuarded() throws {
        func selections(_ attributes: KeyValuePairs<String, ONNXBytes.Attribute>) throws -> Int {
            let node = ONNXBytes.node("Attention", ["q", "k", "v"], ["y"], attributes)
            return try ONNXTesting.read(model(node, Self.heads)).graph.mnemonics().filter { $0 == "selection" }.count
        }
        #expect(try selections([:]) == 0)
        #expect(try selections(["is_causal": .int(1)]) == 1)
        #expect(try selections(["left_window_size": .int(1)]) == 2)
    }

    @Test func attentionOperandsAreChecked() throws {
        func failure(
            _ operands: [String], _ extra: [(String, [Any], Int)] = [], _ attributes: KeyValuePairs<String, ONNXBytes.Attribute> = [:],
            heads: [(String, [Any], Int)] = Self.heads
        ) throws -> ImportFailure {
            try ONNXTesting.failure(model(ONNXBytes.node("Attention", operands, ["y"], attributes), heads + extra))
        }
        let alone = try failure(["q", "k", "v", "", "p"], [("p", [1, 2, 1, 8], 1)])
        #expect(alone.kind == .corrupt)
        #expect(alone.description.contains("past keys or past values alone, accepted: both or neither"))
        let integers = try failure(["q", "k", "v", "m"], [("m", [2, 3], 7)])
        #expect(integers.kind == .unsupported)
        #expect(integers.description.contains("attn_mask: found elements of i64, accepted: truth values or floats"))
        #expect(try failure(["q", "k", "v"], [], ["left_window_size": .int(-2)]).description.contains("found -2, accepted: -1 or more"))
        let packed: [(String, [Any], Int)] = [("q", [1, 2, 8], 1), ("k", [1, 2, 8], 1), ("v", [1, 2, 8], 1)]
        #expect(try failure(["q", "k", "v"], heads: packed).description.contains("kv_num_heads: found none, accepted: 1 or more"))
        var symbolic = Self.heads
        symbolic[0].1[2] = "queries"
        let open = try failure(["q", "k", "v"], [], ["is_causal": .int(1)], heads: symbolic)
        #expect(open.kind == .unsupported)
        #expect(open.description.contains("a number of queries queries, accepted: a number; give the shapes of the inputs"))
    }

    /// Without a mask sides may stay open.
    @Test func attentionOfOpenSides() throws {
        var heads = Self.heads
        for index in heads.indices { heads[index].1[2] = index == 0 ? "queries" : "keys" }
        let graph = try ONNXTesting.read(model(ONNXBytes.node("Attention", ["q", "k", "v"], ["y"]), heads)).graph
        #expect(graph.main.type(of: graph.main.outputs[0].value).description == "f32[1, 4, queries, 8]")
    }

    @Test func onlyTheKnownVersionOfThePreviewDomainIsRead() throws {
        let node = ONNXBytes.node("FlexAttention", ["q", "k", "v"], ["y"], domain: "ai.onnx.preview")
        let failure = try ONNXTesting.failure(model(node, Self.heads))
        #expect(failure.description.contains("no version of ai.onnx.preview"))
        let other = ONNXBytes.node("FlexConvolution", ["q"], ["y"], domain: "ai.onnx.preview")
        #expect(try ONNXTesting.failure(model(other, Self.heads)).kind == .unsupported)
    }

    // MARK: Sums of integers
    /// 258 products of 255 · 255 are below 2²⁴.
    @Test(arguments: [(258, 1), (259, 2), (700, 3)]) func productsOfIntegersAreTakenApart(inner: Int, parts: Int) throws {
        let graph = try ONNXTesting.read(
            model(ONNXBytes.node("MatMulInteger", ["a", "b"], ["y"]), [("a", [2, inner], 2), ("b", [inner, 2], 2)])
        ).graph
        #expect(graph.mnemonics().filter { $0 == "matrix-multiplication" }.count == parts)
    }

    /// A known zero point and signed operands need fewer parts: 128 · 128 · 1024 = 2²⁴.
    @Test func boundsFollowTheTypes() throws {
        let graph = try ONNXTesting.read(
            model(ONNXBytes.node("MatMulInteger", ["a", "b"], ["y"]), [("a", [2, 1024], 3), ("b", [1024, 2], 3)])
        ).graph
        #expect(graph.mnemonics().filter { $0 == "matrix-multiplication" }.count == 1)
    }

    /// Winograd's algorithms, which have fractions, take kernels of 3x3 only.
    @Test func noPartOfAnIntegerConvolutionIsThreeByThree() throws {
        let graph = try ONNXTesting.read(
            model(
                ONNXBytes.node("ConvInteger", ["x", "w"], ["y"], ["pads": .ints([1, 1, 1, 1])]),
                [("x", [1, 3, "rows", 8], 2), ("w", [2, 3, 3, 3], 2)])
        ).graph
        let sizes = graph.main.nodes.compactMap { node in
            if case .convolution(let convolution) = node.operation { convolution.window.size } else { nil }
        }
        #expect(sizes == [Spatial(2, 3), Spatial(1, 3)])
        #expect(graph.main.type(of: graph.main.outputs[0].value).description == "i32[1, 2, rows, 8]")
    }

    @Test func rowsOfTooManyWeightsAreRefused() throws {
        let failure = try ONNXTesting.failure(
            model(ONNXBytes.node("ConvInteger", ["x", "w"], ["y"]), [("x", [1, 1, 1, 400], 2), ("w", [1, 1, 1, 300], 2)]))
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("a row of 300 weights, accepted: at most 258, whose sums are exact"))
    }

    // MARK: Steps
    @Test func stepsHaveToBeKnown() throws {
        let layer = ONNXBytes.node("GRU", ["x", "w", "r"], ["", "y"])
        let operands: [(String, [Any], Int)] = [("x", ["steps", 1, 2], 1), ("w", [1, 9, 2], 1), ("r", [1, 9, 3], 1)]
        let open = try ONNXTesting.failure(model(layer, operands))
        #expect(open.kind == .unsupported)
        #expect(open.description.contains("a number of steps steps, accepted: a number; give the shapes of the inputs"))
        var options = ImportOptions()
        options.inputShapes = ["x": [3, 1, 2]]
        let graph = try ONNXTesting.read(model(layer, operands), options: options).graph
        // One product for all inputs, and of each step one for z and r and one for h.
        #expect(graph.mnemonics().filter { $0 == "matrix-multiplication" }.count == 7)
        #expect(graph.main.type(of: graph.main.outputs[0].value).description == "f32[1, 1, 3]")
    }

    @Test func recurrentWeightsAreChecked() throws {
        let gates = try ONNXTesting.failure(
            model(
                ONNXBytes.node("LSTM", ["x", "w", "r"], ["", "y"]),
                [("x", [2, 1, 2], 1), ("w", [1, 9, 2], 1), ("r", [1, 12, 3], 1)]))
        #expect(gates.kind == .corrupt)
        #expect(gates.description.contains("weights f32[1, 9, 2], accepted: [directions, 12, elements]"))
        let directions = try ONNXTesting.failure(
            model(
                ONNXBytes.node("RNN", ["x", "w", "r"], ["", "y"], ["direction": .string("bidirectional")]),
                [("x", [2, 1, 2], 1), ("w", [1, 3, 2], 1), ("r", [1, 3, 3], 1)]))
        #expect(directions.kind == .corrupt)
    }

    @Test func scansAreChecked() throws {
        let body = ONNXBytes.graph(
            [ONNXBytes.node("Add", ["s", "e"], ["t"])], inputs: [ONNXBytes.value("s", [2]), ONNXBytes.value("e", [2])],
            outputs: [ONNXBytes.value("t", [2])])
        func failure(_ shape: [Any], _ inputs: Int) throws -> ImportFailure {
            try ONNXTesting.failure(
                model(
                    ONNXBytes.node("Scan", ["i", "x"], ["y"], ["body": .graph(body), "num_scan_inputs": .int(inputs)]),
                    [("i", [2], 1), ("x", shape, 1)]))
        }
        #expect(try failure(["turns", 2], 1).description.contains("a number of turns turns, accepted: a number"))
        #expect(try failure([3, 2], 3).kind == .corrupt)
        #expect(try failure([5000, 2], 1).description.contains("5000 turns, accepted: at most 4096"))
    }

    // MARK: Einsum
    @Test(arguments: [
        ("ij->i", "'ij->i' for 2 operands"), ("ijk,jk->i", "with 'ijk' for 2 axes"), ("ij,jk->ii", "each once"),
        ("ij,jk->z", "of labels of the terms"), ("i.j,jk->i", "a letter for each axis"), ("ij,ik->jk", "for 2 and for 3 elements"),
    ])
    func equationsAreChecked(equation: String, part: String) throws {
        let failure = try ONNXTesting.failure(
            model(ONNXBytes.node("Einsum", ["a", "b"], ["y"], ["equation": .string(equation)]), [("a", [2, 3], 1), ("b", [3, 4], 1)]))
        #expect(failure.kind == .corrupt)
        #expect(failure.description.contains(part), "\(failure.description)")
    }

    /// A sum over a shared label is a matrix product.
    @Test func sumsOverSharedLabelsAreMatrixProducts() throws {
        let node = ONNXBytes.node("Einsum", ["a", "b"], ["y"], ["equation": .string("nij,njk->nik")])
        let graph = try ONNXTesting.read(model(node, [("a", ["n", 2, 3], 1), ("b", ["n", 3, 4], 1)])).graph
        #expect(graph.mnemonics() == ["matrix-multiplication"])
        #expect(graph.main.type(of: graph.main.outputs[0].value).description == "f32[n, 2, 4]")
    }

    // MARK: Losses
    @Test func lossesAreChecked() throws {
        func failure(_ target: [Any], _ reduction: String) throws -> ImportFailure {
            try ONNXTesting.failure(
                model(
                    ONNXBytes.node("NegativeLogLikelihoodLoss", ["x", "t"], ["y"], ["reduction": .string(reduction)]),
                    [("x", [2, 3, 4], 1), ("t", target, 7)]))
        }
        #expect(try failure([2, 5], "sum").description.contains("accepted: a class for each position"))
        #expect(try failure([2, 4], "median").description.contains("reduction: found 'median', accepted: none, sum, mean"))
    }
}
