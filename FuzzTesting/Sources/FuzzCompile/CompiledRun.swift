import DeviceFuzzing
import Foundation
import FuzzSupport
import GraphIR
import Optimizer
import Reference
import Runtime
import SelfTest

@testable import Importer
@testable import PlanFormat

/// More takes too long to run and to evaluate; it is compiled all the same.
private let mostWork = 1 << 19
private let mostElements = 1 << 13

/// Says what was found, which the standard library's traps do not in optimised builds.
private func finding(_ text: String) -> Never {
    print("finding: \(text)")
    fflush(nil)
    abort()
}

/// What is refused with a reason is right; a trap, an invalid graph or plan, or other numbers than the reference's are findings.
func compileAndRun(_ bytes: UnsafeRawBufferPointer) {
    tally.countExecution()
    guard let imported = imported(bytes) else { return }
    tally.count("imported")
    // Stands for the whole file.
    var random = Randomness(seed: bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 })
    guard let graph = bound(imported, &random) else { return }
    let options = options(&random)
    guard let compiled = compiled(graph, options) else { return }
    tally.countAccepted()
    let model = selfTested(compiled)
    guard isSmall(graph), compiled.memory.arena < 1 << 24 else { return }
    let inputs = inputs(of: graph.main, &random)
    let outputs = run(model, inputs, &random)
    tally.countRun(families: compiled.plan.operations.map { $0.kernel.familyCode })
    if let model = decoded(bytes) { modelPool.offer(model) }
    guard options.weights == .float32 else { return }
    compare(outputs, graph, inputs)
}

private func imported(_ bytes: UnsafeRawBufferPointer) -> Graph? {
    do throws(ImportFailure) {
        return try importONNX(bytes, sha256: "", path: "/nowhere/model.onnx", options: ImportOptions()).graph
    } catch {
        if error.summary.contains("does not verify") { finding(error.summary) }
        return nil
    }
}

/// The graph for small sides in place of the symbols.
private func bound(_ graph: Graph, _ random: inout Randomness) -> Graph? {
    let main = graph.main
    let symbols = Set(main.inputs.flatMap { main.type(of: $0).shape.flatMap(\.symbols) })
    guard !symbols.isEmpty else { return graph }
    let numbers = Dictionary(uniqueKeysWithValues: symbols.sorted().map { ($0, random.within(1...2)) })
    var shapes: [String: [Int]] = [:]
    for input in main.inputs { shapes[main[input].name] = main.type(of: input).substituting(numbers).staticShape }
    return try? graph.binding(inputShapes: shapes)
}

private func options(_ random: inout Randomness) -> CompileOptions {
    var options = CompileOptions(threads: random.within(1...2))
    if random.once(in: 2) {
        options.stepHeights = random.element(of: [.rows(1), .rows(2), .rows(3), .scaled(4), .rising(4), .wholeImage, .levels([2, 1])])
    }
    options.goal = random.element(of: [.speed, .balanced, .memory])
    if random.once(in: 3) { options.algorithms = [random.element(of: [.direct, .winograd2x2, .winograd4x4])] }
    if random.once(in: 16) { options.weights = random.element(of: [.float16, .bfloat16]) }
    return options
}

private func compiled(_ graph: Graph, _ options: CompileOptions) -> CompiledPlan? {
    var graph = graph
    do throws(PassError) {
        try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
    } catch {
        if error.reason.contains("does not verify") || error.reason.contains("inputs and outputs were") {
            finding("\(error)")
        }
        return nil
    }
    do throws(CompileError) {
        return try Compiler.compile(graph, options: options)
    } catch {
        if case .invalid(let reason) = error, reason.contains("please report") { finding(reason) }
        return nil
    }
}

/// The plan as a device loads it, with a self-test that passes there.
private func selfTested(_ compiled: CompiledPlan) -> Model {
    var compiled = compiled
    compiled.plan.selfTest = SelfTestProbes.chosen(for: compiled.plan)
    do throws(RuntimeError) {
        compiled.plan.selfTest = try SelfTestProbes.computed(try loaded(compiled.bytes))
        return try loaded(compiled.bytes)
    } catch {
        finding("\(error)")
    }
}

private func loaded(_ bytes: [UInt8]) throws(RuntimeError) -> Model {
    try bytes.withUnsafeBytes { bytes in Result { () throws(RuntimeError) in try Model(copying: bytes) } }.get()
}

private func isSmall(_ graph: Graph) -> Bool {
    var work = 0
    for function in graph.functions {
        for node in function.nodes {
            if case .call = node.operation { continue }
            let (operands, results) = (node.inputs.map { function.type(of: $0) }, node.outputs.map { function.type(of: $0) })
            for type in operands + results {
                guard let shape = type.staticShape, let count = checkedElementCount(shape), count <= mostElements else { return false }
            }
            guard let cost = node.operation.evaluationWork(operands: operands, results: results), cost <= mostWork else { return false }
            work += cost
        }
    }
    return work <= mostWork
        && graph.main.inputs.allSatisfy { input in
            graph.main.type(of: input).staticShape.flatMap(checkedElementCount) ?? .max <= mostElements
        }
}

private func inputs(of main: Function, _ random: inout Randomness) -> [Tensor] {
    main.inputs.map { input in
        let type = main.type(of: input)
        let shape = type.staticShape ?? []
        let count = shape.reduce(1, *)
        if type.element == .float32 {
            // Mostly of ordinary size; the reference says nothing where it overflows.
            return Tensor((0..<count).map { _ in Float(random.within(-4096...4096)) / 2048 }, shape: shape)
        }
        let integers = (0..<count).map { _ in
            switch type.element {
            case .bool: Int64(random.below(2))
            case .uint8: Int64(random.below(256))
            case .int8: Int64(random.within(-128...127))
            default: Int64(random.within(-3...12))
            }
        }
        return Tensor(integers: integers, shape: shape, element: type.element)
    }
}

private let availableSets = InstructionSet.allCases.filter { $0.isAvailable }

/// The outputs' bytes.
private func run(_ model: Model, _ inputs: [Tensor], _ random: inout Randomness) -> [[UInt8]] {
    let plan = model.plan
    let buffers = inputs.map { tensor in
        tensor.constant.bytes.withUnsafeBytes { bytes in
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
            buffer.copyMemory(from: bytes)
            return buffer
        }
    }
    let outputs = plan.outputs.map { UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount * plan.batch, alignment: 64) }
    defer { for buffer in buffers + outputs { buffer.deallocate() } }
    do throws(RuntimeError) {
        let set = random.element(of: availableSets)
        let session = try Session(model, options: SessionOptions(threads: 1, instructionSet: set))
        let report = try session.runSelfTest()
        if let failure = report.failures.first {
            finding("the self-test of \(plan.operations[failure.operation.index].kernel) fails with \(set)")
        }
        try session.run(inputs: buffers.map { UnsafeRawBufferPointer($0) }, outputs: outputs)
    } catch {
        finding("\(error)")
    }
    return outputs.map { Array($0) }
}

// MARK: The reference

/// Compares with the reference as far as that is sure of itself: how much its own results change with a rounding of the inputs
/// says how much rounding inside may change them.
private func compare(_ outputs: [[UInt8]], _ graph: Graph, _ inputs: [Tensor]) {
    guard graph.functions.allSatisfy({ function in !function.nodes.contains { $0.jumps(in: function) } }) else { return }
    // What is promised of numbers is promised of finite ones.
    guard graph.constants.ids.allSatisfy({ graph.constants[$0].isOrdinary }) else { return }
    var largest: Float = 0
    guard let expected = evaluated(graph, inputs, largest: &largest), largest < 1e15,
        let moved = evaluated(graph, inputs.map(\.slightlyChanged), largest: &largest)
    else { return }
    tally.count("compared")
    for (output, bytes) in zip(graph.main.outputs, outputs) {
        guard let right = expected[output.name], let near = moved[output.name] else { continue }
        guard right.element == .float32 else {
            let found = right.constant.bytes.withUnsafeBytes { Array($0) }
            if found != bytes { finding("output '\(output.name)' is not the reference's") }
            continue
        }
        let found = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        let (rights, nears) = (right.floats, near.floats)
        guard found.count == rights.count else {
            finding("output '\(output.name)' has \(found.count) elements, the reference's \(rights.count)")
        }
        let finite = rights.indices.filter { rights[$0].isFinite && nears[$0].isFinite }
        let scale = finite.map { rights[$0].magnitude }.max() ?? 0
        let uncertainty = finite.map { (rights[$0] - nears[$0]).magnitude }.max() ?? 0
        // Tiles of a convolution round what is large beside what is small.
        let tolerance = 1e-4 * scale + 256 * uncertainty + 1e-5 * largest + 1e-6
        for index in finite where !((found[index] - rights[index]).magnitude <= tolerance) {
            finding(
                "output '\(output.name)' is \(found[index]) at \(index), the reference has \(rights[index]), tolerance \(tolerance)")
        }
    }
}

/// Nil where the reference does not compute such a thing.
/// - Parameter largest: becomes the largest magnitude of any value, infinite where one is not finite.
private func evaluated(_ graph: Graph, _ inputs: [Tensor], largest: inout Float) -> [String: Tensor]? {
    let names = graph.main.inputs.map { graph.main[$0].name }
    var most = largest
    defer { largest = most }
    do throws(EvaluationError) {
        return try Evaluator(graph, arithmetic: .exactScalar).run(Dictionary(uniqueKeysWithValues: zip(names, inputs))) { observation in
            guard observation.tensor.element == .float32 else { return }
            for float in observation.tensor.floats { most = float.isFinite ? max(most, float.magnitude) : .infinity }
        }
    } catch {
        switch error.kind {
        case .unsupportedElement, .tooLarge, .outOfRange, .symbolic: return nil
        case .inputs, .invalidOperation: finding("\(error)")
        }
    }
}

extension Constant {
    /// Whether its floats are finite and of a size at which sums of them mean something.
    fileprivate var isOrdinary: Bool { element != .float32 || floats.allSatisfy { $0.magnitude <= 1e4 } }
}

extension Tensor {
    /// Floats a few units in the last place larger or smaller.
    fileprivate var slightlyChanged: Tensor {
        guard element == .float32 else { return self }
        return Tensor(floats.enumerated().map { $1 * (1 + ($0 % 3 == 0 ? -1 : 1) * 0x1p-21) }, shape: shape)
    }
}

extension Node {
    /// Whether a rounding in front of the operation may change its result by more than a rounding.
    fileprivate func jumps(in function: Function) -> Bool {
        let readsFloats = inputs.contains { function.type(of: $0).element == .float32 }
        switch operation {
        case .elementwise(let elementwise):
            switch elementwise.function {
            case .floor, .ceil, .round, .sign, .boundedRelu: return true
            default: return false
            }
        case .cast(let cast): return readsFloats && cast.element != .float32
        case .binary(let binary): return readsFloats && (binary.kind == .modulo || binary.kind == .remainder)
        case .comparison, .argumentMaximum, .topPositions, .poolingPositions: return readsFloats
        case .quantization: return true
        default: return false
        }
    }
}
