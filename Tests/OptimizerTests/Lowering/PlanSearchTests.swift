import GraphIR
import PlanFormat
import TestSupport
import Testing

@testable import Optimizer

/// What is chosen for what goal: algorithms and heights together.
@Suite struct PlanSearchTests {
    /// Two 3x3 convolutions that share a kernel, the first on the image, the second behind a stride-2 one; and a 1x1.
    private func graph(height: Int = 64, channels: Int = 64) throws -> Graph {
        var random = SplitMix64(seed: 3)
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        func kernel(_ side: Int, _ name: String) -> ValueID {
            let shape = [side, side, channels, channels]
            let floats = random.floats(shape.reduce(1, *), from: -0.1, to: 0.1)
            return builder.constant(Constant(floats, shape: shape), into: &constants, name: name)
        }
        func convolve(_ value: ValueID, _ kernel: ValueID, _ name: String, stride: Int = 1, side: Int = 3) throws -> ValueID {
            let window = Window(size: Spatial(side, side), strides: Spatial(stride, stride), padding: .same)
            let convolution = Convolution(window: window, hasBias: false, activation: .relu)
            return try builder.append(.convolution(convolution), [value, kernel], name: name)[0]
        }
        let shared = kernel(3, "shared")
        let image = builder.input("image", TensorType([1, height, height, channels].map { Dimension($0) }))
        let first = try convolve(image, shared, "first")
        let half = try convolve(first, kernel(3, "strided"), "half", stride: 2)
        let second = try convolve(half, shared, "second")
        builder.output("out", try convolve(second, kernel(1, "pointwise"), "last", side: 1))
        return Graph(main: builder.finish(), constants: constants)
    }

    private func algorithms(_ compiled: CompiledPlan) -> [String: ConvolutionAlgorithm] {
        var found: [String: ConvolutionAlgorithm] = [:]
        for operation in compiled.plan.operations {
            if case .convolution(let p) = operation.kernel { found[String(decoding: operation.name, as: UTF8.self)] = p.algorithm }
        }
        return found
    }

    @Test func tilesAreForUnstridedWindowsOfThree() throws {
        for goal in [OptimizationGoal.speed, .balanced] {
            let found = algorithms(try Compiler.compile(try graph(), options: CompileOptions(goal: goal)))
            #expect(found == ["first": .winograd4x4, "second": .winograd4x4, "half": .direct, "last": .direct])
        }
    }

    @Test func theAllowedAlgorithmsAreUsedWhereTheyApply() throws {
        for algorithm in [ConvolutionAlgorithm.direct, .winograd4x4, .winograd2x2] {
            let found = algorithms(try Compiler.compile(try graph(), options: CompileOptions(algorithms: [algorithm])))
            #expect(found == ["first": algorithm, "second": algorithm, "half": .direct, "last": .direct])
        }
    }

    /// Less memory for more time, from goal to goal; and no plan takes less memory than the goal of memory finds.
    @Test func goalsTradeTimeForMemory() throws {
        let graph = try graph(height: 256)
        let plans = try OptimizationGoal.allCases.map { goal in
            let compiled = try Compiler.compile(graph, options: CompileOptions(goal: goal))
            return (seconds: OperationCost.costs(of: compiled.plan).reduce(0) { $0 + $1.seconds }, bytes: compiled.memory.total)
        }
        #expect(plans[0].seconds <= plans[1].seconds && plans[1].seconds <= plans[2].seconds)
        #expect(plans[0].bytes >= plans[1].bytes && plans[1].bytes >= plans[2].bytes)
        #expect(plans[0].bytes > plans[2].bytes && plans[0].seconds < plans[2].seconds)
        for heights in [StepHeights.rows(1), .rows(4), .wholeImage] {
            let other = try Compiler.compile(graph, options: CompileOptions(stepHeights: heights, goal: .speed))
            #expect(other.memory.total >= plans[2].bytes)
        }
        #expect(throws: CompileError.self) { try Compiler.compile(graph, options: CompileOptions(maxMemory: plans[2].bytes - 1)) }
    }

    /// The tighter the limit, the slower, and always within it; the report is that of the plan that is made.
    @Test func limitsAreMetAsQuicklyAsPossible() throws {
        let graph = try graph(height: 128)
        let most = try Compiler.compile(graph, options: CompileOptions(goal: .speed)).memory.total
        let least = try Compiler.compile(graph, options: CompileOptions(goal: .memory)).memory.total
        var previous = 0.0
        for limit in stride(from: most, through: least, by: (least - most) / 6) {
            let compiled = try Compiler.compile(graph, options: CompileOptions(maxMemory: limit, goal: .speed))
            #expect(compiled.memory.total <= limit)
            #expect(compiled.memory.plan == compiled.bytes.count)
            let seconds = OperationCost.costs(of: compiled.plan).reduce(0) { $0 + $1.seconds }
            #expect(seconds >= previous)
            previous = seconds
        }
    }

    /// Where tiles cost too much, and where weights that are read again do, other algorithms are chosen.
    @Test func theTableDecides() throws {
        let graph = try graph()
        var table = CostTable.standard
        table.secondsPerTile4x4 *= 100
        table.secondsPerTile2x2 *= 100
        let direct = algorithms(try Compiler.compile(graph, options: CompileOptions(goal: .speed, costs: table)))
        #expect(direct["first"] == .direct && direct["second"] == .direct)
        table.secondsPerTile2x2 = 1e-12
        let small = algorithms(try Compiler.compile(graph, options: CompileOptions(goal: .speed, costs: table)))
        #expect(small["first"] == .winograd2x2 && small["second"] == .winograd2x2)
    }

    @Test func costsNameTheAlternatives() throws {
        let plan = try Compiler.compile(try graph(), options: CompileOptions(goal: .speed)).plan
        let costs = OperationCost.costs(of: plan)
        #expect(costs.count == plan.operations.count)
        for cost in costs {
            let alternatives = cost.alternatives.map(\.algorithm)
            switch String(decoding: cost.operation.name, as: UTF8.self) {
            case "first", "second":
                #expect(alternatives == [.direct, .winograd2x2])
                #expect(cost.alternatives.allSatisfy { $0.seconds > cost.seconds && $0.weightBytes < cost.weightBytes })
            default: #expect(alternatives.isEmpty)
            }
            #expect(cost.steps == plan.schedule.filter { plan.operations[$0.operation.index].name == cost.operation.name }.count)
        }
    }
}
