import ImageCodecs

/// How a TIFF file's samples are stored. More than 16 bits become 16; of floats 0 becomes 0 and 1 becomes 65535, and what lies
/// beyond is clamped (with a warning).
enum TIFFSampleEncoding: Equatable {
    /// Up to 16 bits: packed from a byte's highest bit on, 16 in the machine's order.
    case unsigned(Int)
    /// 24, 32 or 64 bits.
    case wide(Int)
    /// 16, 24, 32 or 64 bits.
    case float(Int)

    init(_ tags: venule_tiff_header) throws(DecodingFailure) {
        let bits = Int(tags.bits)
        switch (tags.sample_format, bits) {
        // Undefined samples are taken for unsigned ones, as everywhere.
        case (1, 1...16), (4, 1...16): self = .unsigned(bits)
        case (1, 24), (1, 32), (1, 64), (4, 24), (4, 32), (4, 64): self = .wide(bits)
        case (3, 16), (3, 24), (3, 32), (3, 64): self = .float(bits)
        case (2, _): throw .unsupported("TIFF of signed samples")
        case (5, _), (6, _): throw .unsupported("TIFF of complex samples")
        default: throw .unsupported("TIFF of \(bits)-bit \(tags.sample_format == 3 ? "float " : "")samples")
        }
    }

    var bits: Int {
        switch self {
        case .unsigned(let bits), .wide(let bits), .float(let bits): bits
        }
    }

    /// The largest decoded sample.
    var maximum: Int {
        if case .unsigned(let bits) = self { return 1 << bits - 1 }
        return 65535
    }

    var isReduced: Bool {
        if case .unsigned = self { return false }
        return true
    }

    /// Decodes samples of a row.
    ///
    /// - Parameters:
    ///   - bytes: the row, whose first sample begins at its first bit.
    ///   - first, step: the samples of the row that are decoded are `first`, `first + step` and so on.
    ///   - target, targetStep: where the first goes, and how far it is from one to the next.
    func decode(
        _ bytes: UnsafeRawBufferPointer, first: Int, step: Int, count: Int, into samples: inout [UInt16], at target: Int, targetStep: Int,
        _ floats: inout TIFFFloatRange
    ) {
        samples.withUnsafeMutableBufferPointer { samples in
            for index in 0..<count {
                let sample = first + index * step
                let place = target + index * targetStep
                switch self {
                case .unsigned(8): samples[place] = UInt16(bytes[sample])
                case .unsigned(16): samples[place] = bytes.loadUnaligned(fromByteOffset: 2 * sample, as: UInt16.self)
                case .unsigned(let bits): samples[place] = Self.packed(bytes, bit: sample * bits, bits: bits)
                case .wide(let bits): samples[place] = Self.wide(bytes, byte: sample * bits / 8, bits: bits)
                case .float(let bits): samples[place] = floats.sample(Self.float(bytes, byte: sample * bits / 8, bits: bits))
                }
            }
        }
    }

    private static func packed(_ bytes: UnsafeRawBufferPointer, bit: Int, bits: Int) -> UInt16 {
        var word: UInt32 = 0
        for offset in 0..<3 {
            let byte = bit / 8 + offset
            word = word << 8 | (byte < bytes.count ? UInt32(bytes[byte]) : 0)
        }
        return UInt16(word >> UInt32(24 - bit % 8 - bits) & (1 << UInt32(bits) - 1))
    }

    private static func wide(_ bytes: UnsafeRawBufferPointer, byte: Int, bits: Int) -> UInt16 {
        let value = word(bytes, byte: byte, bits: bits)
        let largest = bits == 64 ? UInt64.max : 1 << UInt64(bits) - 1
        // The nearest of 65535 parts, which are no fractions for these numbers of bits but for 24.
        let part = largest / 65535
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: part)
        if bits == 24 { return UInt16((2 * value * 65535 + largest) / (2 * largest)) }
        return UInt16(quotient + (rest > part / 2 ? 1 : 0))
    }

    /// In the machine's order, as libtiff delivers it.
    private static func word(_ bytes: UnsafeRawBufferPointer, byte: Int, bits: Int) -> UInt64 {
        switch bits {
        case 16: UInt64(bytes.loadUnaligned(fromByteOffset: byte, as: UInt16.self))
        case 24: UInt64(bytes[byte]) | UInt64(bytes[byte + 1]) << 8 | UInt64(bytes[byte + 2]) << 16
        case 32: UInt64(bytes.loadUnaligned(fromByteOffset: byte, as: UInt32.self))
        default: bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self)
        }
    }

    private static func float(_ bytes: UnsafeRawBufferPointer, byte: Int, bits: Int) -> Float {
        let word = word(bytes, byte: byte, bits: bits)
        switch bits {
        case 16: return small(word, fractionBits: 10, bias: 15)
        // Source: Adobe's TIFF Technical Note 3: a sign, 7 bits of exponent, 16 of fraction.
        case 24: return small(word, fractionBits: 16, bias: 63)
        case 32: return Float(bitPattern: UInt32(truncatingIfNeeded: word))
        default: return Float(Double(bitPattern: word))
        }
    }

    /// A float of fewer than 32 bits.
    private static func small(_ word: UInt64, fractionBits: Int, bias: Int) -> Float {
        let exponentMask = 2 * bias + 1
        let exponent = Int(word >> UInt64(fractionBits)) & exponentMask
        let fraction = Float(word & (1 << UInt64(fractionBits) - 1)) / Float(1 << fractionBits)
        let isNegative = word >> UInt64(fractionBits) & UInt64(exponentMask + 1) != 0
        let magnitude: Float =
            switch exponent {
            case 0: Float(sign: .plus, exponent: 1 - bias, significand: fraction)
            case exponentMask: fraction == 0 ? .infinity : .nan
            default: Float(sign: .plus, exponent: exponent - bias, significand: 1 + fraction)
            }
        return isNegative ? -magnitude : magnitude
    }
}

/// The floats that were met. A NaN counts as infinite, and becomes black.
struct TIFFFloatRange {
    private var smallest = Float.infinity
    private var largest = -Float.infinity

    var found: ClosedRange<Float>? { smallest <= largest ? smallest...largest : nil }

    mutating func sample(_ value: Float) -> UInt16 {
        if value.isNaN {
            largest = .infinity
            smallest = min(smallest, 0)
            return 0
        }
        smallest = min(smallest, value)
        largest = max(largest, value)
        return UInt16((Double(min(max(value, 0), 1)) * 65535).rounded())
    }
}
