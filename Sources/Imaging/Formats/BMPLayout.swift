/// Where a bitmap's pixels and colours lie.
struct BMPLayout {
    let height: Int
    let width: Int
    let bits: Int
    let isTopDown: Bool
    let isRunLengths: Bool
    /// The first byte of the pixels, and of the palette.
    let pixels: Int
    let palette: Int
    let paletteCount: Int
    let bytesOfColour: Int
    /// Red, green, blue and perhaps alpha; none for a palette and for bytes of blue, green, red.
    let fields: [BMPField]

    /// Of uncompressed pixels: rows end at multiples of four bytes.
    var bytesOfRow: Int { (width * bits + 31) / 32 * 4 }

    private enum Compression {
        static let none = 0, runs8 = 1, runs4 = 2, fields = 3, alphaFields = 6
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        func number(_ offset: Int, _ count: Int) -> Int {
            guard offset + count <= bytes.count else { return 0 }
            return (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        let headerBytes = number(14, 4)
        guard bytes.count >= 26, bytes.count >= 14 + headerBytes else { throw .damaged("its header is cut short") }
        guard [12, 16, 40, 52, 56, 64, 108, 124].contains(headerBytes) else {
            throw .unsupported("BMP with a header of \(headerBytes) bytes")
        }
        let isCore = headerBytes == 12
        let signedHeight = isCore ? number(20, 2) : Int(Int32(truncatingIfNeeded: number(22, 4)))
        width = isCore ? number(18, 2) : number(18, 4)
        height = abs(signedHeight)
        isTopDown = signedHeight < 0
        bits = number(isCore ? 24 : 28, 2)
        let compression = headerBytes < 40 ? Compression.none : number(30, 4)
        guard width <= Int(Int32.max) else { throw .damaged("its width is negative") }
        isRunLengths = compression == Compression.runs8 || compression == Compression.runs4
        try Self.check(compression, bits: bits, headerBytes: headerBytes)

        let hasFields = compression == Compression.fields || compression == Compression.alphaFields
        let masks = hasFields && headerBytes == 40 ? (compression == Compression.alphaFields ? 4 : 3) : 0
        palette = 14 + headerBytes + 4 * masks
        bytesOfColour = isCore ? 3 : 4
        pixels = number(10, 4)
        guard pixels >= palette, pixels <= bytes.count else {
            throw .damaged("its pixels begin at byte \(pixels), which is not behind its header")
        }
        let announced = headerBytes < 40 ? 0 : number(46, 4)
        let most = bits > 8 ? 0 : 1 << bits
        paletteCount = min(announced == 0 ? most : min(announced, most), (pixels - palette) / bytesOfColour)

        var found: [UInt32] = []
        if hasFields {
            let count = masks > 0 ? masks : headerBytes >= 56 ? 4 : 3
            found = (0..<count).map { UInt32(number(54 + 4 * $0, 4)) }
            // No bits for alpha mean that there is none.
            if found.count == 4, found[3] == 0 { found.removeLast() }
        } else if bits == 16 {
            found = [0x7C00, 0x3E0, 0x1F]
        }
        let fields = found.compactMap { BMPField(mask: $0) }
        guard fields.count == found.count else { throw .damaged("the bits of a colour have gaps") }
        self.fields = fields
    }

    private static func check(_ compression: Int, bits: Int, headerBytes: Int) throws(DecodingFailure) {
        switch (compression, bits) {
        case (Compression.none, 1), (Compression.none, 2), (Compression.none, 4), (Compression.none, 8), (Compression.none, 16),
            (Compression.none, 24), (Compression.none, 32):
            return
        case (Compression.runs8, 8), (Compression.runs4, 4): return
        case (Compression.fields, 16), (Compression.fields, 32), (Compression.alphaFields, 16), (Compression.alphaFields, 32):
            // The header of OS/2 has other meanings for these numbers.
            guard headerBytes == 64 else { return }
            throw .unsupported("BMP of OS/2 with compression \(compression)")
        case (4, _): throw .unsupported("JPEG in BMP")
        case (5, _): throw .unsupported("PNG in BMP")
        default: throw .unsupported("BMP of \(bits) bits with compression \(compression)")
        }
    }
}
