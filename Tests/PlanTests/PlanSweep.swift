import GraphIR
import Optimizer
import PlanFormat
import Runtime
import TestSupport
import Testing

/// Builds a network with one input of these sides and one output, and compares.
func sweep(
    _ name: String, _ sides: [Int], _ build: (inout NetworkUnderTest, ValueID) throws -> ValueID
) throws {
    var network = NetworkUnderTest(seed: UInt64(sides.reduce(17) { $0 * 31 + $1 }))
    let image = network.builder.input("image", TensorType([1] + sides.map { Dimension($0) }))
    network.builder.output("result", try build(&network, image))
    try compare(name, network.graph)
}

/// Compares the plan with the reference, and all step heights and thread counts bit for bit.
func compare(_ name: String, _ graph: Graph, isOptimised: Bool = false) throws {
    var random = SplitMix64(seed: 99)
    let inputs = try graph.main.inputs.map { input -> (name: String, shape: [Int], floats: [Float]) in
        let shape = try #require(graph.main.type(of: input).staticShape)
        return (graph.main[input].name, shape, random.floats(shape.reduce(1, *)))
    }
    let expected = try reference(graph, inputs)
    let prepared = isOptimised ? try optimised(graph) : graph
    for (algorithm, tolerance) in [(ConvolutionAlgorithm.direct, Float(4e-6)), (.winograd4x4, 2e-5), (.winograd2x2, 8e-6)] {
        var first: [String: [Float]]?
        for heights in sweptHeights {
            let compiled = try Compiler.compile(prepared, options: CompileOptions(stepHeights: heights, algorithms: [algorithm]))
            // Where the algorithm applies nowhere the plan is that of direct convolutions.
            if algorithm != .direct && !compiled.plan.operations.contains(where: { $0.algorithm == algorithm }) { break }
            let actual = try run(compiled, inputs.map(\.floats), threads: heights == .rows(2) ? 3 : 1)
            for (output, values) in actual {
                let largest = max(1, expected[output]!.map { abs($0) }.max() ?? 1)
                let difference = difference(values, expected[output]!)
                #expect(difference.largest <= tolerance * largest, "\(name), \(algorithm), \(heights), \(output): \(difference)")
                if let first { #expect(haveEqualBits(values, first[output]!), "\(name), \(algorithm), \(heights), \(output)") }
            }
            if first == nil { first = actual }
        }
    }
}

extension PlanOperation {
    /// Nil where it is no convolution.
    var algorithm: ConvolutionAlgorithm? {
        if case .convolution(let p) = kernel { p.algorithm } else { nil }
    }
}

/// A graph in the making, with random weights.
struct NetworkUnderTest {
    var builder = FunctionBuilder(name: "main")
    private var constants = ConstantTable()
    private var random: SplitMix64
    private var count = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    var graph: Graph { Graph(main: builder.finish(), constants: constants) }

    mutating func weights(_ shape: [Int], from low: Float = -0.5, to high: Float = 0.5) -> ValueID {
        count += 1
        let floats = random.floats(shape.reduce(1, *), from: low, to: high)
        return builder.constant(Constant(floats, shape: shape), into: &constants, name: "weights\(count)")
    }

    mutating func append(_ operation: Operation, _ operands: [ValueID]) throws -> [ValueID] {
        count += 1
        return try builder.append(operation, operands, name: "node\(count)")
    }

    mutating func convolution(
        _ sources: [ValueID], _ outputs: Int, _ window: Window, groups: Int = 1, activation: ElementwiseFunction? = nil
    ) throws -> ValueID {
        try convolutions(sources, outputs, window, groups: groups, activation: activation)[0]
    }

    /// With pooling as many results as it has.
    mutating func convolutions(
        _ sources: [ValueID], _ outputs: Int, _ window: Window, groups: Int = 1, activation: ElementwiseFunction? = nil,
        pooling: PoolingEpilogue? = nil
    ) throws -> [ValueID] {
        let channels = sources.reduce(0) { $0 + (builder.type(of: $1).shape[3].constant ?? 0) }
        let kernel = weights([window.size.height, window.size.width, channels / groups, outputs])
        let bias = weights([outputs])
        let convolution = Convolution(
            window: window, groups: groups, sourceCount: sources.count, hasBias: true, activation: activation, pooling: pooling)
        return try append(.convolution(convolution), sources + [kernel, bias])
    }
}
