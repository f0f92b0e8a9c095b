import GraphIR
import Optimizer
import PlanFormat
import Reference
import Runtime
import TestSupport
import Testing

@testable import SelfTest

/// Plans that flush subnormal numbers (`compile --flush-subnormals`).
@Suite struct FlushedSubnormalsTests {
    private static let algorithms: [ConvolutionAlgorithm] = [.direct, .winograd4x4, .winograd2x2]
    private static let fusedSets = InstructionSet.allCases.filter { $0.isAvailable && $0.fusesMultiplyAdd }

    /// An IterNet with so small biases, and so small numbers for its input, that all of its sums lie around the least normal number.
    private func iterNet() throws -> (graph: Graph, input: [Float]) {
        let random = try randomIterNet(channels: 4, iterations: 1)
        var constants = ConstantTable()
        for id in random.constants.ids {
            let constant = random.constants[id]
            let isBias = constant.shape.count == 1
            _ = constants.insert(isBias ? Constant(constant.floats.map { $0 * 0x1p-124 }, shape: constant.shape) : constant)
        }
        var graph = random
        graph.constants = constants
        graph = try graph.binding(inputShapes: [graph.main[graph.main.inputs[0]].name: [1, 32, 48, 3]])
        // The map is a sigmoid's, which hides them: its argument is an output too.
        let main = graph.main
        let head = try #require(main.nodes.last { if case .convolution = $0.operation { true } else { false } })
        var shown = main
        shown.outputs = [Output(name: "sums", value: head.outputs[0])]
        graph.main = shown
        var numbers = SplitMix64(seed: 6)
        return (try optimised(graph), numbers.floats(32 * 48 * 3, from: 0, to: 0x1p-122))
    }

    /// The same bits on every set, at every height and number of threads, and none of them subnormal. Without the option they are.
    @Test(arguments: algorithms, WeightType.allCases)
    func neitherHeightsNorThreadsNorSetsMatter(_ algorithm: ConvolutionAlgorithm, _ weights: WeightType) throws {
        let (graph, input) = try iterNet()
        var options = CompileOptions(algorithms: [algorithm], weights: weights)
        let kept = try run(Compiler.compile(graph, options: options), [input])
        #expect(kept.values.contains { $0.contains { $0.isSubnormal } }, "nothing to flush")
        options.flushesSubnormals = true
        var first: [String: [Float]]?
        for heights in sweptHeights {
            options.stepHeights = heights
            let compiled = try Compiler.compile(graph, options: options)
            #expect(compiled.plan.flushesSubnormals)
            for (set, threads) in Self.fusedSets.map({ ($0, 1) }) + [(Self.fusedSets.last ?? .portable, 3)] {
                let found = try run(compiled, [input], threads: threads, instructionSet: set)
                for (name, values) in found {
                    #expect(!values.contains { $0.isSubnormal })
                    #expect(values.contains { $0 != 0 }, "all of it is flushed")
                    if let first { #expect(haveEqualBits(values, first[name]!), "\(name) at \(heights) on \(set) by \(threads)") }
                }
                first = first ?? found
            }
            let portable = try run(compiled, [input], instructionSet: .portable)
            #expect(!portable.values.contains { $0.contains { $0.isSubnormal } })
        }
    }

    /// What steps add to from one to the next is flushed when it is complete: rows of a mean whose sums are subnormal until
    /// the last.
    @Test func sumsOverStepsAreWhole() throws {
        var network = NetworkUnderTest(seed: 4)
        let image = network.builder.input("image", TensorType([1, 16, 2, 5]))
        network.builder.output("mean", try network.append(.globalPooling(GlobalPooling(.average)), [image])[0])
        let least = Float.leastNormalMagnitude
        // A row's two columns all but cancel each other, but for the last row: the sum is subnormal for three rows.
        let input = (0..<160).map { index -> Float in
            if index % 5 == 0 { return 0 }
            return index / 10 == 15 ? 100 * least : index / 5 % 2 == 0 ? 1.5 * least : -1.25 * least
        }
        for heights in sweptHeights {
            let options = CompileOptions(stepHeights: heights, flushesSubnormals: true)
            let compiled = try Compiler.compile(network.graph, options: options)
            let mean = try run(compiled, [input])["mean"]!
            #expect(mean == [0] + [Float](repeating: 203.75 / 32 * least, count: 4), "at \(heights)")
        }
    }

    /// Operations that round nothing here, on images and on plain tensors, have the reference's bits.
    @Test func isWhatTheReferenceDoes() throws {
        let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2))
        let shape = [1, 6, 8, 19]
        var random = SplitMix64(seed: 12)
        // Few bits, so that sums and products are exact down to the subnormal numbers.
        let input = (0..<shape.reduce(1, *)).map { _ in Float(random.integer(-8...8)) * 0x1p-127 }
        for isPlain in [false, true] {
            var network = NetworkUnderTest(seed: 5)
            let image = network.builder.input("image", TensorType(shape.map { Dimension($0) }))
            // Along the columns instead of the channels no image operation applies.
            let x = isPlain ? try network.append(.transpose(Transpose([0, 3, 1, 2])), [image])[0] : image
            let operations: [(String, GraphIR.Operation)] = [
                ("leaky", .elementwise(Elementwise(.leakyRelu(slope: 0.25)))),
                ("half", .elementwise(Elementwise(.clip(minimum: -0x1p-128, maximum: 1)))),
                ("sum", .binary(Binary(.add))), ("difference", .binary(Binary(.subtract))),
                ("pooled", .pooling(Pooling(.average, window: window))), ("largest", .pooling(Pooling(.maximum, window: window))),
                ("raised", .resize(Resize(rows: .size(12), columns: .size(16), interpolation: .linear))),
                ("padded", .padding(Padding(.constant(0x1p-130), amounts: [.init(0, 0), .init(1, 1), .init(1, 1), .init(0, 0)]))),
                ("mean", .reduction(Reduction(.sum, axes: [1], keepsAxes: true))), ("turned", .transpose(Transpose([0, 2, 1, 3]))),
            ]
            for (name, operation) in operations {
                if isPlain, ["pooled", "largest", "raised"].contains(name) { continue }
                let operands: [ValueID] = if case .binary = operation { [x, x] } else { [x] }
                let result = try network.append(operation, operands)[0]
                network.builder.output(name, result)
                // What an operation reads is what was stored: that of a number which is not flushed is finite.
                let inverse = try network.append(.elementwise(Elementwise(.reciprocal)), [result])[0]
                network.builder.output("inverse of \(name)", inverse)
            }
            let graph = network.graph
            let expected = try Evaluator(graph, flushesSubnormals: true).run(["image": Tensor(input, shape: shape)])
            for heights in sweptHeights {
                let compiled = try Compiler.compile(graph, options: CompileOptions(stepHeights: heights, flushesSubnormals: true))
                for (name, values) in try run(compiled, [input], threads: heights == .rows(2) ? 2 : 1) {
                    #expect(haveEqualBits(values, expected[name]!.floats), "\(name) at \(heights), plain \(isPlain)")
                }
            }
        }
    }

    /// A tensor that is no image, which a caller who hands rows over writes straight into the plan.
    @Test func plainInputs() throws {
        var network = NetworkUnderTest(seed: 6)
        let tensor = network.builder.input("tensor", TensorType([4, 3]))
        let large = network.builder.input("large", TensorType([4, 3]))
        network.builder.output("product", try network.append(.binary(Binary(.multiply)), [tensor, large])[0])
        let least = Float.leastNormalMagnitude
        let input: [Float] = [least, -least, least / 2, -least / 2, least / 8, 1, .nan, .infinity, 0, -0.0, 2, least * 1.5]
        let compiled = try Compiler.compile(network.graph, options: CompileOptions(flushesSubnormals: true))
        let found = try run(compiled, [input, [Float](repeating: 0x1p20, count: 12)])["product"]!
        let expected = input.map { $0.isSubnormal ? Float(signOf: $0, magnitudeOf: 0) : $0 * 0x1p20 }
        #expect(zip(found, expected).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }, "\(found)")
    }

    /// Kernels, biases, scales, matrices and constant tensors: no kernel gets a subnormal number, others stay what they are.
    @Test(arguments: WeightType.allCases, algorithms)
    func constantsAreFlushed(_ type: WeightType, _ algorithm: ConvolutionAlgorithm) throws {
        var random = SplitMix64(seed: 9)
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        func constant(_ shape: [Int]) -> ValueID {
            let floats = random.floats(shape.reduce(1, *), from: -0.5, to: 0.5).enumerated().map { $0 % 3 == 1 ? $1 * 0x1p-126 : $1 }
            return builder.constant(Constant(floats, shape: shape), into: &constants, name: "constant")
        }
        let image = builder.input("image", TensorType([1, 16, 16, 8]))
        let convolution = Convolution(window: Window(size: Spatial(3, 3), padding: .same), hasBias: true)
        var x = try builder.append(.convolution(convolution), [image, constant([3, 3, 8, 8]), constant([8])], name: "first")[0]
        x = try builder.append(.binary(Binary(.multiply)), [x, constant([1, 16, 16, 8])], name: "product")[0]
        let matrix = MatrixMultiplication(hasBias: false)
        x = try builder.append(.transpose(Transpose([0, 1, 3, 2])), [x], name: "turned")[0]
        builder.output("y", try builder.append(.matrixMultiplication(matrix), [x, constant([16, 7])], name: "matrix")[0])
        let graph = Graph(main: builder.finish(), constants: constants)
        var options = CompileOptions(stepHeights: .wholeImage, algorithms: [algorithm], weights: type)
        let kept = try load(Compiler.compile(graph, options: options).bytes)
        #expect(kept.subnormalWeights.count > 0)
        let warning = try #require(kept.subnormalWeights.warning(in: kept.plan))
        #expect(warning.hasPrefix("\(kept.subnormalWeights.count) subnormal weights, the first in operation "))
        #expect(warning.hasSuffix("compile with --flush-subnormals"))
        options.flushesSubnormals = true
        let bytes = try Compiler.compile(graph, options: options).bytes
        let flushed = try load(bytes)
        #expect(flushed.subnormalWeights.count == 0)
        #expect(flushed.subnormalWeights.warning(in: flushed.plan) == nil)
        // Again, of the numbers as they are stored: what was normal, or no float, has not changed.
        var section = try constantsSection(
            Compiler.compile(graph, options: CompileOptions(stepHeights: .wholeImage, algorithms: [algorithm], weights: type)).bytes)
        for (range, type) in zip(kept.plan.constants, kept.plan.constantTypes) {
            for offset in stride(from: range.offset, to: range.offset + range.byteCount, by: type?.byteCount ?? 4) {
                if let type { flush(&section, offset, type) }
            }
        }
        #expect(try constantsSection(bytes) == section)
    }

    private func constantsSection(_ bytes: [UInt8]) throws -> [UInt8] {
        let range = try load(bytes).plan.constantsSection
        return Array(bytes[range.offset..<(range.offset + range.byteCount)])
    }

    private func flush(_ bytes: inout [UInt8], _ offset: Int, _ type: WeightType) {
        switch type {
        case .float16: break
        case .bfloat16:
            let float = Float(bitPattern: UInt32(bytes[offset]) << 16 | UInt32(bytes[offset + 1]) << 24)
            if float.isSubnormal { (bytes[offset], bytes[offset + 1]) = (0, float.sign == .minus ? 0x80 : 0) }
        case .float32:
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
            if Float(bitPattern: bits).isSubnormal {
                for byte in 0..<4 { bytes[offset + byte] = byte == 3 ? UInt8(bits >> 24) & 0x80 : 0 }
            }
        }
    }

    /// With this library's kernels and those that foretell, which flush too.
    @Test func theSelfTestHolds() throws {
        let (graph, _) = try iterNet()
        let bytes = try selfTestedBytes(of: Compiler.compile(graph, options: CompileOptions(flushesSubnormals: true)))
        let model = try load(bytes)
        #expect(model.plan.flushesSubnormals && !model.plan.selfTest.isEmpty)
        for set in InstructionSet.allCases where set.isAvailable {
            let report = try Session(model, options: SessionOptions(threads: 2, instructionSet: set)).runSelfTest()
            #expect(report.probes > 0 && report.failures.isEmpty, "\(set.name)")
        }
    }

    /// The option changes nothing else of a plan: without subnormal numbers it computes the same.
    @Test func normalNumbersStay() throws {
        var graph = try randomIterNet(channels: 4, iterations: 1)
        graph = try optimised(try graph.binding(inputShapes: [graph.main[graph.main.inputs[0]].name: [1, 32, 48, 3]]))
        var random = SplitMix64(seed: 2)
        let input = random.floats(32 * 48 * 3, from: 0.5, to: 1)
        let kept = try Compiler.compile(graph)
        let flushed = try Compiler.compile(graph, options: CompileOptions(flushesSubnormals: true))
        #expect(kept.plan.schedule == flushed.plan.schedule && kept.plan.operations == flushed.plan.operations)
        #expect(try constantsSection(kept.bytes) == constantsSection(flushed.bytes))
        let expected = try run(kept, [input])
        for (name, values) in try run(flushed, [input]) { #expect(haveEqualBits(values, expected[name]!)) }
    }
}
