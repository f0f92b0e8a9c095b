import PlanFormat

/// Flushing constants: `compile --flush-subnormals`. What counts is the float32 that a kernel gets, so that it comes behind every
/// rounding, and behind the transforms of Winograd's algorithms.
extension WeightType {
    /// Each subnormal number as the zero of its sign.
    /// - Parameter bytes: Numbers of this type, little-endian.
    func flushingSubnormals(in bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for offset in stride(from: 0, to: bytes.count, by: byteCount) where isSubnormal(bytes.span.bytes, at: offset) {
            // All but the sign, which is the upper bit of the last byte.
            for byte in offset..<(offset + byteCount - 1) { bytes[byte] = 0 }
            bytes[offset + byteCount - 1] &= 0x80
        }
        return bytes
    }
}
