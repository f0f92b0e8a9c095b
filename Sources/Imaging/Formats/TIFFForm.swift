import ImageCodecs

/// What a TIFF file's tags say of its samples, or why they are not read.
struct TIFFForm {
    /// Of the decoded rows.
    let pixels: PixelForm
    let encoding: TIFFSampleEncoding
    /// The stored samples of a pixel that are used, in the order of the decoded rows; for a palette its index.
    let storedSamples: [Int]
    /// Red, green and blue of each index, 8 bits each.
    let palette: [UInt16]?
    /// libtiff makes 8-bit RGB of the samples.
    let isConverted: Bool

    /// The values of PhotometricInterpretation.
    private enum Photometric {
        static let whiteIsZero = 0, blackIsZero = 1, rgb = 2, palette = 3, separated = 5, yCbCr = 6
    }

    init(_ tags: venule_tiff_header) throws(DecodingFailure) {
        let compression = TIFFCompression(tags.compression)
        try compression.check(tags)
        guard tags.width > 0, tags.height > 0 else { throw .damaged("it announces no pixels") }
        guard tags.chunk_width > 0, tags.chunk_height > 0, tags.chunk_row_bytes > 0 else {
            throw .damaged("its strips or tiles have no size")
        }
        guard tags.has_photometric else { throw .unsupported("TIFF without PhotometricInterpretation") }
        guard (1...16).contains(tags.samples) else { throw .unsupported("TIFF of \(tags.samples) samples a pixel") }
        let photometric = Int(tags.photometric)
        isConverted = photometric == Photometric.yCbCr && !compression.convertsColours(tags)
        encoding = isConverted ? .unsigned(8) : try TIFFSampleEncoding(tags)
        var colour = PixelForm.Colour.grey
        switch photometric {
        case Photometric.whiteIsZero: colour = .inverseGrey
        case Photometric.blackIsZero, Photometric.palette: colour = .grey
        case Photometric.rgb, Photometric.yCbCr: colour = .rgb
        case Photometric.separated:
            guard tags.ink_set == 1 else { throw .unsupported("TIFF of inks other than CMYK") }
            colour = .cmyk
        default: throw .unsupported(Self.name(photometric: photometric))
        }
        guard Int(tags.samples) >= colour.samples else {
            throw .damaged("\(tags.samples) samples a pixel are found, its colours need \(colour.samples)")
        }

        if photometric == Photometric.palette {
            palette = try Self.palette(tags)
            storedSamples = [0]
            pixels = PixelForm(colour: .rgb, maximum: 255)
            return
        }
        palette = nil
        let alpha = isConverted ? nil : Self.alpha(tags, colours: colour.samples)
        if alpha != nil, colour == .cmyk { throw .unsupported("TIFF of CMYK with alpha") }
        storedSamples = Array(0..<colour.samples) + (alpha.map { [$0.sample] } ?? [])
        pixels = PixelForm(
            colour: colour, alpha: alpha?.kind ?? .none, maximum: encoding.maximum, isReduced: encoding.isReduced)
    }

    /// The sample that is alpha, as ExtraSamples says; one that it leaves unspecified is none. Where RGB has a fourth sample or grey
    /// a second and the tag is missing, which it must not be, the sample is alpha, as Pillow has it.
    private static func alpha(_ tags: venule_tiff_header, colours: Int) -> (sample: Int, kind: PixelForm.Alpha)? {
        guard tags.has_extra_samples else {
            return colours < 4 && Int(tags.samples) == colours + 1 ? (colours, .straight) : nil
        }
        var kinds = tags.extra_sample_kinds
        return withUnsafeBytes(of: &kinds) { bytes in
            let known = Array(bytes.bindMemory(to: UInt16.self).prefix(Int(tags.extra_samples)))
            guard let index = known.firstIndex(where: { $0 == 1 || $0 == 2 }), colours + index < Int(tags.samples) else {
                return nil
            }
            return (colours + index, known[index] == 1 ? .premultiplied : .straight)
        }
    }

    private static func palette(_ tags: venule_tiff_header) throws(DecodingFailure) -> [UInt16] {
        guard tags.bits <= 16, tags.sample_format == 1, let red = tags.palette.0, let green = tags.palette.1, let blue = tags.palette.2
        else { throw .damaged("its palette is missing or its indices have \(tags.bits) bits") }
        let colours = (0..<1 << Int(tags.bits)).flatMap { [red[$0], green[$0], blue[$0]] }
        // The tag has 16 bits, of which the upper are the colour, as Pillow has it; some programs write 8.
        let hasBytes = colours.allSatisfy { $0 < 256 }
        return colours.map { hasBytes ? $0 : $0 >> 8 }
    }

    private static func name(photometric: Int) -> String {
        switch photometric {
        case 4: "TIFF of a transparency mask"
        case 8, 9, 10: "TIFF in CIE L*a*b*"
        case 32803, 34892: "camera raw file (TIFF of sensor data)"
        case 32844, 32845: "TIFF in LogL or LogLuv"
        default: "TIFF with PhotometricInterpretation \(photometric)"
        }
    }
}

/// The values of the Compression tag that matter here.
struct TIFFCompression {
    private let number: Int
    private static let jpeg = 7, jbig = 34661, jpeg2000 = [34712, 33005]

    init(_ number: UInt16) { self.number = Int(number) }

    var isJPEG2000: Bool { Self.jpeg2000.contains(number) }

    /// Whether the decoder of the compression makes RGB of YCbCr.
    func convertsColours(_ tags: venule_tiff_header) -> Bool { number == Self.jpeg && tags.planar_configuration != 2 }

    /// - Throws: `unsupported` where the samples cannot be decoded.
    func check(_ tags: venule_tiff_header) throws(DecodingFailure) {
        if number == 6 { throw .unsupported("old-style JPEG in TIFF") }
        // Its decoder allocates what the data announce, not what the file does, and writes into the file's bytes.
        if number == Self.jbig { throw .unsupported("JBIG in TIFF") }
        if number == 34676 || number == 34677 { throw .unsupported("TIFF in LogL or LogLuv") }
        if number == Self.jpeg, tags.bits != 8 { throw .unsupported("\(tags.bits)-bit JPEG in TIFF") }
        guard tags.has_codec || isJPEG2000 else { throw .unsupported(name) }
    }

    private var name: String {
        switch number {
        case 33003, 33004: "Aperio's JPEG 2000 in TIFF"
        case 34933: "PNG in TIFF"
        case 22610, 34934: "JPEG XR in TIFF"
        case 50002, 52546: "JPEG XL in TIFF"
        case 34892: "lossy DNG in TIFF"
        default: "TIFF with compression \(number)"
        }
    }
}
