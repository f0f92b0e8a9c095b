import GraphIR
import Optimizer
import PlanFormat
import Reference
import Runtime
import TestSupport
import Testing

/// A graph on tensors of any type, run through a plan and through the reference.
struct TensorSweep {
    var builder = FunctionBuilder(name: "main")
    var constants = ConstantTable()
    var random: SplitMix64
    private var inputs: [String: Tensor] = [:]
    private var count = 0

    init(seed: UInt64 = 5) { random = SplitMix64(seed: seed) }

    /// An input with random elements: small integers, fractions, or what `range` says.
    mutating func input(_ element: ElementType, _ shape: [Int], _ range: ClosedRange<Int>? = nil) -> ValueID {
        let name = "input\(inputs.count)"
        inputs[name] = tensor(element, shape, range)
        return builder.input(name, TensorType(element, shape.map { Dimension($0) }))
    }

    mutating func constant(_ element: ElementType, _ shape: [Int], _ range: ClosedRange<Int>? = nil) -> ValueID {
        count += 1
        return builder.constant(tensor(element, shape, range).constant, into: &constants, name: "constant\(count)")
    }

    mutating func append(_ operation: Operation, _ operands: ValueID...) throws -> ValueID {
        count += 1
        return try builder.append(operation, operands, name: "node\(count)")[0]
    }

    private mutating func tensor(_ element: ElementType, _ shape: [Int], _ range: ClosedRange<Int>?) -> Tensor {
        let size = shape.reduce(1, *)
        if element.isFloat {
            let floats =
                range.map { range in (0..<size).map { _ in Float(random.integer(range)) } }
                ?? random.floats(size, from: -3, to: 3)
            return Tensor(floats.map { Float(element.rounded(Double($0))) }, shape: shape, element: element)
        }
        let range =
            range
            ?? {
                switch element {
                case .bool: 0...1
                case .uint8: 0...255
                case .int8: -128...127
                default: element.isSigned ? -1000...1000 : 0...2000
                }
            }()
        return Tensor(integers: (0..<size).map { _ in Int64(random.integer(range)) }, shape: shape, element: element)
    }

    /// Compiles the graph, runs the plan in several ways, and compares with the reference: integers must be equal, floats
    /// within `tolerance` of the largest.
    ///
    /// Mutating, so that operations may be appended among the arguments.
    mutating func check(
        _ name: @autoclosure () -> String = "", _ results: ValueID..., tolerance: Float = 4e-6, passes: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var builder = builder
        for (index, result) in results.enumerated() { builder.output("output\(index)", result) }
        let graph = Graph(main: builder.finish(), constants: constants)
        let expected = try Evaluator(graph).run(inputs)
        let prepared = passes ? try optimised(graph) : graph
        for heights in [StepHeights.wholeImage, .rows(1), .rows(2)] {
            let compiled = try Compiler.compile(prepared, options: CompileOptions(stepHeights: heights))
            let actual = try run(compiled, inputs, threads: heights == .rows(2) ? 3 : 1)
            for (output, tensor) in expected {
                let found = try #require(actual[output])
                #expect(
                    found.shape == tensor.shape && found.element == tensor.element, "\(name()) \(output)",
                    sourceLocation: sourceLocation)
                guard tensor.element == .float32 else {
                    #expect(found == tensor, "\(name()), \(heights), \(output)", sourceLocation: sourceLocation)
                    continue
                }
                let largest = max(1, tensor.floats.filter(\.isFinite).map(abs).max() ?? 1)
                let difference = difference(found.floats, tensor.floats)
                #expect(
                    difference.largest <= tolerance * largest, "\(name()), \(heights), \(output): \(difference)",
                    sourceLocation: sourceLocation)
            }
        }
    }
}

/// Runs a compiled plan on tensors by the names of its inputs.
func run(_ compiled: CompiledPlan, _ inputs: [String: Tensor], threads: Int = 1) throws -> [String: Tensor] {
    let model = try compiled.bytes.withUnsafeBytes { bytes throws(RuntimeError) in try Model(copying: bytes) }
    let session = try Session(model, options: SessionOptions(threads: threads))
    let plan = compiled.plan
    func buffer(_ entry: EntryPoint) -> UnsafeMutableRawBufferPointer {
        .allocate(byteCount: entry.byteCount * plan.batch, alignment: 64)
    }
    let inputBuffers = try plan.inputs.map { entry in
        let tensor = try #require(inputs[String(decoding: entry.name, as: UTF8.self)])
        let buffer = buffer(entry)
        try #require(tensor.shape == plan.shape(of: entry) && tensor.constant.bytes.count == buffer.count)
        tensor.constant.bytes.withUnsafeBytes { buffer.copyMemory(from: $0) }
        return buffer
    }
    let outputBuffers = plan.outputs.map(buffer)
    for buffer in outputBuffers { buffer.initializeMemory(as: UInt8.self, repeating: 0xAA) }
    defer { for buffer in inputBuffers + outputBuffers { buffer.deallocate() } }
    try session.run(inputs: inputBuffers.map { UnsafeRawBufferPointer($0) }, outputs: outputBuffers)
    var results: [String: Tensor] = [:]
    for (entry, buffer) in zip(plan.outputs, outputBuffers) {
        let constant = Constant(element: ElementType(entry.tensor.element), shape: plan.shape(of: entry), bytes: .owned(Array(buffer)))
        results[String(decoding: entry.name, as: UTF8.self)] = Tensor(constant)
    }
    return results
}
