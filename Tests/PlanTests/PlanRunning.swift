import GraphIR
import Optimizer
import PlanFormat
import Reference
import Runtime
import RuntimeTestSupport
import SelfTest
import TestSupport
import Testing

/// A plan from its file's bytes.
func load(_ bytes: [UInt8]) throws -> Model {
    try bytes.withUnsafeBytes { bytes throws(RuntimeError) in try Model(copying: bytes) }
}

/// Runs a compiled plan on float inputs in the order of its inputs.
func run(
    _ compiled: CompiledPlan, _ inputs: [[Float]], threads: Int = 1, instructionSet: InstructionSet? = nil
) throws -> [String: [Float]] {
    let model = try load(compiled.bytes)
    var options = SessionOptions()
    options.threads = threads
    options.instructionSet = instructionSet
    let session = try Session(model, options: options)
    let plan = compiled.plan
    var outputs = plan.outputs.map { [Float](repeating: .nan, count: $0.byteCount / 4 * plan.batch) }
    try withBuffers(of: inputs) { inputBuffers in
        try withMutableBuffers(of: &outputs) { outputBuffers in
            _ = try session.run(inputs: inputBuffers, outputs: outputBuffers)
        }
    }
    // Every plan that is tested gives the same bits when its rows are handed over.
    func bytes(_ floats: [Float]) -> [UInt8] { floats.withUnsafeBytes { [UInt8]($0) } }
    let streamed = try StreamedRun(session, inputs.map(bytes))
    #expect(streamed.outputs == outputs.map(bytes), "rows that are handed over")
    #expect(streamed.misplaced == 0)
    return Dictionary(uniqueKeysWithValues: zip(plan.outputs.map { String(decoding: $0.name, as: UTF8.self) }, outputs))
}

private func withBuffers(of arrays: [[Float]], _ body: ([UnsafeRawBufferPointer]) throws -> Void) throws {
    func descend(_ index: Int, _ buffers: [UnsafeRawBufferPointer]) throws {
        guard index < arrays.count else { return try body(buffers) }
        try arrays[index].withUnsafeBytes { try descend(index + 1, buffers + [$0]) }
    }
    try descend(0, [])
}

private func withMutableBuffers(of arrays: inout [[Float]], _ body: ([UnsafeMutableRawBufferPointer]) throws -> Void) throws {
    let buffers = arrays.map { array in
        UnsafeMutableRawBufferPointer.allocate(byteCount: array.count * 4, alignment: 64)
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    try body(buffers)
    for index in arrays.indices { arrays[index] = Array(buffers[index].bindMemory(to: Float.self)) }
}

/// The graph's outputs by the reference evaluator.
func reference(_ graph: Graph, _ inputs: [(name: String, shape: [Int], floats: [Float])]) throws -> [String: [Float]] {
    let tensors = Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, Tensor($0.floats, shape: $0.shape)) })
    return try Evaluator(graph).run(tensors).mapValues { $0.floats }
}

/// A plan's file with the self-test that `compile` adds.
func selfTestedBytes(of compiled: CompiledPlan) throws -> [UInt8] {
    var compiled = compiled
    compiled.plan.selfTest = SelfTestProbes.chosen(for: compiled.plan)
    compiled.plan.selfTest = try SelfTestProbes.computed(load(compiled.bytes))
    return compiled.bytes
}

/// Runs the standard passes.
func optimised(_ graph: Graph) throws -> Graph {
    var graph = graph
    try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
    return graph
}

/// Heights that no result may depend on.
let sweptHeights: [StepHeights] = [.wholeImage, .rows(1), .rows(2), .rows(3), .scaled(4), .each([3, 1, 2, 5, 1, 4])]
