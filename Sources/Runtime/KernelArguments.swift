import Kernels
import PlanFormat

/// The parameters of an operation as its kernel takes them: the words that stand in the file.
enum KernelArguments {
    /// The kernel family of an operation, and the algorithm if it is a convolution. The codes of the file are the kernels'.
    static func family(of kernel: KernelParameters) -> (venule_family, algorithm: UInt32) {
        (venule_family(rawValue: kernel.familyCode), kernel.variant)
    }

    /// Bytes that the parameters take in the session's memory, rounded up so that those of the next operation are aligned too.
    static func slotBytes(_ words: [UInt32]) -> Int { (words.count * MemoryLayout<UInt32>.stride + 15) / 16 * 16 }

    /// Copies the words to their slot.
    /// - Returns: The slot, or null for a family without parameters.
    static func write(_ words: [UInt32], into slot: UnsafeMutableRawPointer) -> UnsafeRawPointer? {
        guard !words.isEmpty else { return nil }
        for index in words.indices {
            slot.storeBytes(of: words[index], toByteOffset: index * MemoryLayout<UInt32>.stride, as: UInt32.self)
        }
        return UnsafeRawPointer(slot)
    }
}

extension PlanValue {
    var layout: venule_layout {
        var layout = venule_layout(
            channels: UInt32(truncatingIfNeeded: channels), width: UInt32(truncatingIfNeeded: width),
            height: UInt32(truncatingIfNeeded: height), blockStride: UInt32(truncatingIfNeeded: blockStride), elementCount: 0,
            element: 0)
        if let plain {
            layout.elementCount = UInt32(truncatingIfNeeded: plain.elementCount)
            layout.element = plain.element.rawValue
        }
        return layout
    }
}
