import GraphIR
import Optimizer
import Reference
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
        return Graph(main: builder.finish(), constants: constants)
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
        try PassManager().run(&graph, pipeline: [eliminateIdentities, fuseActivation]) { record, graph in
            seen.append("\(record.place) \(graph.main.nodes.count)")
        }
        #expect(seen == ["01-eliminate-identities 4", "02-fuse-activation 3"])
    }

    @Test func stopsAfterAPass() throws {
        var graph = try sampleGraph()
        let records = try PassManager(stopAfter: "eliminate-identities").run(&graph, pipeline: pipeline)
        #expect(records.last?.pass == "eliminate-identities")
        #expect(mnemonics(graph) == ["constant", "convolution", "elementwise", "pooling"])
    }

    @Test func refusesToStopAfterAnUnknownPass() throws {
        var graph = try sampleGraph()
        let error = #expect(throws: PassError.self) { try PassManager(stopAfter: "polish").run(&graph, pipeline: [eliminateIdentities]) }
        #expect(error?.description == "polish: cannot stop after a pass that the pipeline lacks; it has eliminate-identities")
        #expect(mnemonics(graph).count == 5)
    }

    @Test(arguments: 0...4) func makesNoMoreChangesThanAllowed(limit: Int) throws {
        var graph = try sampleGraph()
        let records = try PassManager(changeLimit: limit).run(&graph, pipeline: pipeline)
        #expect(records.flatMap(\.changes).count == min(limit, 3))
        #expect(mnemonics(graph).count == 5 - min(limit, 3))
    }

    @Test func tellsWhetherAChangeWasLeftOut() throws {
        for limit in 0...4 {
            var graph = try sampleGraph()
            let records = try PassManager(changeLimit: limit).run(&graph, pipeline: pipeline)
            #expect(records.contains(where: \.isCutShort) == (limit < 3))
        }
    }

    /// Lowering takes no calls, so a limit must leave none.
    @Test func whatLoweringNeedsIsDoneWhateverTheLimit() throws {
        var graph = try IterNetModel.graph(channels: 1, iterations: 2)
        #expect(mnemonics(graph).contains("call"))
        let records = try PassManager(changeLimit: 0).run(&graph, pipeline: pipeline)
        #expect(!mnemonics(graph).contains("call"))
        #expect(records.filter { !$0.changes.isEmpty }.map(\.pass) == ["unroll-iterations"])
        #expect(records.filter { !$0.isCounted }.map(\.pass) == ["unroll-iterations"])
    }

    /// Halving relies on it: with a limit the first of all rewrites are made, and no others.
    @Test func theChangesWithALimitAreTheFirstOfAll() throws {
        func changes(limit: Int?) throws -> [String] {
            var graph = try IterNetModel.graph(channels: 1, iterations: 2)
            let records = try PassManager(changeLimit: limit).run(&graph, pipeline: pipeline)
            return records.filter(\.isCounted).flatMap { record in record.changes.map { "\(record.place): \($0)" } }
        }
        let all = try changes(limit: nil)
        #expect(all.count > 40)
        for limit in 0...(all.count + 1) { #expect(try changes(limit: limit) == Array(all.prefix(limit))) }
    }

    /// A pass that makes one wrong rewrite among right ones is found by halving, at the same count each time.
    @Test func halvingFindsTheRewriteThatBreaksAModel() throws {
        let vandal = Pass(name: "halve-a-slope", summary: "") { (graph, changes) in
            for index in graph.main.nodes.indices where graph.main.nodes[index].operation.mnemonic != "identity" {
                guard changes.permit("'\(graph.main.nodes[index].name)' looked at") else { return }
                guard graph.main.nodes[index].operation == .elementwise(Elementwise(.leakyRelu(slope: 0.5))) else { continue }
                graph.main.nodes[index].operation = .elementwise(Elementwise(.leakyRelu(slope: 0.25)))
            }
        }
        var builder = FunctionBuilder(name: "main")
        var last = builder.input("x", TensorType([4]))
        for (index, slope) in ([0.75, 0.875, 0.5, 0.625] as [Float]).enumerated() {
            last = try builder.append(.elementwise(Elementwise(.leakyRelu(slope: slope))), [last], name: "leaky\(index)")[0]
            last = try builder.append(.identity(Identity()), [last], name: "same\(index)")[0]
        }
        builder.output("y", last)
        let source = Graph(main: builder.finish())
        let input = ["x": Tensor([-1, -2, 3, 4], shape: [4])]
        let expected = try Evaluator(source).run(input)["y"]?.floats
        func outcome(limit: Int) throws -> (isRight: Bool, change: String?) {
            var graph = source
            let records = try PassManager(changeLimit: limit).run(&graph, pipeline: [eliminateIdentities, vandal])
            return (try Evaluator(graph).run(input)["y"]?.floats == expected, records.flatMap(\.changes).last)
        }
        for most in [8, 9, 100, 1 << 40] {
            var (right, wrong) = (0, most)
            while wrong - right > 1 {
                let middle = right + (wrong - right) / 2
                if try outcome(limit: middle).isRight { right = middle } else { wrong = middle }
            }
            #expect(wrong == 7)
            #expect(try outcome(limit: wrong).change == "'leaky2' looked at")
        }
    }

    @Test func placesOfAPipelineHaveNamesAndNumbers() {
        let count = pipeline.count
        #expect(PassPlace.places(in: pipeline).map(\.description).first == "01-unroll-iterations")
        #expect(PassPlace.places(named: "all", in: pipeline).count == count)
        let folds = PassPlace.places(named: "fold-batch-normalization", in: pipeline)
        #expect(folds.map(\.description) == ["07-fold-batch-normalization", "10-fold-batch-normalization"])
        for name in ["7", "07", "07-fold-batch-normalization"] {
            #expect(PassPlace.places(named: name, in: pipeline) == [folds[0]], "\(name)")
        }
        for name in ["0", "\(count + 1)", "07-fuse-activation", "polish", ""] {
            #expect(PassPlace.places(named: name, in: pipeline).isEmpty, "\(name)")
        }
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
        let error = #expect(throws: PassError.self) { try PassManager().run(&graph, pipeline: [eliminateIdentities, vandal]) }
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
