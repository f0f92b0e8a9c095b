import PlanFormat

extension PlanElement {
    /// Fills a tensor with numbers that are the same every time, for measuring: fractions from 0 to 1, any bytes, or 0 and 1
    /// where elements are wider integers, which may be indices, or truth values.
    ///
    /// Of numbers of ``SplitMix64`` the upper 24 bits as a fraction, the upper byte, or the upper bit.
    ///
    /// - Parameter first: The element of the tensor that `bytes` begin with.
    public func fillSample(_ bytes: UnsafeMutableRawBufferPointer, seed: UInt64, from first: Int = 0) {
        var numbers = SplitMix64(seed: seed, from: UInt64(truncatingIfNeeded: first))
        for value in 0..<(bytes.count / byteCount) {
            let mixed = numbers.next()
            let offset = value * byteCount
            switch self {
            case .float32: bytes.storeBytes(of: Float(mixed >> 40) / Float(1 << 24), toByteOffset: offset, as: Float.self)
            case .int32: bytes.storeBytes(of: Int32(mixed >> 63), toByteOffset: offset, as: Int32.self)
            case .int64: bytes.storeBytes(of: Int64(mixed >> 63), toByteOffset: offset, as: Int64.self)
            case .uint8, .int8: bytes.storeBytes(of: UInt8(mixed >> 56), toByteOffset: offset, as: UInt8.self)
            case .bool: bytes.storeBytes(of: UInt8(mixed >> 63), toByteOffset: offset, as: UInt8.self)
            }
        }
    }
}
