import Foundation
import GraphIR
import Reference
import TestSupport
import Testing

@testable import Importer

/// Models made by the `onnx` package, PyTorch and tf2onnx, compared with ONNX Runtime. Tests/Fixtures/onnx has the scripts.
@Suite struct ONNXFixtureTests {
    @Test(arguments: ONNXFixture.names(in: "operators")) func operators(name: String) throws {
        let fixture = try ONNXFixture("operators", name)
        let results = try Evaluator(try fixture.read().graph).run(fixture.inputs)
        #expect(fixture.difference(results) == nil)
    }

    @Test func thereAreFixturesOfEveryFamily() {
        #expect(ONNXFixture.names(in: "operators").count >= 200)
        #expect(ONNXFixture.names(in: "networks").count == 6)
    }

    @Test(arguments: ONNXFixture.names(in: "networks")) func networks(name: String) throws {
        let fixture = try ONNXFixture("networks", name)
        let results = try Evaluator(try fixture.read().graph).run(fixture.inputs)
        #expect(fixture.difference(results) == nil)
    }

    /// Networks that are too large to commit: `make_pytorch.py --torchvision` writes them to a folder.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["VENULE_ONNX_NETWORKS"] != nil)) func largeNetworks() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["VENULE_ONNX_NETWORKS"])
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".values.onnx") {
            let fixture = try ONNXFixture(path: "\(folder)/\(file.dropLast(".values.onnx".count))")
            let results = try Evaluator(try fixture.read().graph).run(fixture.inputs)
            #expect(fixture.difference(results) == nil, "\(file)")
        }
    }

    /// A scripted loop is one function that is called for each turn.
    @Test func aLoopIsAFunctionThatSharesItsWeights() throws {
        let graph = try ONNXFixture("networks", "pytorch_loop").read().graph
        #expect(graph.functions.count == 2)
        #expect(graph.mnemonics().filter { $0 == "call" }.count == 3)
        #expect(graph.mnemonics(of: graph.functions[1].name).filter { $0 == "convolution" }.count == 10)
    }

    /// Transpositions stand at the border only.
    @Test func imagesKeepTheIROrderInside() throws {
        let graph = try ONNXFixture("networks", "pytorch_iternet_unfolded").read().graph
        let transposes = graph.main.nodes.filter { if case .transpose = $0.operation { true } else { false } }
        #expect(transposes.count == 3)
        #expect(graph.main.inputs.map { graph.main.type(of: $0) } == [TensorType([1, 3, 32, 48])])
        #expect(graph.main.outputs.map(\.name) == ["out11", "final_out"])
    }

    /// Without a shape the sides of images are multiples of 16, as four poolings ask for.
    @Test func symbolicSidesBecomeMultiples() throws {
        var fixture = try ONNXFixture("networks", "pytorch_iternet")
        fixture.options.inputShapes = [:]
        let model = try fixture.read()
        let type = model.graph.main.type(of: model.graph.main.inputs[0])
        #expect(type.description == "f32[batch, 3, 16*height, 16*width]")
        #expect(model.summary.assumptions.contains { $0.contains("multiples of 16") })
        let bound = try model.graph.binding(inputShapes: ["image": [1, 3, 32, 48]])
        #expect(fixture.difference(try Evaluator(bound).run(fixture.inputs)) == nil)
    }
}
