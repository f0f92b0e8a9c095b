import GraphIR
import Testing

@testable import Importer

@Suite struct IterNetImportTests {
    struct Model: Sendable, CustomTestStringConvertible {
        var name: String
        var k: Int
        var iterations: Int
        var channels = 3
        var testDescription: String { name }
    }

    @Test(arguments: [
        Model(name: "k2_n1", k: 2, iterations: 1), Model(name: "k2_n2", k: 2, iterations: 2),
        Model(name: "k4_n3", k: 4, iterations: 3), Model(name: "k2_n4", k: 2, iterations: 4),
        Model(name: "k2_n3_full", k: 2, iterations: 3), Model(name: "k1_n3_full_adam", k: 1, iterations: 3),
        Model(name: "k5_n2_gray", k: 5, iterations: 2, channels: 1),
    ])
    func recognisesTheMember(model: Model) throws {
        let imported = try ModelImporter.read(path: Fixture.iterNet(model.name))
        let summary = imported.summary
        #expect(summary.architecture == "IterNet")
        #expect([summary["k"], summary["N"], summary["channels"]] == [model.k, model.iterations, model.channels])
        #expect(summary.outputs == (1...model.iterations).map { "out1\($0)" } + ["final_out"])
        let isFull = model.name.contains("full")
        #expect(summary.assumptions.map { $0.hasPrefix("the file has weights only") } == (isFull ? [] : [true]))
        let main = imported.graph.main
        #expect(main.inputs.map { main[$0].name } == ["model2_input_0"])
        #expect(main.type(of: main.inputs[0]).description == "f32[n, 16*h, 16*w, \(model.channels)]")
        #expect(main.outputs.map(\.name) == summary.outputs)
        for output in main.outputs { #expect(main.type(of: output.value).description == "f32[n, 16*h, 16*w, 1]") }
    }

    @Test func iterationsCallSharedFunctions() throws {
        let graph = try ModelImporter.read(path: Fixture.iterNet("k2_n4")).graph
        let calls = graph.main.nodes.compactMap { node -> String? in
            if case .call(let call) = node.operation { call.function } else { nil }
        }
        #expect(calls.count { $0 == "iteration_features" } == 4)
        #expect(calls.count { $0 == "iteration_refinement" } == 4)
        #expect(graph.functions.map(\.name) == ["main", "iteration_features", "iteration_refinement"])
        let convolutions = graph.functions.map { function in
            function.nodes.count { if case .convolution = $0.operation { true } else { false } }
        }
        // 18 of the U-Net, 4 fusions and 5 heads; then the ten that the iterations share.
        #expect(convolutions == [27, 2, 8])
        let transposed = graph.functions.map { function in
            function.nodes.count { if case .transposedConvolution = $0.operation { true } else { false } }
        }
        #expect(transposed == [4, 0, 2])
    }

    @Test func keepsTheLayersOfTheSource() throws {
        let graph = try ModelImporter.read(path: Fixture.iterNet("k2_n3_full")).graph
        let nodes = Dictionary(graph.functions.flatMap(\.nodes).map { ($0.name, $0.operation) }, uniquingKeysWith: { first, _ in first })
        guard case .convolution(let convolution) = nodes["model2_conv2d_1"], case .dropout(let dropout) = nodes["model2_dropout_3"]
        else {
            Issue.record("the first unit is not there")
            return
        }
        #expect(convolution.activation == nil)
        #expect(convolution.window.padding == .same)
        #expect(dropout.rate == 0.1)
        #expect(nodes["model2_re_lu_2"] == .elementwise(Elementwise(.relu)))
        #expect(nodes["model2_final_113_sigmoid"] == .elementwise(Elementwise(.sigmoid)))
    }

    @Test func tellsWhereTheModelCameFrom() throws {
        let path = Fixture.iterNet("k1_n3_full_adam")
        let metadata = try ModelImporter.read(path: path).graph.metadata
        #expect(
            metadata.map(\.key) == [
                "source.sha256", "source.format", "source.keras", "architecture", "architecture.k", "architecture.N",
                "architecture.channels", "outputs",
            ])
        #expect(metadata.dropFirst().map(\.value) == ["Keras HDF5, full model", "2.3.1", "IterNet", "1", "3", "3", "exits"])
        #expect(metadata[0].value == (try InputFile(path: path).sha256()))
    }

    /// The same weights in every storage and with every kind of name list.
    @Test(arguments: ["float16", "float64", "bigendian", "split_names", "variable_length_names"])
    func storageMakesNoDifference(variant: String) throws {
        let plain = try ModelImporter.read(path: Fixture.iterNet("k1_n1_gzip")).graph
        let other = try ModelImporter.read(path: Fixture.iterNet("k1_n1_\(variant)")).graph
        #expect(other.functions == plain.functions)
        #expect(other.constants.ids.map { other.constants[$0] } == plain.constants.ids.map { plain.constants[$0] })
    }

    @Test func importingTwiceGivesTheSame() throws {
        let first = try ModelImporter.read(path: Fixture.iterNet("k2_n2"))
        let second = try ModelImporter.read(path: Fixture.iterNet("k2_n2"))
        #expect(first.graph.functions == second.graph.functions)
        #expect(first.graph.metadata == second.graph.metadata)
        #expect(first.summary == second.summary)
    }
}
