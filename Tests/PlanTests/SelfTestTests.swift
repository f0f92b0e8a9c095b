import GraphIR
import Optimizer
import PlanFormat
import Runtime
import TestSupport
import Testing

@testable import SelfTest

/// The self-test that `compile` puts into a plan, on this machine's kernels.
@Suite struct SelfTestTests {
    private func iterNet(_ options: CompileOptions = CompileOptions()) throws -> [UInt8] {
        var graph = try randomIterNet(channels: 8, iterations: 1)
        let main = graph.main
        graph = try graph.binding(inputShapes: [main[main.inputs[0]].name: [1, 32, 48, 3]])
        return try selfTestedBytes(of: Compiler.compile(try optimised(graph), options: options))
    }

    /// Portable code compiled with and without fused multiply-add foretells what each instruction set does.
    @Test func everyInstructionSetPasses() throws {
        for bytes in [try iterNet(), try iterNet(CompileOptions(algorithms: [.winograd2x2])), try manyFamilies()] {
            let model = try load(bytes)
            #expect(!model.plan.selfTest.isEmpty)
            for set in InstructionSet.allCases where set.isAvailable {
                let session = try Session(model, options: SessionOptions(threads: 2, instructionSet: set))
                let report = try session.runSelfTest()
                #expect(report.probes == model.plan.selfTest.count)
                #expect(
                    report.failures.isEmpty,
                    "\(set.name): \(report.failures.map { model.plan.operations[$0.operation.index].kernel })")
            }
            // The two differ where anything is rounded, or the test would not tell them apart.
            #expect(model.plan.selfTest.contains { $0.fusedChecksum != $0.unfusedChecksum })
        }
    }

    @Test func coversEveryKindOfOperation() throws {
        let plan = try load(manyFamilies()).plan
        let probed = Set(plan.selfTest.map { plan.operations[$0.operation.index].kernel.familyCode })
        #expect(probed == Set(plan.operations.map { $0.kernel.familyCode }))
        #expect(probed.count >= 13)
    }

    @Test func doesNotChangeWhatAPlanComputes() throws {
        let model = try load(iterNet())
        let session = try Session(model, options: SessionOptions(threads: 1))
        var random = SplitMix64(seed: 4)
        let input = random.floats(32 * 48 * 3)
        func output() throws -> [Float] {
            // All outputs behind each other.
            let count = model.plan.outputs.count
            var output = [Float](repeating: .nan, count: 32 * 48 * count)
            try input.withUnsafeBytes { input in
                try output.withUnsafeMutableBytes { bytes in
                    let part = bytes.count / count
                    let parts = (0..<count).map { UnsafeMutableRawBufferPointer(rebasing: bytes[($0 * part)..<(($0 + 1) * part)]) }
                    try session.run(inputs: [input], outputs: parts)
                }
            }
            return output
        }
        let before = try output()
        _ = try session.runSelfTest()
        #expect(haveEqualBits(try output(), before))
    }

    /// A wrong weight, a wrong checksum: each failure names its operation.
    @Test func findsWhatIsWrong() throws {
        var bytes = try iterNet()
        let plan = try load(bytes).plan
        let probe = try #require(plan.selfTest.last { !plan.operations[$0.operation.index].constants.isEmpty })
        let constant = plan.constants[plan.operations[probe.operation.index].constants[0].index]
        // A sign of the first weight.
        bytes[plan.constantsSection.offset + constant.offset + 3] ^= 0x80
        let report = try Session(load(bytes), options: SessionOptions(threads: 1)).runSelfTest()
        #expect(report.failures.contains { $0.operation == probe.operation })
        #expect(report.failures.count < report.probes)
    }

    @Test func isTheSameEachTime() throws {
        let model = try load(iterNet())
        #expect(SelfTestProbes.chosen(for: model.plan).map(\.step) == model.plan.selfTest.map(\.step))
        #expect(try SelfTestProbes.computed(model) == model.plan.selfTest)
    }

    @Test func plansWithoutOneLoad() throws {
        let graph = try optimised(small().graph)
        let model = try load(Compiler.compile(graph).bytes)
        let report = try Session(model, options: SessionOptions(threads: 1)).runSelfTest()
        #expect(report.probes == 0 && report.failures.isEmpty)
    }

    private func small() throws -> NetworkUnderTest {
        var network = NetworkUnderTest(seed: 3)
        let image = network.builder.input("image", TensorType([1, 8, 12, 5]))
        network.builder.output("map", try network.append(.elementwise(Elementwise(.tanh)), [image])[0])
        return network
    }

    /// Images and plain tensors, a camera's frame, and most families of kernels.
    private func manyFamilies() throws -> [UInt8] {
        var network = NetworkUnderTest(seed: 8)
        let image = network.builder.input("image", TensorType([1, 16, 24, 3]))
        let same = Window(size: Spatial(3, 3), padding: .same)
        var x = try network.convolution([image], 16, same, activation: .relu)
        let depthwise = try network.convolution([x], 16, same, groups: 16, activation: .sigmoid)
        let grouped = try network.convolution([depthwise], 8, same, groups: 2)
        x = try network.append(.concatenation(Concatenation(axis: 3)), [grouped, x])[0]
        x = try network.append(.pooling(Pooling(.average, window: Window(size: Spatial(2, 2), strides: Spatial(2, 2)))), [x])[0]
        x = try network.append(.resize(Resize(rows: .size(16), columns: .size(24), interpolation: .linear)), [x])[0]
        x = try network.append(.softmax(Softmax(axis: 3)), [x])[0]
        let mean = try network.append(.globalPooling(GlobalPooling(.average)), [x])[0]
        x = try network.append(.binary(Binary(.multiply)), [x, mean])[0]
        x = try network.append(.elementwise(Elementwise(.tanh)), [x])[0]
        network.builder.output("map", x)
        let plain = try network.append(.transpose(Transpose([0, 2, 1, 3])), [x])[0]
        let sums = try network.append(.reduction(Reduction(.sum, axes: [1], keepsAxes: true)), [plain])[0]
        network.builder.output("sums", sums)
        var entry = try #require(CameraFrame(format: "rgb8:50x40"))
        entry.resized = CameraFrame.Size(width: 24, height: 16)
        let graph = try entry.prepended(to: network.graph)
        return try selfTestedBytes(of: Compiler.compile(try optimised(graph)))
    }
}
