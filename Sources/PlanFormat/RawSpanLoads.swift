extension RawSpan {
    // The span checks the bounds of these loads itself and would trap. Callers therefore check first, so that a bad file is an
    // error.
    func byte(at offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    func littleEndian16(at offset: Int) -> UInt16 {
        UInt16(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    func littleEndian32(at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    func littleEndian64(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

/// Reads the fields of a record one after the other, in the order in which `PlanWriter` writes them.
struct FieldReader {
    private var offset: Int

    init(at offset: Int) { self.offset = offset }

    mutating func u32(_ file: borrowing RawSpan) -> UInt32 {
        defer { offset += 4 }
        return file.littleEndian32(at: offset)
    }

    mutating func u64(_ file: borrowing RawSpan) -> UInt64 {
        defer { offset += 8 }
        return file.littleEndian64(at: offset)
    }

    /// A u32 as an Int; where Int has 32 bits a larger one becomes Int.max, which every limit refuses.
    mutating func count(_ file: borrowing RawSpan) -> Int { Int(clamping: u32(file)) }

    /// A u64 that is small enough to calculate with.
    mutating func size(_ file: borrowing RawSpan, _ place: StaticString) throws(PlanError) -> Int {
        let value = u64(file)
        try require(value < UInt64(Int.max / 8), "\(place): \(value) is out of range")
        return Int(value)
    }

    mutating func reserved64(_ file: borrowing RawSpan, _ place: StaticString = "") throws(PlanError) {
        let value = u64(file)
        try require(value == 0, "\(place).reserved: not zero")
    }
}
