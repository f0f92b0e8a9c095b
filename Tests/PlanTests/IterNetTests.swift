import Files
import Foundation
import GraphIR
import Importer
import Optimizer
import PlanFormat
import Runtime
import TestSupport
import Testing

/// IterNet files written by Keras 2.3.1, through import, passes, plan and runtime, against Keras' own predictions.
@Suite struct IterNetTests {
    /// Model, its folder of predictions, and the input's height and width.
    static let samples: [(model: String, predictions: String, size: String)] = [
        ("k2_n1", "k2_n1", "48x80"), ("k2_n2", "k2_n2", "48x80"), ("k4_n3", "k4_n3", "48x80"), ("k4_n3", "k4_n3", "64x64"),
        ("k2_n4", "k2_n4", "48x80"), ("k2_n3_full", "k2_n3_full", "48x80"), ("k1_n3_full_adam", "k1_n3_full_adam", "48x80"),
        ("k5_n2_gray", "k5_n2_gray", "48x80"), ("k8_n2", "k8_n2", "48x80"), ("k1_n1_float16", "k1_n1", "48x80"),
    ]

    @Test(arguments: samples.indices)
    func allHeadsAgreeWithKeras(sample: Int) throws {
        let (model, predictions, size) = Self.samples[sample]
        let graph = try ModelImporter.read(path: try Fixtures.path("iternet/\(model).hdf5")).graph
        let channels = try #require(graph.main.type(of: graph.main.inputs[0]).shape[3].constant)
        let input = try NPYArray(contentsOf: try Fixtures.path("iternet/input/\(size)x\(channels).npy"))
        let name = graph.main[graph.main.inputs[0]].name
        let prepared = try optimised(try graph.binding(inputShapes: [name: input.shape]))
        var first: [String: [Float]]?
        for heights in sweptHeights {
            let options = CompileOptions(stepHeights: heights, algorithms: [.direct])
            let compiled = try Compiler.compile(prepared, options: options)
            let heads = try run(compiled, [input.floats], threads: heights == .rows(3) ? 2 : 1)
            if let first {
                for (head, values) in heads { #expect(haveEqualBits(values, first[head]!), "\(head) at \(heights)") }
                continue
            }
            first = heads
            #expect(heads.count == graph.main.outputs.count)
            for (head, values) in heads {
                let expected = try NPYArray(contentsOf: try Fixtures.path("iternet/\(predictions)/\(size)/\(head).npy"))
                let difference = difference(values, expected.floats)
                #expect(difference.largest <= 2e-6, "\(model) \(head): \(difference)")
            }
        }
    }

    /// Winograd's algorithms wherever they apply: less exact, and as independent of heights and threads.
    @Test(arguments: [("k4_n3", "64x64"), ("k8_n2", "48x80")], [ConvolutionAlgorithm.winograd4x4, .winograd2x2])
    func tiledAlgorithmsAgreeWithKeras(sample: (model: String, size: String), algorithm: ConvolutionAlgorithm) throws {
        let graph = try ModelImporter.read(path: try Fixtures.path("iternet/\(sample.model).hdf5")).graph
        let input = try NPYArray(contentsOf: try Fixtures.path("iternet/input/\(sample.size)x3.npy"))
        let name = graph.main[graph.main.inputs[0]].name
        let prepared = try optimised(try graph.binding(inputShapes: [name: input.shape]))
        var first: [String: [Float]]?
        for heights in sweptHeights {
            let compiled = try Compiler.compile(prepared, options: CompileOptions(stepHeights: heights, algorithms: [algorithm]))
            #expect(compiled.plan.operations.filter { $0.algorithm == algorithm }.count > 20)
            let heads = try run(compiled, [input.floats], threads: heights == .rows(3) ? 2 : 1)
            if let first {
                for (head, values) in heads { #expect(haveEqualBits(values, first[head]!), "\(head) at \(heights)") }
                continue
            }
            first = heads
            for (head, values) in heads {
                let path = try Fixtures.path("iternet/\(sample.model)/\(sample.size)/\(head).npy")
                let difference = difference(values, try NPYArray(contentsOf: path).floats)
                #expect(difference.largest <= 1e-5, "\(sample.model) \(head): \(difference)")
            }
        }
    }

    /// With fewer outputs the others' operations are gone, and what is left has the same bits.
    @Test func theFinalOutputAlone() throws {
        let graph = try ModelImporter.read(path: try Fixtures.path("iternet/k4_n3.hdf5")).graph
        let name = graph.main[graph.main.inputs[0]].name
        let input = try NPYArray(contentsOf: try Fixtures.path("iternet/input/48x80x3.npy"))
        let bound = try graph.binding(inputShapes: [name: input.shape])
        let all = try Compiler.compile(try optimised(bound))
        let final = try Compiler.compile(try optimised(try bound.keepingOutputs(["final_out"])))
        #expect(final.plan.operations.count == all.plan.operations.count - 6)
        #expect(haveEqualBits(try run(final, [input.floats])["final_out"]!, try run(all, [input.floats])["final_out"]!))
    }

    /// The published size of the network, k = 32, against the reference: channels from 32 to 512.
    @Test func theLargeNetworkAgreesWithTheReference() throws {
        let graph = try randomIterNet(channels: 32, iterations: 3)
        let name = graph.main[graph.main.inputs[0]].name
        let shape = [1, 64, 96, 3]
        let bound = try graph.binding(inputShapes: [name: shape])
        var random = SplitMix64(seed: 11)
        let floats = random.floats(shape.reduce(1, *), from: 0, to: 1)
        let expected = try reference(bound, [(name, shape, floats)])
        let prepared = try optimised(bound)
        var first: [String: [Float]]?
        for heights in [nil, StepHeights.rows(1), .scaled(4)] {
            let compiled = try Compiler.compile(prepared, options: CompileOptions(stepHeights: heights, algorithms: [.direct]))
            let heads = try run(compiled, [floats], threads: 2)
            #expect(heads.count == 4)
            for (head, values) in heads {
                if let first {
                    #expect(haveEqualBits(values, first[head]!), "\(head) at \(String(describing: heights))")
                    continue
                }
                let wanted = try #require(expected[head])
                // Random weights must not saturate the heads, or anything would agree.
                #expect(Set(wanted).count > wanted.count / 2)
                let difference = difference(values, wanted)
                #expect(difference.largest <= 2e-5, "\(head): \(difference)")
            }
            if first == nil { first = heads }
        }
        let quick = try Compiler.compile(prepared, options: CompileOptions(goal: .speed))
        #expect(quick.plan.operations.contains { $0.algorithm == .winograd4x4 })
        for (head, values) in try run(quick, [floats], threads: 2) {
            let difference = difference(values, try #require(expected[head]))
            #expect(difference.largest <= 1e-4, "\(head): \(difference)")
        }
    }

    /// Nothing but convolutions with fused ReLU, pooling and concatenation is left of an IterNet.
    @Test func thePlanHasOnlyConvolutions() throws {
        let graph = try ModelImporter.read(path: try Fixtures.path("iternet/k2_n3_full.hdf5")).graph
        let name = graph.main[graph.main.inputs[0]].name
        let compiled = try Compiler.compile(try optimised(try graph.binding(inputShapes: [name: [1, 48, 80, 3]])))
        var convolutions = 0
        var transposed = 0
        var entries = 0
        for operation in compiled.plan.operations {
            switch operation.kernel {
            case .convolution: convolutions += 1
            case .transposedConvolution: transposed += 1
            case .input, .output: entries += 1
            default: Issue.record("\(operation.kernel)")
            }
        }
        // U-Net: 18 convolutions of 3x3, 4 transposed; each iteration: 10 of 3x3, a 1x1 at its entry, 2 transposed; 4 heads.
        #expect((convolutions, transposed, entries) == (18 + 3 * 11 + 4, 4 + 3 * 2, 5))
    }

    /// What the search takes without a limit, both ways: a change of the cost model or of its goal has to be recorded here.
    @Test(arguments: [(592, StepHeights.levels([4, 4, 4, 2, 1]), 196_624_840), (128, .wholeImage, 79_235_712)])
    func defaultPlan(side: Int, heights: StepHeights, bytes: Int) throws {
        let graph = try randomIterNet(channels: 32, iterations: 3).keepingOutputs(["final_out"])
        let name = graph.main[graph.main.inputs[0]].name
        let compiled = try Compiler.compile(try optimised(try graph.binding(inputShapes: [name: [1, side, side, 3]])))
        #expect(compiled.stepHeights == heights)
        #expect(compiled.memory.total <= bytes)
    }

    /// The arena of a real model, both ways: an improvement has to be recorded here.
    @Test(arguments: [(StepHeights.rows(1), 2_617_600), (.wholeImage, 5_316_736), (.scaled(4), 3_599_104)])
    func arenaBytes(heights: StepHeights, expected: Int) throws {
        let graph = try ModelImporter.read(path: try Fixtures.path("iternet/k8_n2.hdf5")).graph
        let name = graph.main[graph.main.inputs[0]].name
        let bound = try graph.keepingOutputs(["final_out"]).binding(inputShapes: [name: [1, 128, 128, 3]])
        let options = CompileOptions(stepHeights: heights, algorithms: [.direct])
        let compiled = try Compiler.compile(try optimised(bound), options: options)
        #expect(compiled.memory.arena == expected)
    }
}
