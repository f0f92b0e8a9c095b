import GraphIR
import Optimizer
import Reference
import TestSupport
import Testing

/// Every pass on graphs that nobody had in mind when it was written, and on an IterNet.
@Suite struct PassNumericTests {
    private static let seeds: [UInt64] = Array(1...12)

    @Test(arguments: Pipelines.allPasses.map(\.name)) func eachPassKeepsRandomGraphs(name: String) throws {
        let pass = try #require(Pipelines.pass(named: name))
        var changedGraphs = 0
        for seed in Self.seeds {
            let graph = try RandomGraphs.graph(seed: seed)
            var flat = graph
            try unrollIterations.run(&flat)
            for source in name == unrollIterations.name ? [graph] : [graph, flat] {
                let result = try PassCheck.run([pass], on: source, seed: seed)
                if result.functions != source.functions { changedGraphs += 1 }
            }
        }
        #expect(changedGraphs > 2, "\(name) found too little to do for this to be a test")
    }

    @Test(arguments: seeds) func standardPipelineKeepsRandomGraphs(seed: UInt64) throws {
        try PassCheck.run(Pipelines.standard.map(\.pass), on: try RandomGraphs.graph(seed: seed, nodeCount: 20), seed: seed)
    }

    @Test(arguments: seeds) func standardPipelineKeepsGraphsOfTensors(seed: UInt64) throws {
        let graph = try RandomGraphs.graph(seed: seed, nodeCount: 30, withTensorOperations: true)
        let result = try PassCheck.run(Pipelines.standard.map(\.pass), on: graph, seed: seed)
        #expect(result.main.nodes.count < graph.main.nodes.count)
    }

    /// Any order has to be right; the standard one is only the one that finds most.
    @Test(arguments: seeds) func anyOrderOfPassesKeepsRandomGraphs(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let order = (0..<12).map { _ in random.pick(Pipelines.allPasses) }
        try PassCheck.run(order, on: try RandomGraphs.graph(seed: seed &+ 100), seed: seed)
        try PassCheck.run(order, on: try RandomGraphs.graph(seed: seed &+ 100, withTensorOperations: true), seed: seed)
    }

    @Test(arguments: [1, 3]) func standardPipelineKeepsTheBitsOfAnIterNet(iterations: Int) throws {
        let graph = try IterNetModel.graph(channels: 2, iterations: iterations)
        var result = graph
        try PassManager().run(&result, pipeline: Pipelines.standard.map(\.pass))
        let shape = [1, 16, 32, 3]
        var random = SplitMix64(seed: 7)
        let image = Tensor(random.floats(shape.reduce(1, *), from: 0), shape: shape)
        let expected = try Evaluator(graph, arithmetic: .exactScalar).run(["input": image])
        let actual = try Evaluator(result, arithmetic: .exactScalar).run(["input": image])
        #expect(actual.count == iterations + 1)
        for (name, tensor) in expected {
            #expect(haveEqualBits(try #require(actual[name]).floats, tensor.floats), "output '\(name)'")
        }
    }
}
