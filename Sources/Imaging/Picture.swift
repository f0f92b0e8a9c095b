import CLeptonica

/// Owns one Leptonica `Pix`.
final class Picture {
    private let pix: UnsafeMutablePointer<Pix>

    init?(_ pix: UnsafeMutablePointer<Pix>?) {
        guard let pix else { return nil }
        self.pix = pix
    }

    /// - Parameter depth: 8 for grey, 32 for RGB.
    convenience init?(width: Int, height: Int, depth: CInt) {
        guard let width = CInt(exactly: width), let height = CInt(exactly: height) else { return nil }
        self.init(pixCreate(width, height, depth))
    }

    deinit {
        var pointer: UnsafeMutablePointer<Pix>? = pix
        pixDestroy(&pointer)
    }

    /// The same picture with 32 bits a pixel, without palette and transparency.
    func inColour() -> Picture? {
        if let palette = pixGetColormap(pix) {
            var isOpaque: CInt = 1
            pixcmapIsOpaque(palette, &isOpaque)
            let conversion = isOpaque != 0 ? REMOVE_CMAP_TO_FULL_COLOR : REMOVE_CMAP_WITH_ALPHA
            return Picture(pixRemoveColormap(pix, CInt(conversion)))?.withoutAlpha()
        }
        return Picture(pixConvertTo32(pix))?.withoutAlpha()
    }

    private func withoutAlpha() -> Picture? {
        let black: UInt32 = 0
        return pixGetSpp(pix) == 4 ? Picture(pixAlphaBlendUniform(pix, black)) : self
    }

    func applying(_ orientation: ExifOrientation) -> Picture? {
        let turned = orientation.quarterTurns == 0 ? self : Picture(pixRotateOrth(pix, orientation.quarterTurns))
        guard orientation.isMirrored, let turned else { return turned }
        return Picture(pixFlipLR(nil, turned.pix))
    }

    /// - Precondition: 32 bits a pixel.
    func photograph() -> Photograph {
        let width = Int(pixGetWidth(pix))
        let height = Int(pixGetHeight(pix))
        let words = pixGetData(pix)!
        let wordsPerLine = Int(pixGetWpl(pix))
        let samples = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { buffer, count in
            for row in 0..<height {
                for column in 0..<width {
                    let word = words[row * wordsPerLine + column]
                    buffer[count] = UInt8(truncatingIfNeeded: word >> 24)
                    buffer[count + 1] = UInt8(truncatingIfNeeded: word >> 16)
                    buffer[count + 2] = UInt8(truncatingIfNeeded: word >> 8)
                    count += 3
                }
            }
        }
        return Photograph(height: height, width: width, samples: samples)
    }

    /// Sets every pixel to what the closure returns for it.
    func fill(_ pixel: (_ row: Int, _ column: Int) -> UInt32) {
        let words = pixGetData(pix)!
        let wordsPerLine = Int(pixGetWpl(pix))
        // Leptonica keeps the leftmost pixel in a word's highest bits.
        let pixelsPerWord = 32 / Int(pixGetDepth(pix))
        let bits = 32 / pixelsPerWord
        for row in 0..<Int(pixGetHeight(pix)) {
            for column in 0..<Int(pixGetWidth(pix)) {
                let shift = 32 - bits * (column % pixelsPerWord + 1)
                words[row * wordsPerLine + column / pixelsPerWord] |= pixel(row, column) << UInt32(shift)
            }
        }
    }

    /// The bytes of a PNG file; nil where there is no memory for them.
    func encodedPNG() -> [UInt8]? {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        defer { lept_free(bytes) }
        guard pixWriteMemPng(&bytes, &count, pix, 0) == 0, let bytes else { return nil }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}
