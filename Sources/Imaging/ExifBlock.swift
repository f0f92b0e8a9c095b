/// The first directory of an Exif block, which is a TIFF structure inside of other formats.
///
/// Source: CIPA DC-008 (Exif 2.32), section 4.5; TIFF 6.0, section 2.
enum ExifBlock {
    /// - Parameter bytes: from the order of bytes on ("II" or "MM"); some writers put the name "Exif" in front.
    /// - Returns: upright for a block without the tag and for a broken one.
    static func orientation(in bytes: UnsafeRawBufferPointer) -> Orientation {
        let name: [UInt8] = Array("Exif\0\0".utf8)
        let block = bytes.starts(with: name) ? UnsafeRawBufferPointer(rebasing: bytes[name.count...]) : bytes
        return Orientation(tag: orientationTag(in: block) ?? 1)
    }

    private static func orientationTag(in bytes: UnsafeRawBufferPointer) -> Int? {
        let isLittleEndian = bytes.starts(with: [0x49, 0x49])
        guard isLittleEndian || bytes.starts(with: [0x4D, 0x4D]) else { return nil }
        func number(at offset: Int, byteCount: Int) -> Int? {
            guard offset >= 0, offset <= bytes.count - byteCount else { return nil }
            let digits = bytes[offset..<offset + byteCount]
            return (isLittleEndian ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let directory = number(at: 4, byteCount: 4), let count = number(at: directory, byteCount: 2) else { return nil }
        for entry in 0..<count {
            let offset = directory + 2 + 12 * entry
            guard let tag = number(at: offset, byteCount: 2), let type = number(at: offset + 2, byteCount: 2) else { return nil }
            // SHORT as the specification says, or LONG.
            if tag == 0x0112 { return number(at: offset + 8, byteCount: type == 4 ? 4 : 2) }
        }
        return nil
    }
}
