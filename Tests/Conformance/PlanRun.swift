import GraphIR
import Optimizer
import PlanFormat
import Reference
import Runtime

extension LoadedCase {
    /// Compiles the model with the standard passes and runs the plan.
    func checkPlan() throws {
        var graph = graph
        try PassManager().run(&graph, pipeline: Pipelines.standard.map(\.pass))
        let compiled = try Compiler.compile(graph, options: CompileOptions())
        let model = try compiled.bytes.withUnsafeBytes { bytes throws(RuntimeError) in try Model(copying: bytes) }
        try check(try run(model, inputs))
    }
}

private func run(_ model: Model, _ inputs: [String: Tensor]) throws -> [String: Tensor] {
    let plan = model.plan
    let session = try Session(model, options: SessionOptions(threads: 1))
    let sources = plan.inputs.map { UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount * plan.batch, alignment: 64) }
    let results = plan.outputs.map { UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount * plan.batch, alignment: 64) }
    defer { for buffer in sources + results { buffer.deallocate() } }
    for (entry, buffer) in zip(plan.inputs, sources) {
        let name = String(decoding: entry.name, as: UTF8.self)
        guard let tensor = inputs[name], tensor.shape == plan.shape(of: entry) else {
            throw CaseFailure("the plan's input '\(name)' is of shape \(plan.shape(of: entry))")
        }
        tensor.constant.bytes.withUnsafeBytes { buffer.copyMemory(from: $0) }
    }
    try session.run(inputs: sources.map { UnsafeRawBufferPointer($0) }, outputs: results)
    return Dictionary(
        zip(plan.outputs, results).map { entry, buffer in
            let constant = Constant(
                element: ElementType(entry.tensor.element), shape: plan.shape(of: entry), bytes: .owned(Array(buffer)))
            return (String(decoding: entry.name, as: UTF8.self), Tensor(constant))
        }, uniquingKeysWith: { first, _ in first })
}
