// Numbers of one element type as another, as `Cast` converts them. Integers are passed as 64-bit patterns: sign-extended where the
// type has a sign, zero-extended otherwise.

extension ElementType {
    /// Of an integer type; of bool as of a type with the numbers 0 and 1.
    public var isSigned: Bool {
        switch self {
        case .int64, .int32, .int16, .int8: true
        case .uint64, .uint32, .uint16, .uint8, .bool: false
        case .float32, .float64, .float16, .bfloat16: true
        }
    }

    /// The smallest number of an integer type, as a pattern of 64 bits.
    public var lowest: Int64 { isSigned ? Int64.min >> (64 - 8 * Int64(byteCount)) : 0 }

    /// The largest number of an integer type, as a pattern of 64 bits: for u64 the pattern of all ones.
    public var highest: Int64 {
        if self == .bool { return 1 }
        let bits = 8 * UInt64(byteCount)
        return Int64(bitPattern: UInt64.max >> (64 - bits + (isSigned ? 1 : 0)))
    }

    /// The low bits of an integer as a number of this integer type; for bool, whether it differs from 0.
    public func wrapping(_ value: Int64) -> Int64 {
        if self == .bool { return value != 0 ? 1 : 0 }
        let unused = 64 - 8 * Int64(byteCount)
        return isSigned ? (value << unused) >> unused : Int64(bitPattern: (UInt64(bitPattern: value) << UInt64(unused)) >> UInt64(unused))
    }

    /// A float as a number of this integer type: towards zero, then the nearest number that the type has, and 0 for NaN; for bool,
    /// whether it differs from 0.
    public func integer(_ value: Double) -> Int64 {
        if self == .bool { return value != 0 ? 1 : 0 }
        if value.isNaN { return 0 }
        // The largest numbers of 64 bits are no doubles, and the powers of two above them are.
        if self == .uint64 { return value <= 0 ? 0 : value >= 0x1p64 ? -1 : Int64(bitPattern: UInt64(value)) }
        if value <= Double(lowest) { return lowest }
        if value >= Double(highest) { return highest }
        return Int64(value)
    }

    /// An integer of this type as a float, rounded once to the nearest, ties to even.
    public func float(_ value: Int64) -> Float { self == .uint64 ? Float(UInt64(bitPattern: value)) : Float(value) }

    /// Whether an integer of this type is less than another.
    public func isLess(_ left: Int64, _ right: Int64) -> Bool {
        self == .uint64 ? UInt64(bitPattern: left) < UInt64(bitPattern: right) : left < right
    }
}

extension ElementType {
    /// The bits of a number of a float type, rounded once to the nearest, ties to even.
    public func bits(ofFloat value: Double) -> UInt64 {
        switch self {
        case .float64: value.bitPattern
        case .float16: UInt64(Float16(value).bitPattern)
        case .bfloat16: UInt64(Self.bfloat16Bits(value))
        default: UInt64(Float(value).bitPattern)
        }
    }

    /// The number that the bits of a float type stand for.
    public func float(ofBits bits: UInt64) -> Double {
        switch self {
        case .float64: Double(bitPattern: bits)
        case .float16: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
        case .bfloat16: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
        default: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        }
    }

    /// A number as the nearest one of a float type.
    public func rounded(_ value: Double) -> Double { float(ofBits: bits(ofFloat: value)) }

    /// A double is rounded to odd in float32 first, so that the two roundings are as one (Boldo and Melquiond 2008).
    private static func bfloat16Bits(_ value: Double) -> UInt16 {
        var float = Float(value)
        // A NaN stays one: its payload may be all in the lower half.
        if value.isNaN { return UInt16(float.bitPattern >> 16) | 0x40 }
        if Double(float) != value {
            if Double(float.magnitude) > value.magnitude { float = value < 0 ? float.nextUp : float.nextDown }
            float = Float(bitPattern: float.bitPattern | 1)
        }
        let bits = float.bitPattern
        return UInt16(truncatingIfNeeded: (UInt64(bits) + 0x7FFF + UInt64(bits >> 16 & 1)) >> 16)
    }

    /// The bits of a float as an element of any type, as ``Cast`` converts it.
    public func bits(converting value: Double) -> UInt64 {
        isFloat ? bits(ofFloat: value) : UInt64(bitPattern: integer(value))
    }
}
