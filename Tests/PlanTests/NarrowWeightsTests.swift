import GraphIR
import Optimizer
import PlanFormat
import TestSupport
import Testing

/// Plans whose weights are stored in 16 bits.
@Suite struct NarrowWeightsTests {
    static let narrow: [WeightType] = [.float16, .bfloat16]

    private func prepared(_ graph: Graph, _ shape: [Int]) throws -> Graph {
        let input = graph.main[graph.main.inputs[0]].name
        return try optimised(try graph.binding(inputShapes: [input: shape]))
    }

    private func rounded(_ numbers: [Float], _ type: WeightType) -> [Float] {
        numbers.map { number in
            if type == .float16 { return Float(Float16(number)) }
            let bits = number.bitPattern
            return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
        }
    }

    /// The same graph with kernels rounded first; vectors such as biases stay.
    private func rounding(_ graph: Graph, _ type: WeightType) -> Graph {
        var constants = ConstantTable()
        for id in graph.constants.ids {
            let constant = graph.constants[id]
            let isKernel = constant.shape.count == 4
            _ = constants.insert(isKernel ? Constant(rounded(constant.floats, type), shape: constant.shape) : constant)
        }
        var graph = graph
        graph.constants = constants
        return graph
    }

    /// At every height and number of threads the bits of the plan with float32 weights that were rounded first; half as many
    /// bytes of weights.
    @Test(arguments: narrow) func directPlansAreThoseOfRoundedWeights(_ type: WeightType) throws {
        let graph = try prepared(try randomIterNet(channels: 8, iterations: 2), [1, 48, 64, 3])
        var random = SplitMix64(seed: 5)
        let input = random.floats(48 * 64 * 3, from: 0, to: 1)
        var options = CompileOptions(stepHeights: .rows(2), algorithms: [.direct])
        let wide = try Compiler.compile(rounding(graph, type), options: options)
        let expected = try run(wide, [input])
        for heights in sweptHeights {
            options.weights = type
            options.stepHeights = heights
            let compiled = try Compiler.compile(graph, options: options)
            let found = try run(compiled, [input], threads: heights == .rows(3) ? 2 : 1)
            for (head, values) in found { #expect(haveEqualBits(values, expected[head]!), "\(head) at \(heights)") }
            #expect(compiled.memory.weights < wide.memory.weights * 55 / 100)
            #expect(compiled.plan.operations.filter { $0.kernel.weights == type }.count > 20)
        }
    }

    /// Every algorithm of convolutions in one type, at several heights; near the plan with float32 weights.
    @Test(arguments: narrow, [ConvolutionAlgorithm.direct, .winograd4x4, .winograd2x2])
    func heightsAndThreadsDoNotMatter(_ type: WeightType, _ algorithm: ConvolutionAlgorithm) throws {
        let graph = try prepared(try randomIterNet(channels: 4, iterations: 1), [1, 32, 48, 3])
        var random = SplitMix64(seed: 6)
        let input = random.floats(32 * 48 * 3, from: 0, to: 1)
        let wide = try run(try Compiler.compile(graph, options: CompileOptions(algorithms: [algorithm])), [input])
        var first: [String: [Float]]?
        for heights in sweptHeights {
            let options = CompileOptions(stepHeights: heights, algorithms: [algorithm], weights: type)
            let compiled = try Compiler.compile(graph, options: options)
            for threads in [1, 2] {
                let found = try run(compiled, [input], threads: threads)
                for (head, values) in found { #expect(first == nil || haveEqualBits(values, first![head]!), "\(head) at \(heights)") }
                first = first ?? found
            }
        }
        for (head, values) in first ?? [:] {
            let difference = difference(values, wide[head]!)
            #expect(difference.largest > 0)
            #expect(difference.largest < (type == .float16 ? 0.01 : 0.08), "\(head): \(difference)")
        }
    }

    /// A matrix between plain tensors becomes a constant of the product; one that something else reads stays.
    @Test(arguments: narrow) func matrices(_ type: WeightType) throws {
        var random = SplitMix64(seed: 8)
        let matrix = rounded(random.floats(24 * 10), type)
        for isShared in [false, true] {
            var constants = ConstantTable()
            var builder = FunctionBuilder(name: "main")
            let input = builder.input("x", TensorType([5, 24]))
            let weights = builder.constant(Constant(matrix, shape: [24, 10]), into: &constants, name: "w")
            let product = try builder.append(.matrixMultiplication(MatrixMultiplication()), [input, weights], name: "product")[0]
            builder.output("y", product)
            if isShared { builder.output("w", weights) }
            let graph = Graph(main: builder.finish(), constants: constants)
            let numbers = random.floats(5 * 24)
            let wide = try Compiler.compile(graph)
            let compiled = try Compiler.compile(graph, options: CompileOptions(weights: type))
            let isNarrow = compiled.plan.operations.contains { $0.kernel.weights == type }
            #expect(isNarrow == !isShared)
            #expect(compiled.memory.weights == (isShared ? wide.memory.weights : 480))
            #expect(try run(compiled, [numbers]) == run(wide, [numbers]))
        }
    }

    /// Grouped, depthwise and transposed convolutions, and a dense layer on every pixel.
    @Test(arguments: narrow) func otherLayers(_ type: WeightType) throws {
        var random = SplitMix64(seed: 9)
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        var value = builder.input("x", TensorType([1, 9, 11, 16]))
        func kernel(_ shape: [Int]) -> ValueID {
            let numbers = rounded(random.floats(shape.reduce(1, *), from: -0.5, to: 0.5), type)
            return builder.constant(Constant(numbers, shape: shape), into: &constants, name: "k")
        }
        let window = Window(size: Spatial(3, 3), padding: .same)
        for (groups, shape) in [(16, [3, 3, 1, 16]), (4, [3, 3, 4, 24])] {
            let convolution = Convolution(window: window, groups: groups, hasBias: false)
            value = try builder.append(.convolution(convolution), [value, kernel(shape)], name: "groups \(groups)")[0]
        }
        let up = TransposedConvolution(window: Window(size: Spatial(2, 2), strides: Spatial(2, 2)), hasBias: false)
        value = try builder.append(.transposedConvolution(up), [value, kernel([2, 2, 8, 24])], name: "up")[0]
        value = try builder.append(.matrixMultiplication(MatrixMultiplication()), [value, kernel([8, 5])], name: "dense")[0]
        builder.output("y", value)
        let graph = Graph(main: builder.finish(), constants: constants)
        let numbers = random.floats(9 * 11 * 16)
        for heights in sweptHeights {
            let wide = try Compiler.compile(graph, options: CompileOptions(stepHeights: heights))
            let compiled = try Compiler.compile(graph, options: CompileOptions(stepHeights: heights, weights: type))
            #expect(compiled.plan.operations.filter { $0.kernel.weights == type }.count == 4)
            #expect(try haveEqualBits(run(compiled, [numbers])["y"]!, run(wide, [numbers])["y"]!))
        }
    }

    /// What would become infinite is refused with every layer's name; where only transformed kernels would, they are not used.
    @Test func weightsBeyondTheRange() throws {
        func graph(_ weights: [Float]) throws -> Graph {
            var constants = ConstantTable()
            var builder = FunctionBuilder(name: "main")
            var value = builder.input("x", TensorType([1, 16, 16, 8]))
            let convolution = Convolution(window: Window(size: Spatial(3, 3), padding: .same), hasBias: false)
            for (index, weight) in weights.enumerated() {
                var numbers = [Float](repeating: 0.1, count: 9 * 64)
                numbers[17] = weight
                let kernel = builder.constant(Constant(numbers, shape: [3, 3, 8, 8]), into: &constants, name: "kernel")
                value = try builder.append(.convolution(convolution), [value, kernel], name: "layer\(index)")[0]
            }
            builder.output("y", value)
            return Graph(main: builder.finish(), constants: constants)
        }
        do throws(CompileError) {
            _ = try Compiler.compile(try! graph([1, 65520, -1e9]), options: CompileOptions(weights: .float16))
            Issue.record("compiled")
        } catch {
            guard case .unsupported(let parts) = error else { throw error }
            #expect(parts.map(\.name) == ["layer1", "layer2"])
            #expect(parts.first?.reason == "a weight of 65520.0 is beyond f16, which ends at 65504.0")
        }
        let options = CompileOptions(algorithms: [.winograd4x4], weights: .float16)
        let large = try Compiler.compile(try graph([1, 65504]), options: options)
        let algorithms = large.plan.operations.compactMap { operation -> ConvolutionAlgorithm? in
            if case .convolution(let p) = operation.kernel { p.algorithm } else { nil }
        }
        #expect(algorithms == [.winograd4x4, .direct])
        #expect(throws: Never.self) {
            try Compiler.compile(try graph([3e38]), options: CompileOptions(weights: .bfloat16))
        }
    }
}
