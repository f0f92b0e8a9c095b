import GraphIR
import Optimizer
import Testing

@Suite struct StandardPipelineTests {
    private func optimized(iterations: Int, outputs: [String]? = nil) throws -> Graph {
        var graph = try IterNetModel.graph(channels: 4, iterations: iterations)
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

    @Test(arguments: 1...4) func iterNetBecomesConvolutionsOnly(iterations: Int) throws {
        let graph = try optimized(iterations: iterations)
        #expect(graph.functions.map(\.name) == ["main"])
        // U-Net: 18 convolutions and its head; an iteration: 2 features, fusion, 8 of refinement, head.
        #expect(counts(graph) == [
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
        let source = try IterNetModel.graph(channels: 4, iterations: 3)
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
        let graph = try IterNetModel.graph(channels: 4, iterations: 2)
        #expect(try graph.keepingOutputs(["out3", "out1"]).main.outputs.map(\.name) == ["out1", "out3"])
    }

    @Test func unknownOutputsAreAllNamed() throws {
        let graph = try IterNetModel.graph(channels: 4, iterations: 1)
        let error = #expect(throws: PassError.self) { try graph.keepingOutputs(["out9", "out1", "final"]) }
        #expect(error?.description.contains("no output 'out9', 'final'; the outputs are 'out1', 'out2'") == true)
        #expect(throws: PassError.self) { try graph.keepingOutputs([]) }
    }

    @Test func theSamePipelineTwiceChangesNothing() throws {
        var graph = try optimized(iterations: 2)
        let records = try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
        #expect(records.allSatisfy { $0.changes.isEmpty })
    }
}
