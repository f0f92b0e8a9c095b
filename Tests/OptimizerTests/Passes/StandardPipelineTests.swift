import Foundation
import GraphIR
import Optimizer
import TestSupport
import Testing

@Suite struct StandardPipelineTests {
    /// The page lists the pipeline with the reasons that the source gives.
    @Test func thePageListsThePipeline() throws {
        let page = try String(contentsOfFile: "\(Fixtures.packageRoot)/Documentation/Passes.md", encoding: .utf8)
        let section = try #require(
            page.components(separatedBy: "\n## The standard pipeline\n").last?.components(separatedBy: "\n## ").first)
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        let expected = Pipelines.standard.enumerated().map { "| \($0 + 1) | `\($1.pass.name)` | \($1.reason) |" }
        #expect(rows.map(String.init) == expected)
    }

    private func optimized(iterations: Int, outputs: [String]? = nil) throws -> Graph {
        var graph = try IterNetModel.graph(channels: 2, iterations: iterations)
        if let outputs { graph = try graph.keepingOutputs(outputs) }
        try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
        return graph
    }

    /// Mnemonics of the operations that compute, with their number.
    private func counts(_ graph: Graph) -> [String: Int] {
        graph.main.nodes.reduce(into: [:]) { counts, node in
            if case .constant = node.operation { return }
            counts[node.operation.mnemonic, default: 0] += 1
        }
    }

    @Test(arguments: [1, 3]) func iterNetBecomesConvolutionsOnly(iterations: Int) throws {
        let graph = try optimized(iterations: iterations)
        #expect(graph.functions.map(\.name) == ["main"])
        // U-Net: 18 convolutions and its head; an iteration: 2 features, fusion, 8 of refinement, head.
        #expect(
            counts(graph) == [
                "convolution": 19 + 12 * iterations, "transposed-convolution": 4 + 2 * iterations,
            ])
        let convolutions = graph.main.nodes.compactMap { node -> Convolution? in
            if case .convolution(let convolution) = node.operation { convolution } else { nil }
        }
        #expect(convolutions.allSatisfy { $0.activation != nil })
        #expect(convolutions.count { $0.activation == .sigmoid } == iterations + 1)
        #expect(convolutions.count { $0.pooling != nil } == 4 + 2 * iterations)
        // The growing joins, and the skips of the U-Net and of each refinement.
        let severals = convolutions.filter { $0.sourceCount > 1 }.map(\.sourceCount)
        #expect(severals.count == 4 + 3 * iterations)
        #expect(severals.max() == max(2, iterations + 1))
    }

    @Test func unrollingDuplicatesNoConstants() throws {
        let source = try IterNetModel.graph(channels: 2, iterations: 3)
        let graph = try optimized(iterations: 3)
        #expect(graph.constants.count == source.constants.count)
        let used = graph.main.nodes.compactMap { node -> ConstantID? in
            if case .constant(let constant) = node.operation { constant.id } else { nil }
        }
        #expect(used.count == source.constants.count)
        #expect(Set(used).count == used.count, "each constant is one node")
    }

    @Test func outputsThatNobodyAskedForAreNotComputed() throws {
        let graph = try optimized(iterations: 3, outputs: ["out4"])
        #expect(graph.main.outputs.map(\.name) == ["out4"])
        #expect(counts(graph)["convolution"] == 19 + 36 - 3)
        let first = try optimized(iterations: 3, outputs: ["out1"])
        #expect(counts(first) == ["convolution": 19, "transposed-convolution": 4])
    }

    @Test func keptOutputsStayInTheModelsOrder() throws {
        let graph = try IterNetModel.graph(channels: 2, iterations: 2)
        #expect(try graph.keepingOutputs(["out3", "out1"]).main.outputs.map(\.name) == ["out1", "out3"])
    }

    @Test func unknownOutputsAreAllNamed() throws {
        let graph = try IterNetModel.graph(channels: 2, iterations: 1)
        let error = #expect(throws: GraphError.self) { try graph.keepingOutputs(["out9", "out1", "final"]) }
        #expect(error?.description.contains("no output 'out9', 'final'; the outputs are 'out1', 'out2'") == true)
        #expect(throws: GraphError.self) { try graph.keepingOutputs([]) }
    }

    @Test func theSamePipelineTwiceChangesNothing() throws {
        var graph = try optimized(iterations: 2)
        let records = try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
        #expect(records.allSatisfy { $0.changes.isEmpty })
    }

    /// The text of the entry's nodes that are no constants, behind the standard pipeline.
    private func optimizedNodes(_ body: String) throws -> [String] {
        let norms = "%s = constant f32[2] filled 0.5  %o = constant f32[2] filled 0.25  %v = constant f32[2] filled 2.0"
        let kernel = "%k = constant f32[3, 3, 2, 2] filled 0.125"
        var graph = try GraphText.parse(
            "venule 1 entry @main function @main(%x: f32[1, 8, 8, 2]) { \(norms) \(kernel) \(body) }")
        try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
        return graph.text().split(separator: "\n").map { String($0) }.filter { $0.hasPrefix("  %") && !$0.contains("constant ") }
    }

    @Test func convolutionNormalizationActivationAndPoolingBecomeOneOperation() throws {
        let nodes = try optimizedNodes(
            """
            %p = padding(%x) constant 0.0 amounts [0 0, 1 1, 1 1, 0 0] : f32[1, 10, 10, 2]
            %c = convolution(%p, %k) window 3x3 : f32[1, 8, 8, 2]
            %n = batch-normalization(%c, %s, %o, %o, %v) epsilon 0.5 : f32[1, 8, 8, 2]
            %r = relu(%n) : f32[1, 8, 8, 2]
            %d = dropout(%r) rate 0.5 : f32[1, 8, 8, 2]
            %m = pooling(%d) maximum window 2x2 strides 2x2 : f32[1, 4, 4, 2]
            return %m
            """)
        #expect(
            nodes == [
                "  %m = convolution(%x, %c.kernel, %c.bias) window 3x3 padding top 1 left 1 bottom 1 right 1 bias then relu "
                    + "then pool 2x2 : f32[1, 4, 4, 2] named \"c\""
            ])
    }

    @Test func whatCannotBeFoldedOrFusedStays() throws {
        let nodes = try optimizedNodes(
            """
            %n = batch-normalization(%x, %s, %o, %o, %v) epsilon 0.5 : f32[1, 8, 8, 2]
            %r = relu(%n) : f32[1, 8, 8, 2]
            %c = convolution(%r, %k) window 3x3 padding same : f32[1, 8, 8, 2]
            %t = tanh(%c) : f32[1, 8, 8, 2]
            return %c, %t
            """)
        #expect(
            nodes == [
                "  %r = batch-normalization(%x, %s, %o, %o, %v) epsilon 0.5 then relu : f32[1, 8, 8, 2] named \"n\"",
                "  %c = convolution(%r, %k) window 3x3 padding same : f32[1, 8, 8, 2]",
                "  %t = tanh(%c) : f32[1, 8, 8, 2]",
            ])
    }

    @Test func normalizationOnBothSidesOfAConcatenationIsFolded() throws {
        let nodes = try optimizedNodes(
            """
            %l = constant f32[1, 1, 4, 2] filled 0.5
            %a = batch-normalization(%x, %s, %o, %o, %v) epsilon 0.5 : f32[1, 8, 8, 2]
            %j = concatenation(%x, %a) axis 3 : f32[1, 8, 8, 4]
            %s4 = constant f32[4] filled 0.5
            %n = batch-normalization(%j, %s4, %s4, %s4, %s4) epsilon 0.5 : f32[1, 8, 8, 4]
            %c = convolution(%n, %l) window 1x1 : f32[1, 8, 8, 2]
            return %c
            """)
        #expect(nodes.map { $0.prefix(40) } == ["  %c = convolution(%x, %x, %c.kernel.1, "])
    }
}
