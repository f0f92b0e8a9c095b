import Files

/// Reads photographs and encodes maps.
///
/// Each format has a decoder in a file of its own; these libraries do the work, linked dynamically:
///
/// | format | decoded by | licence |
/// |---|---|---|
/// | PNG, and writing it | libpng | libpng-2.0 |
/// | JPEG | libjpeg-turbo | IJG, BSD-3-Clause, zlib |
/// | TIFF, BigTIFF | libtiff, and what it needs for compressions: zlib (zlib), liblzma (public domain), libzstd (BSD-3-Clause), libjpeg-turbo, libwebp, jbigkit (GPL-2.0-or-later), LERC (Apache-2.0), libdeflate (MIT) | libtiff (BSD-like) |
/// | GIF | giflib | MIT |
/// | WebP | libwebp | BSD-3-Clause |
/// | JPEG 2000, also inside TIFF | OpenJPEG | BSD-2-Clause |
/// | BMP, PNM | this module | |
///
/// Whatever the format, one place does what they share: `Orientation` turns, `PixelConversion` applies transparency and inks,
/// `SampleScale` makes 8 bits, `PhotographAssembly` limits, puts together and judges.
public enum ImageFile {
    /// More than any fundus camera delivers.
    public static let defaultPixelLimit = 150_000_000

    /// Reads a photograph: of several pages or frames the first.
    ///
    /// Samples become 8 bits, scaled by the largest that the file declares; palettes and greys become RGB, inks too (without
    /// colour profiles), transparent pixels are put in front of black (the colour outside the round field of a fundus
    /// photograph), and the orientation that a camera recorded is applied.
    ///
    /// - Throws: `ImagingError`. The size is taken from the file's header and compared with `pixelLimit` before anything
    ///   of its size is allocated. A truncated or otherwise broken file is refused, never filled up.
    public static func read(_ path: String, pixelLimit: Int = defaultPixelLimit) throws(ImagingError) -> Photograph {
        try readWithWarnings(path, pixelLimit: pixelLimit).photograph
    }

    /// More bytes than any photograph has.
    private static let largestFile = 1 << 30

    /// As `read`, and what is odd about the photograph.
    public static func readWithWarnings(
        _ path: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> (photograph: Photograph, warnings: [PhotographWarning]) {
        let contents: FileContents
        do throws(FileError) { contents = try FileContents(FileReader(path), atMost: largestFile) } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        return try decode(contents, path: path, pixelLimit: pixelLimit)
    }

    /// As `readWithWarnings`, for bytes in memory; `path` is only for messages.
    public static func decode(
        _ bytes: [UInt8], path: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> (photograph: Photograph, warnings: [PhotographWarning]) {
        try decode(FileContents(bytes), path: path, pixelLimit: pixelLimit)
    }

    private static func decode(
        _ contents: FileContents, path: String, pixelLimit: Int
    ) throws(ImagingError) -> (photograph: Photograph, warnings: [PhotographWarning]) {
        let format: ImageFormat
        switch Signature(of: contents.bytes) {
        case .format(let found): format = found
        case .unread(let form): throw .unsupported(path: path, form: form)
        case .cut(let format): throw .damaged(path: path, format: format.rawValue, reason: "it ends after \(contents.count) bytes")
        case .unknown: throw .notAnImage(path: path)
        }
        do throws(DecodingFailure) {
            let decoder = try decoder(of: contents, format: format, pixelLimit: pixelLimit)
            let (height, width) = (decoder.header.height, decoder.header.width)
            guard height > 0, width > 0 else { throw .damaged("it announces no pixels") }
            // Both come from fields of at most 32 bits.
            guard height <= pixelLimit / width else { throw .tooManyPixels(width: width, height: height) }
            return try PhotographAssembly.photograph(from: decoder)
        } catch {
            switch error {
            case .damaged(let reason): throw .damaged(path: path, format: format.rawValue, reason: reason)
            case .unsupported(let form): throw .unsupported(path: path, form: form)
            case .tooManyPixels(let width, let height):
                throw .tooLarge(path: path, width: width, height: height, pixelLimit: pixelLimit)
            case .noMemory: throw .noMemory(path: path)
            }
        }
    }

    private static func decoder(
        of contents: FileContents, format: ImageFormat, pixelLimit: Int
    ) throws(DecodingFailure) -> any PictureDecoder {
        switch format {
        case .png: try PNGDecoder(contents)
        case .jpeg: try JPEGDecoder(contents)
        case .tiff: try TIFFDecoder(contents, pixelLimit: pixelLimit)
        case .gif: try GIFDecoder(contents)
        case .webp: try WebPDecoder(contents)
        case .jpeg2000: try JPEG2000Decoder(contents, pixelLimit: pixelLimit)
        case .bmp: try BMPDecoder(contents)
        case .pnm: try PNMDecoder(contents)
        }
    }

    /// An 8-bit grey PNG of one channel; values are clamped to 0…1 and rounded after multiplication by 255.
    ///
    /// - Precondition: one channel.
    /// - Returns: the file's bytes; nil where there is no memory for the picture.
    public static func greyPNG(_ map: Raster) -> [UInt8]? {
        precondition(map.channels == 1, "a grey picture has one channel")
        return try? PNGEncoder.encode(height: map.height, width: map.width, channels: 1) { row in
            map.values[row * map.width..<(row + 1) * map.width].map(\.asByte)
        }
    }

    /// An 8-bit RGB PNG.
    ///
    /// - Returns: the file's bytes; nil where there is no memory for the picture.
    public static func png(_ photograph: Photograph) -> [UInt8]? {
        let samplesOfRow = 3 * photograph.width
        return try? PNGEncoder.encode(height: photograph.height, width: photograph.width, channels: 3) { row in
            Array(photograph.samples[row * samplesOfRow..<(row + 1) * samplesOfRow])
        }
    }
}

extension Float {
    /// 255 times the value, clamped to 0…255 and rounded to the nearest, ties to even; 0 for NaN.
    public var asByte: UInt8 {
        isNaN ? 0 : UInt8((min(max(self, 0), 1) * 255).rounded(.toNearestOrEven))
    }
}
