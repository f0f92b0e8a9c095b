import GraphIR
import Optimizer
import Testing

@Suite struct PassManagerTests {
    private let pipeline = Pipelines.standard.map(\.pass)

    /// convolution, ReLU, dropout and max pooling, three of which can go.
    private func sampleGraph() throws -> Graph {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("image", TensorType([1, 4, 4, 1]))
        let kernel = builder.constant(Constant([1], shape: [1, 1, 1, 1]), into: &constants, name: "kernel")
        let convolution = Convolution(window: Window(size: .one), hasBias: false)
        var last = try builder.append(.convolution(convolution), [image, kernel], name: "conv")[0]
        last = try builder.append(.elementwise(Elementwise(.relu)), [last], name: "relu")[0]
        last = try builder.append(.dropout(Dropout(rate: 0.5)), [last], name: "drop")[0]
        let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2))
        last = try builder.append(.pooling(Pooling(.maximum, window: window)), [last], name: "pool")[0]
        builder.output("out", last)
        return Graph(entry: builder.finish(), constants: constants)
    }

    private func mnemonics(_ graph: Graph) -> [String] { graph.main.nodes.map(\.operation.mnemonic) }

    @Test func recordsWhatEachPassChanged() throws {
        var graph = try sampleGraph()
        let records = try PassManager().run(&graph, pipeline: pipeline)
        #expect(records.map(\.pass) == pipeline.map(\.name))
        #expect(
            records.flatMap(\.changes) == [
                "'drop' (dropout) removed", "'relu' fused into 'conv'", "'pool' fused into 'conv'",
            ])
        #expect(mnemonics(graph) == ["constant", "convolution"])
    }

    @Test func callsBackBehindEachPass() throws {
        var graph = try sampleGraph()
        var seen: [String] = []
        try PassManager().run(&graph, pipeline: [eliminateDropout, fuseActivation]) { pass, graph in
            seen.append("\(pass.name) \(graph.main.nodes.count)")
        }
        #expect(seen == ["eliminate-dropout 4", "fuse-activation 3"])
    }

    @Test func stopsAfterAPass() throws {
        var graph = try sampleGraph()
        let records = try PassManager(stopAfter: "eliminate-dropout").run(&graph, pipeline: pipeline)
        #expect(records.last?.pass == "eliminate-dropout")
        #expect(mnemonics(graph) == ["constant", "convolution", "elementwise", "pooling"])
    }

    @Test func refusesToStopAfterAnUnknownPass() throws {
        var graph = try sampleGraph()
        let error = #expect(throws: PassError.self) { try PassManager(stopAfter: "polish").run(&graph, pipeline: [eliminateDropout]) }
        #expect(error?.description == "polish: cannot stop after a pass that the pipeline lacks; it has eliminate-dropout")
        #expect(mnemonics(graph).count == 5)
    }

    @Test(arguments: 0...4) func makesNoMoreChangesThanAllowed(limit: Int) throws {
        var graph = try sampleGraph()
        let records = try PassManager(changeLimit: limit).run(&graph, pipeline: pipeline)
        #expect(records.flatMap(\.changes).count == min(limit, 3))
        #expect(mnemonics(graph).count == 5 - min(limit, 3))
    }

    @Test func refusesAGraphThatDoesNotVerify() throws {
        var graph = try sampleGraph()
        graph.main.nodes.reverse()
        let error = #expect(throws: PassError.self) { try PassManager().run(&graph, pipeline: pipeline) }
        #expect(error?.pass == "input")
    }

    @Test func namesThePassThatBreaksTheGraph() throws {
        let vandal = Pass(name: "drop-everything", summary: "") { (graph, changes) in
            guard changes.permit("all nodes") else { return }
            graph.main.nodes = []
        }
        var graph = try sampleGraph()
        let error = #expect(throws: PassError.self) { try PassManager().run(&graph, pipeline: [eliminateDropout, vandal]) }
        #expect(error?.pass == "drop-everything")
        #expect(mnemonics(graph) == ["constant", "convolution", "elementwise", "pooling"], "as the last good pass left it")
    }

    @Test func namesThePassThatChangesTheInterface() throws {
        let vandal = Pass(name: "rename", summary: "") { (graph, changes) in
            guard changes.permit("output renamed") else { return }
            graph.main.outputs[0].name = "result"
        }
        var graph = try sampleGraph()
        let error = #expect(throws: PassError.self) { try PassManager().run(&graph, pipeline: [vandal]) }
        #expect(error?.description.contains("output 'out': f32[1, 2, 2, 1]") == true)
    }

    @Test func everyPassIsFoundByItsName() {
        for pass in Pipelines.allPasses { #expect(Pipelines.pass(named: pass.name)?.name == pass.name) }
        #expect(Set(Pipelines.allPasses.map(\.name)).count == Pipelines.allPasses.count)
        #expect(Pipelines.pass(named: "polish") == nil)
        for entry in Pipelines.standard {
            #expect(Pipelines.pass(named: entry.pass.name) != nil)
            #expect(!entry.reason.isEmpty)
        }
    }
}
