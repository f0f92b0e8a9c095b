import PlanFormat

/// Flushing constants: `compile --flush-subnormals`. What counts is the float32 that a kernel gets, so that it comes behind every
/// rounding, and behind the transforms of Winograd's algorithms.
extension Plan {
    /// Makes each subnormal number of the constants the zero of its sign.
    /// - Parameter section: The constants section.
    func flushSubnormals(in section: inout [UInt8]) {
        for (range, type) in zip(constants, constantTypes) {
            guard let type else { continue }
            let end = range.offset + range.byteCount
            for offset in stride(from: range.offset, to: end, by: type.byteCount) where type.isSubnormal(section.span.bytes, at: offset) {
                // All but the sign, which is the upper bit of the last byte.
                for byte in offset..<(offset + type.byteCount - 1) { section[byte] = 0 }
                section[offset + type.byteCount - 1] &= 0x80
            }
        }
    }
}
