import PlanFormat

extension PlanElement {
    /// Fills a tensor with numbers for measuring, which are the same every time. Floats get fractions from 0 to 1, bytes any
    /// value. Wider integers, which may be indices, and truth values get 0 or 1.
    ///
    /// The numbers are those of ``SplitMix64``: their upper 24 bits as a fraction, their upper byte, or their highest bit.
    ///
    /// - Parameter first: The number of the tensor's element with which `bytes` begin.
    public func fillSample(_ bytes: UnsafeMutableRawBufferPointer, seed: UInt64, from first: Int = 0) {
        var numbers = SplitMix64(seed: seed, from: UInt64(truncatingIfNeeded: first))
        for value in 0..<(bytes.count / byteCount) {
            let mixed = numbers.next()
            let offset = value * byteCount
            switch self {
            case .float32: bytes.storeBytes(of: Float(mixed >> 40) / Float(1 << 24), toByteOffset: offset, as: Float.self)
            case .float64: bytes.storeBytes(of: Double(mixed >> 40) / Double(1 << 24), toByteOffset: offset, as: Double.self)
            case .float16, .bfloat16: bytes.storeBytes(of: simpleFraction(mixed), toByteOffset: offset, as: UInt16.self)
            case .int32, .uint32: bytes.storeBytes(of: UInt32(mixed >> 63), toByteOffset: offset, as: UInt32.self)
            case .int64, .uint64: bytes.storeBytes(of: mixed >> 63, toByteOffset: offset, as: UInt64.self)
            case .int16, .uint16: bytes.storeBytes(of: UInt16(mixed >> 63), toByteOffset: offset, as: UInt16.self)
            case .uint8, .int8: bytes.storeBytes(of: UInt8(mixed >> 56), toByteOffset: offset, as: UInt8.self)
            case .bool: bytes.storeBytes(of: UInt8(mixed >> 63), toByteOffset: offset, as: UInt8.self)
            }
        }
    }

    /// One of the fractions from 1/2 to 1 that a float16 or a bfloat16 has: its sign and exponent, and random bits behind them.
    func simpleFraction(_ random: UInt64) -> UInt16 {
        self == .float16 ? 14 << 10 | UInt16(random >> 54) : 126 << 7 | UInt16(random >> 57)
    }
}
