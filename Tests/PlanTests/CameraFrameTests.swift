import GraphIR
import Optimizer
import PlanFormat
import Reference
import Runtime
import TestSupport
import Testing

/// Plans whose input is a camera's frame of bytes, against the reference evaluator on the same graph.
@Suite struct CameraFrameTests {
    /// A small network for pictures of this size.
    private func network(_ size: CameraFrame.Size, channels: Int, channelsFirst: Bool = false) throws -> Graph {
        var network = NetworkUnderTest(seed: 5)
        let sides = channelsFirst ? [1, channels, size.height, size.width] : [1, size.height, size.width, channels]
        var image = network.builder.input("image", TensorType(sides.map { Dimension($0) }))
        if channelsFirst { image = try network.append(.transpose(Transpose([0, 2, 3, 1])), [image])[0] }
        let window = Window(size: Spatial(3, 3), padding: .same)
        network.builder.output("map", try network.convolution([image], 5, window, activation: .relu))
        return network.graph
    }

    private func frame(_ text: String, crop: String? = nil, resize: String? = nil) throws -> CameraFrame {
        var entry = try #require(CameraFrame(format: text))
        entry.crop = try crop.map { try #require(CameraFrame.Crop($0)) }
        entry.resized = try resize.map { try #require(CameraFrame.Size($0)) }
        return entry
    }

    private func bytes(of entry: CameraFrame) -> [UInt8] {
        var random = SplitMix64(seed: 77)
        return (0..<(entry.frame.width * entry.frame.height * entry.format.channels)).map { _ in
            UInt8(truncatingIfNeeded: random.next() >> 56)
        }
    }

    private func run(
        _ compiled: CompiledPlan, _ bytes: [UInt8], threads: Int = 1, instructionSet: InstructionSet? = nil
    ) throws -> [Float] {
        let model = try compiled.bytes.withUnsafeBytes { bytes throws(RuntimeError) in try Model(copying: bytes) }
        let session = try Session(model, options: SessionOptions(threads: threads, instructionSet: instructionSet))
        var output = [Float](repeating: .nan, count: compiled.plan.outputs[0].byteCount / 4)
        try bytes.withUnsafeBytes { input -> Void in
            _ = try output.withUnsafeMutableBytes { try session.run(inputs: [input], outputs: [$0]) }
        }
        return output
    }

    private func expected(_ graph: Graph, _ bytes: [UInt8], _ entry: CameraFrame) throws -> [Float] {
        let tensor = Tensor(
            integers: bytes.map(Int64.init), shape: [1, entry.frame.height, entry.frame.width, entry.format.channels],
            element: .uint8)
        return try #require(try Evaluator(graph).run(["image": tensor])["map"]).floats
    }

    static let cases: [(format: String, crop: String?, resize: String?, channels: Int, channelsFirst: Bool)] = [
        ("rgb8:24x16", nil, nil, 3, false), ("rgb8:61x47", nil, "24x16", 3, false), ("bgr8:61x47", "40x33+7+5", "24x16", 3, true),
        ("rgba8:61x47", "24x16+37+31", nil, 3, false), ("gray8:61x47", nil, "24x16", 3, true), ("gray8:9x7", nil, "24x16", 1, false),
        ("rgb8:300x20", nil, "24x40", 1, false),
    ]

    @Test(arguments: cases.indices) func plansGiveWhatTheGraphMeans(_ index: Int) throws {
        let (format, crop, resize, channels, channelsFirst) = Self.cases[index]
        var entry = try frame(format, crop: crop, resize: resize)
        entry.normalization.mean = channels == 3 ? [0.485, 0.456, 0.406] : [0.5]
        entry.normalization.deviation = channels == 3 ? [0.229, 0.224, 0.225] : [0.25]
        let graph = try entry.prepended(to: try network(entry.result, channels: channels, channelsFirst: channelsFirst))
        try graph.verify()
        let bytes = bytes(of: entry)
        let expected = try expected(graph, bytes, entry)
        let prepared = try optimised(graph)
        var first: [Float]?
        for heights in sweptHeights {
            let options = CompileOptions(stepHeights: heights, algorithms: [.direct])
            let compiled = try Compiler.compile(prepared, options: options)
            #expect(
                compiled.plan.inputs[0].tensor == PlainTensor(.uint8, [1, entry.frame.height, entry.frame.width, entry.format.channels]))
            #expect(compiled.plan.values.allSatisfy { $0.plain == nil }, "everything runs on rows")
            let actual = try run(compiled, bytes, threads: heights == .rows(2) ? 3 : 1)
            let difference = difference(actual, expected)
            #expect(difference.largest <= 2e-5, "\(Self.cases[index]), \(heights): \(difference)")
            if let first { #expect(haveEqualBits(actual, first), "\(heights)") } else { first = actual }
        }
    }

    @Test func instructionSetsWithFusedMultiplyAddGiveTheSameBits() throws {
        let entry = try frame("rgb8:160x90", crop: "120x80+20+5", resize: "24x16")
        let graph = try optimised(entry.prepended(to: try network(entry.result, channels: 3)))
        let compiled = try Compiler.compile(graph)
        let bytes = bytes(of: entry)
        let outputs = try [InstructionSet.avx2, .avx512, .neon].filter(\.isAvailable).map {
            try run(compiled, bytes, instructionSet: $0)
        }
        for output in outputs.dropFirst() { #expect(haveEqualBits(output, outputs[0])) }
    }

    /// What a camera gives is held by rows, whatever is optimised for.
    @Test(arguments: OptimizationGoal.allCases) func aPlanHoldsFewRowsOfTheFrame(_ goal: OptimizationGoal) throws {
        let entry = try frame("rgb8:1000x800", resize: "40x32")
        let graph = try optimised(entry.prepended(to: try network(entry.result, channels: 3)))
        let plain = try optimised(try network(entry.result, channels: 3))
        let compiled = try Compiler.compile(graph, options: CompileOptions(goal: goal))
        let arena = try Compiler.compile(plain, options: CompileOptions(goal: goal)).memory.arena
        let rowBytes = 1000 * PlanValue.lanes * 4
        // Two rows of the frame, those of the result that the filter reaches, and the picture once more.
        #expect(compiled.memory.arena <= arena + 2 * rowBytes + (2 * 800 / 32 + 2 + 32) * 40 * 64)
        #expect(compiled.plan.values.filter { $0.width == 1000 }.allSatisfy { $0.ringRows == 1 })
    }

    /// The definition by hand: a picture of one colour stays one, and a reduction by a whole number weighs by a triangle.
    @Test func resizingIsATriangle() throws {
        var entry = try frame("gray8:12x1", resize: "3x1")
        entry.scale = 1
        var network = NetworkUnderTest(seed: 1)
        let image = network.builder.input("image", TensorType([1, 1, 3, 1]))
        network.builder.output("map", try network.append(.elementwise(Elementwise(.abs)), [image])[0])
        let compiled = try Compiler.compile(try optimised(entry.prepended(to: network.graph)))
        // Element 1 is in the middle between columns 5 and 6: 1, 3, 5, 7, 7, 5, 3, 1 of 32 from column 2 on.
        let row: [UInt8] = [0, 0, 10, 20, 30, 40, 50, 60, 70, 80, 0, 0]
        let sum: Float = 10 + 3 * 20 + 5 * 30 + 7 * 40 + 7 * 50 + 5 * 60 + 3 * 70 + 80
        #expect(try abs(run(compiled, row)[1] - sum / 32) < 1e-5)
        #expect(try run(compiled, [UInt8](repeating: 255, count: 12)).allSatisfy { abs($0 - 255) < 1e-4 })
    }

    @Test func refusesWhatDoesNotFit() throws {
        let graph = try network(CameraFrame.Size(width: 24, height: 16), channels: 3)
        func refusal(_ entry: CameraFrame) -> String {
            do throws(GraphError) {
                _ = try entry.prepended(to: graph)
                return "accepted"
            } catch { return error.message }
        }
        #expect(refusal(try frame("rgb8:25x16")).contains("becomes 25x16 pixels, the model takes 24x16"))
        #expect(refusal(try frame("rgb8:30x30", crop: "24x16+7+0")).contains("24x16+7+0 is no part of a frame of 30x30"))
        var entry = try frame("rgb8:24x16")
        entry.normalization.mean = [1, 2]
        #expect(refusal(entry).contains("2 numbers for the mean; the model has 3 channels"))
        entry.normalization.mean = [0]
        entry.normalization.deviation = [0]
        #expect(refusal(entry).contains("above 0"))
    }

    @Test func textAndProvenanceReadBack() throws {
        for text in ["rgb8", "rgb9:1x1", "rgb8:0x4", "rgb8:4", "rgb8:4x4x4", "rgb8:99999999x1"] {
            #expect(CameraFrame(format: text) == nil, "\(text)")
        }
        var entry = try frame("bgr8:61x47", crop: "40x33+7+5", resize: "24x16")
        entry.normalization.mean = [0.485, 0.456, 0.406]
        entry.normalization.deviation = [0.229]
        let pairs = entry.provenance
        #expect(CameraFrame(provenance: { key in pairs.first { $0.key == key }?.value }) == entry)
        #expect(CameraFrame(provenance: { _ in nil }) == nil)
    }
}
