import PlanFormat
import Platform
import Runtime

/// Memory for one input or output of a run.
final class TensorBuffer {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int, name: String) throws(CommandFailure) {
        let allocator = venule_allocator_system()
        guard let start = allocator.allocate(allocator.context, max(byteCount, 1), 64) else {
            throw CommandFailure(.doesNotFit, "out of memory: \(byteCount) bytes for '\(name)'")
        }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    deinit {
        let allocator = venule_allocator_system()
        if let start = bytes.baseAddress { allocator.deallocate(allocator.context, start, bytes.count) }
    }
}

/// Buffers for the inputs and outputs of a plan that is measured.
struct Tensors {
    let inputs: [TensorBuffer]
    let outputs: [TensorBuffer]
    let inputViews: [UnsafeRawBufferPointer]
    let outputViews: [UnsafeMutableRawBufferPointer]

    /// - Parameters:
    ///   - files: For some of the inputs; the others get numbers between 0 and 1.
    ///   - outputCount: Outputs that are asked for.
    init(_ plan: Plan, files: [CArgument], outputCount: Int) throws(CommandFailure) {
        let assigned = try assign(files, to: plan)
        var inputs: [TensorBuffer] = []
        for (index, entry) in plan.inputs.enumerated() {
            let name = String(decoding: entry.name, as: UTF8.self)
            let buffer = try TensorBuffer(byteCount: entry.byteCount * plan.batch, name: name)
            if let path = assigned[index] {
                try InputFile(path, entry, plan).readAll(buffer.bytes)
            } else {
                entry.tensor.element.fillSample(buffer.bytes, seed: UInt64(index))
            }
            inputs.append(buffer)
        }
        var outputs: [TensorBuffer] = []
        for entry in plan.outputs.prefix(outputCount) {
            outputs.append(
                try TensorBuffer(byteCount: entry.byteCount * plan.batch, name: String(decoding: entry.name, as: UTF8.self)))
        }
        self.inputs = inputs
        self.outputs = outputs
        inputViews = inputs.map { UnsafeRawBufferPointer($0.bytes) }
        outputViews = outputs.map { $0.bytes }
    }

    static func text(_ shape: [Int]) -> String {
        var text = ""
        for side in shape { text += text.utf8.isEmpty ? "\(side)" : "x\(side)" }
        return text.utf8.isEmpty ? "scalar" : text
    }
}
