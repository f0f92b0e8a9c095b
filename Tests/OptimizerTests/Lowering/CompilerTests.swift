import GraphIR
import PlanFormat
import TestSupport
import Testing

@testable import Optimizer

@Suite struct CompilerTests {
    /// A random graph, bound to its input and optimised.
    private func preparedGraph(seed: UInt64) throws -> Graph {
        var graph = try RandomGraphs.graph(seed: seed).binding(inputShapes: ["input": RandomGraphs.input(seed: seed).shape])
        try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
        return graph
    }

    /// `compile` reads its own file back and verifies it, so that compiling at all is most of what is tested.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func everyHeightGivesAPlanThatVerifies(seed: UInt64) throws {
        let graph = try preparedGraph(seed: seed)
        var random = SplitMix64(seed: seed)
        let mixed = StepHeights.each((0..<64).map { _ in random.integer(1...7) })
        for heights in [StepHeights.wholeImage, .rows(1), .rows(3), .scaled(4), mixed] {
            let compiled = try Compiler.compile(graph, options: CompileOptions(stepHeights: heights))
            #expect(compiled.memory.arenaLowerBound <= compiled.memory.arena)
            #expect(compiled.memory.plan == compiled.bytes.count)
        }
    }

    @Test func compilesToTheSameBytesTwice() throws {
        for seed in 0..<5 as Range<UInt64> {
            let first = try Compiler.compile(try preparedGraph(seed: seed))
            let second = try Compiler.compile(try preparedGraph(seed: seed))
            #expect(first.bytes == second.bytes)
        }
    }

    @Test func oneRowStepsHoldLessThanWholeImages() throws {
        let graph = try chain(height: 64)
        let rows = try Compiler.compile(graph, options: CompileOptions(stepHeights: .rows(1), algorithms: [.direct]))
        let whole = try Compiler.compile(graph, options: CompileOptions(stepHeights: .wholeImage))
        #expect(rows.memory.arena * 4 < whole.memory.arena)
        // A 3x3 convolution holds three rows of its source, and the one that it makes is taken at once.
        #expect(rows.plan.values.map(\.ringRows).max() == 3)
    }

    @Test func memoryLimitsAreMetOrRefusedWithTheBuffers() throws {
        let graph = try chain(height: 64)
        let options = CompileOptions(stepHeights: .rows(1), algorithms: [.direct])
        let least = try Compiler.compile(graph, options: options).memory.total
        let compiled = try Compiler.compile(graph, options: CompileOptions(maxMemory: least))
        #expect(compiled.memory.total <= least)
        do throws(CompileError) {
            _ = try Compiler.compile(graph, options: CompileOptions(maxMemory: least - 1))
            Issue.record("compiled into \(least - 1) bytes")
        } catch {
            guard case .doesNotFit(let shortage) = error else { throw error }
            #expect(shortage.smallest.total == least)
            #expect("\(error)".contains("conv1, 3 rows"))
        }
    }

    @Test func sharedWeightsArePackedOnce() throws {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let input = builder.input("input", TensorType([1, 8, 8, 16]))
        let kernel = builder.constant(
            Constant([Float](repeating: 0.1, count: 9 * 256), shape: [3, 3, 16, 16]), into: &constants, name: "kernel")
        var value = input
        for index in 0..<5 {
            value = try builder.append(.convolution(same), [value, kernel], name: "conv\(index)")[0]
        }
        builder.output("output", value)
        let compiled = try Compiler.compile(
            Graph(main: builder.finish(), constants: constants), options: CompileOptions(algorithms: [.direct]))
        #expect(compiled.memory.weights == 9 * 256 * 4 + 64)
    }

    @Test func anUnboundGraphIsRefused() throws {
        let graph = try RandomGraphs.graph(seed: 1)
        #expect(throws: CompileError.self) { try Compiler.compile(graph) }
    }

    @Test func exitsRiseAlongTheData() throws {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let input = builder.input("input", TensorType([1, 8, 8, 16]))
        let kernel = builder.constant(
            Constant([Float](repeating: 0.1, count: 9 * 256), shape: [3, 3, 16, 16]), into: &constants, name: "kernel")
        let first = try builder.append(.convolution(same), [input, kernel], name: "first")[0]
        let second = try builder.append(.convolution(same), [first, kernel], name: "second")[0]
        builder.output("early", first)
        builder.output("late", second)
        let plan = try Compiler.compile(Graph(main: builder.finish(), constants: constants)).plan
        let exits = Dictionary(uniqueKeysWithValues: plan.operations.map { (String(decoding: $0.name, as: UTF8.self), $0.firstExit) })
        #expect(exits == ["input": 0, "first": 0, "second": 1, "early": 0, "late": 1])
    }

    private var same: Convolution { Convolution(window: Window(size: Spatial(3, 3), padding: .same), hasBias: false) }

    /// Three 3x3 convolutions of 16 channels in a row.
    private func chain(height: Int) throws -> Graph {
        var constants = ConstantTable()
        var random = SplitMix64(seed: 5)
        var builder = FunctionBuilder(name: "main")
        var value = builder.input("input", TensorType([1, Dimension(height), 32, 16]))
        for index in 0..<3 {
            let kernel = builder.constant(
                Constant(random.floats(9 * 256), shape: [3, 3, 16, 16]), into: &constants, name: "kernel\(index)")
            value = try builder.append(.convolution(same), [value, kernel], name: "conv\(index)")[0]
        }
        builder.output("output", value)
        return Graph(main: builder.finish(), constants: constants)
    }
}
