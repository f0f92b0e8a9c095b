import GraphIR
import Optimizer
import TestSupport
import Testing

/// Whole networks with channels in front, as ONNX files have them.
@Suite struct EliminateTransposesTests {
    /// Where a graph transposes: between an input and an operation, in front of an output, or inside.
    private func transposes(_ graph: Graph) -> (atInputs: Int, atOutputs: Int, inside: Int) {
        let main = graph.main
        let (inputs, outputs) = (Set(main.inputs), Set(main.outputs.map(\.value)))
        var counts = (atInputs: 0, atOutputs: 0, inside: 0)
        for node in main.nodes {
            guard case .transpose = node.operation else { continue }
            if inputs.contains(node.inputs[0]) {
                counts.atInputs += 1
            } else if outputs.contains(node.outputs[0]) {
                counts.atOutputs += 1
            } else {
                counts.inside += 1
            }
        }
        return counts
    }

    private func flat(_ graph: Graph) throws -> Graph {
        var flat = graph
        try PassManager().run(&flat, pipeline: [unrollIterations, eliminateTransposes, foldConstants, eliminateDeadValues])
        return flat
    }

    @Test func onlyInputsAndOutputsOfAUNetAreTransposed() throws {
        let source = try flat(IterNetModel.graph(channels: 2, iterations: 2))
        let exported = try ChannelsFirst.graph(source)
        try exported.verify()
        #expect(transposes(exported).inside > 60)
        var result = try PassCheck.run([foldConstants, eliminateTransposes], on: exported)
        let counts = transposes(result)
        #expect(counts == (1, 3, 0), "one input, three heads")
        // Nothing is left that the passes behind it would not see in the source.
        var expected = source
        let pipeline = Pipelines.standard.map(\.pass)
        try PassManager().run(&result, pipeline: pipeline)
        try PassManager().run(&expected, pipeline: pipeline)
        func operations(_ graph: Graph) -> [String] {
            graph.main.nodes.map(\.operation.mnemonic).filter { $0 != "transpose" && $0 != "constant" }
        }
        #expect(operations(result) == operations(expected))
    }

    @Test(arguments: 1...24 as ClosedRange<UInt64>) func randomGraphsKeepTheirBits(seed: UInt64) throws {
        let exported = try ChannelsFirst.graph(flat(RandomGraphs.graph(seed: seed, nodeCount: 20)))
        try exported.verify()
        let result = try PassCheck.run([foldConstants, eliminateTransposes], on: exported, seed: seed)
        let counts = transposes(result)
        #expect(counts.inside == 0 && counts.atInputs <= 1, "\(counts) \(result.text())")
        #expect(counts.atOutputs <= result.main.outputs.count)
        var again = result
        #expect(try !eliminateTransposes.run(&again), "a second run changes nothing")
    }

    /// A chain of operations with a hundred thousand transposes takes seconds, not hours.
    @Test func takesTimeLinearInTheGraph() throws {
        var builder = FunctionBuilder(name: "main")
        var value = builder.input("x", TensorType([1, 2, 3, 4]))
        for step in 0..<20_000 {
            let transpose = Transpose(step.isMultiple(of: 2) ? [0, 2, 3, 1] : [0, 3, 1, 2])
            value = try builder.append(.transpose(transpose), [value], name: "t\(step)")[0]
            value = try builder.append(.elementwise(Elementwise(.relu)), [value], name: "r\(step)")[0]
        }
        builder.output("y", value)
        var graph = Graph(main: builder.finish())
        let start = ContinuousClock.now
        try eliminateTransposes.run(&graph)
        #expect(graph.main.nodes.count == 20_000)
        #expect(ContinuousClock.now - start < .seconds(30))
    }
}
