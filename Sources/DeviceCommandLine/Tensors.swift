import PlanFormat
import Platform
import Runtime

/// Memory for one input or output of a run.
final class TensorBuffer {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int, name: String) throws(DeviceFailure) {
        let allocator = venule_allocator_system()
        guard let start = allocator.allocate(allocator.context, max(byteCount, 1), 64) else {
            throw DeviceFailure(.doesNotFit, "out of memory: \(byteCount) bytes for '\(name)'")
        }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    deinit {
        let allocator = venule_allocator_system()
        if let start = bytes.baseAddress { allocator.deallocate(allocator.context, start, bytes.count) }
    }
}

enum Tensors {
    static func text(_ shape: [Int]) -> String {
        var text = ""
        for side in shape { text += text.utf8.isEmpty ? "\(side)" : "x\(side)" }
        return text.utf8.isEmpty ? "scalar" : text
    }
}
