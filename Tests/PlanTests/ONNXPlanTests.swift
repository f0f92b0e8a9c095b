import GraphIR
import Importer
import Optimizer
import Reference
import TestSupport
import Testing

/// ONNX models as plans, compared with ONNX Runtime. Tests/Fixtures/onnx has the scripts.
@Suite struct ONNXPlanTests {
    private func optimized(_ graph: Graph) throws -> Graph {
        var graph = graph
        try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
        return graph
    }

    @Test(arguments: ONNXFixture.names(in: "networks")) func networks(name: String) throws {
        let fixture = try ONNXFixture("networks", name)
        let compiled = try Compiler.compile(try optimized(try fixture.read().graph), options: CompileOptions())
        #expect(fixture.difference(try run(compiled, fixture.inputs)) == nil)
    }

    @Test(arguments: ONNXFixture.names(in: "operators")) func operators(name: String) throws {
        let fixture = try ONNXFixture("operators", name)
        let compiled = try Compiler.compile(try optimized(try fixture.read().graph), options: CompileOptions())
        #expect(fixture.difference(try run(compiled, fixture.inputs)) == nil)
    }

    /// Whoever exported it, an IterNet is the same convolutions and transposed convolutions as the one of Keras' own file.
    @Test(arguments: [
        "keras_iternet", "keras_iternet_nchw", "pytorch_iternet", "pytorch_iternet_unfolded", "pytorch_iternet_dynamo",
    ])
    func exportedIterNetsAreTheKerasOne(name: String) throws {
        let keras = try ModelImporter.read(path: try Fixtures.path("iternet/k2_n1.hdf5")).graph
            .binding(inputShapes: ["model2_input_0": [1, 32, 48, 3]])
        let expected = kinds(try optimized(keras))
        #expect(kinds(try optimized(try ONNXFixture("networks", name).read().graph)) == expected)
    }

    /// The operations other than constants, in order; transpositions at the border of channels-first models are steps
    /// of the plan's inputs and outputs.
    private func kinds(_ graph: Graph) -> [String] {
        graph.main.nodes.map(\.operation.mnemonic).filter { $0 != "constant" && $0 != "transpose" }.sorted()
    }
}
