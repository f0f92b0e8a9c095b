import Foundation
import GraphIR
import PlanFormat
import TestSupport
import Testing

@testable import Optimizer

/// The plan between the graph and the schedule: what is proved of it, and its text.
@Suite struct UnscheduledPlanTests {
    /// An image through a convolution, of whose result one output is a mean.
    private func graph() throws -> Graph {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("image", TensorType([1, 4, 5, 3]))
        let kernel = builder.constant(
            Constant([Float](repeating: 0.5, count: 54), shape: [3, 3, 3, 2]), into: &constants, name: "kernel")
        let convolution = Convolution(
            window: Window(size: Spatial(3, 3), padding: .same), hasBias: false, activation: .leakyRelu(slope: 0.25))
        let convolved = try builder.append(.convolution(convolution), [image, kernel], name: "convolved")[0]
        builder.output("map", convolved)
        let mean = Reduction(.mean, axes: [1, 2], keepsAxes: false)
        builder.output("mean", try builder.append(.reduction(mean), [convolved], name: "mean")[0])
        return Graph(main: builder.finish(), constants: constants)
    }

    private func plan() throws -> UnscheduledPlan {
        let graph = try graph()
        return try PlanBuilder.plan(for: graph, in: LayoutAnalysis.layout(of: graph))
    }

    @Test func soundPlansVerify() throws {
        try plan().verify()
        for seed in 0..<30 as Range<UInt64> {
            var graph = try RandomGraphs.graph(seed: seed, withTensorOperations: true)
                .binding(inputShapes: ["input": RandomGraphs.input(seed: seed).shape])
            try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
            let plan = try PlanBuilder.plan(for: graph, in: LayoutAnalysis.layout(of: graph))
            try plan.verify()
            // Every family has a text, and each operation a line.
            let lines = PlanText(plan.withoutSchedule).text.split(separator: "\n")
            #expect(lines.count { $0.hasPrefix("#") } == plan.operations.count)
        }
    }

    /// Mistakes that a stage could make are found before there is a schedule, and the operation is named.
    @Test func mistakesAreFound() throws {
        func refusal(_ change: (inout UnscheduledPlan) -> Void) throws -> String {
            var plan = try plan()
            change(&plan)
            do throws(CompileError) { try plan.verify() } catch { return "\(error)" }
            return "verifies"
        }
        #expect(try refusal { _ in } == "verifies")
        let report = "the compiler made a plan that does not verify; please report this: "
        let convolution = try #require(plan().operations.firstIndex { $0.name == Array("convolved".utf8) })
        let halo = try refusal { $0.values[$0.operations[convolution].sources[0].index].leftHalo = 0 }
        #expect(halo.hasPrefix("\(report)operations[\(convolution)]: source 0 has halos of 0 and"), "\(halo)")
        let order = try refusal { $0.operations.swapAt(0, convolution) }
        #expect(order.hasPrefix("\(report)operations[0]: reads values["), "\(order)")
        let constants = try refusal { $0.operations[convolution].constants.removeLast() }
        #expect(constants == "\(report)operations[\(convolution)]: 1 constants, expected 2")
        let shape = try refusal { $0.values[$0.operations[convolution].results[0].index].channels = 40 }
        #expect(shape.contains("operations[\(convolution)]"), "\(shape)")
        let ring = try refusal { $0.values[0].ringRows = 1 }
        #expect(ring == "\(report)values[0].ringRows: 1, expected all 4")
        let missing = try refusal { plan in plan.operations.removeAll { $0.kernel.outputEntry == 1 } }
        #expect(missing == "\(report)outputs[1]: no operation makes it")
    }

    /// The example of Documentation/Architecture.md.
    @Test func theTextSaysAll() throws {
        let text = PlanText(try plan().withoutSchedule).text
        let page = try String(contentsOfFile: "\(Fixtures.packageRoot)/Documentation/Architecture.md", encoding: .utf8)
        let first = try #require(page.range(of: "    plan without a schedule\n"))
        let example = page[first.lowerBound...].split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("    ") }
        #expect(text == example.map { "\($0.dropFirst(4))\n" }.joined())
        #expect(text.contains("activation leakyRelu(0.25, 0.0, 0.0)"))
    }

    /// The same graph gives the same text; the finished plan's has the rings, their places, and the steps.
    @Test func everyStageHasAText() throws {
        let graph = try graph()
        for stage in LoweringStage.allCases {
            let text = try Compiler.text(of: graph, after: stage)
            #expect(try Compiler.text(of: graph, after: stage) == text)
        }
        let kernels = try Compiler.text(of: graph, after: .kernels)
        #expect(try Compiler.text(of: graph, after: .weights) == kernels)
        let narrow = try Compiler.text(of: graph, after: .weights, options: CompileOptions(weights: .float16))
        #expect(kernels.contains("weights float32") && narrow.contains("weights float16"))
        let scheduled = try Compiler.text(of: graph, after: .schedule, options: CompileOptions(stepHeights: .rows(2)))
        let plan = try Compiler.compile(graph, options: CompileOptions(stepHeights: .rows(2))).plan
        #expect(scheduled.contains(" ring "))
        #expect(scheduled.split(separator: "\n").count { $0.hasPrefix("step #") } == plan.schedule.count)
        var lowered = ""
        _ = try Compiler.compile(graph) { lowered = $0() }
        #expect(lowered == kernels)
    }
}
