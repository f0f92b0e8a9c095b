/// How a camera was held: the `Orientation` tag (0x0112) of the Exif block in a JPEG file.
///
/// Source: CIPA DC-008 (Exif 2.32), section 4.6.4; the block is a TIFF structure inside the APP1 segment.
struct ExifOrientation: Equatable {
    /// Clockwise quarter turns that bring the stored picture upright.
    let quarterTurns: CInt
    /// Whether the picture is mirrored left to right after the turns.
    let isMirrored: Bool

    static let upright = ExifOrientation(quarterTurns: 0, isMirrored: false)

    /// - Parameter tag: 1…8; anything else counts as upright.
    init(tag: Int) {
        switch tag {
        case 2: self.init(quarterTurns: 0, isMirrored: true)
        case 3: self.init(quarterTurns: 2, isMirrored: false)
        case 4: self.init(quarterTurns: 2, isMirrored: true)
        case 5: self.init(quarterTurns: 1, isMirrored: true)
        case 6: self.init(quarterTurns: 1, isMirrored: false)
        case 7: self.init(quarterTurns: 3, isMirrored: true)
        case 8: self.init(quarterTurns: 3, isMirrored: false)
        default: self = .upright
        }
    }

    private init(quarterTurns: CInt, isMirrored: Bool) {
        self.quarterTurns = quarterTurns
        self.isMirrored = isMirrored
    }

    /// Looks for the tag in the segments before the picture's data; a file without one, or with a broken Exif block, is
    /// upright.
    init(jpeg bytes: [UInt8]) {
        var position = 2
        while position + 4 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            // From "start of scan" on, there are only entropy-coded data.
            if marker == 0xDA { break }
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            let end = position + 2 + length
            guard length >= 2, end <= bytes.count else { break }
            let payload = bytes[position + 4..<end]
            if marker == 0xE1, payload.starts(with: Array("Exif\0\0".utf8)) {
                self.init(tag: Self.tag(inTIFF: payload.dropFirst(6)) ?? 1)
                return
            }
            position = end
        }
        self = .upright
    }

    /// The tag's value in the first directory of a TIFF structure.
    private static func tag(inTIFF bytes: ArraySlice<UInt8>) -> Int? {
        let isLittleEndian = bytes.starts(with: [0x49, 0x49])
        guard isLittleEndian || bytes.starts(with: [0x4D, 0x4D]) else { return nil }
        func number(at offset: Int, byteCount: Int) -> Int? {
            guard offset >= 0, offset <= bytes.count - byteCount else { return nil }
            let digits = bytes[bytes.startIndex + offset..<bytes.startIndex + offset + byteCount]
            return (isLittleEndian ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let directory = number(at: 4, byteCount: 4),
            let count = number(at: directory, byteCount: 2)
        else { return nil }
        for entry in 0..<count {
            let offset = directory + 2 + 12 * entry
            guard let tag = number(at: offset, byteCount: 2) else { return nil }
            if tag == 0x0112 { return number(at: offset + 8, byteCount: 2) }
        }
        return nil
    }
}
