import PlanFormat

extension PlanElement {
    /// Fills a tensor with numbers for measuring, which are the same every time. Floats get fractions from 0 to 1, bytes any
    /// value. Wider integers, which may be indices, and truth values get 0 or 1.
    ///
    /// The numbers are those of SplitMix64 (Steele, Lea and Flood, 2014): their upper 24 bits as a fraction, their upper byte,
    /// or their highest bit.
    ///
    /// - Parameter first: The number of the tensor's element with which `bytes` begin.
    public func fillSample(_ bytes: UnsafeMutableRawBufferPointer, seed: UInt64, from first: Int = 0) {
        var state = seed &+ UInt64(truncatingIfNeeded: first) &* 0x9E37_79B9_7F4A_7C15
        for value in 0..<(bytes.count / byteCount) {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 31
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
