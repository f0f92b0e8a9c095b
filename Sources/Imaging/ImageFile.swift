import CLeptonica

/// Reads photographs and encodes maps through Leptonica.
public enum ImageFile {
    /// More than any fundus camera delivers; 4 bytes a pixel are needed while a file is decoded.
    public static let defaultPixelLimit = 150_000_000

    /// Reads a PNG, JPEG, TIFF (its first page), GIF (its first frame) or PNM file.
    ///
    /// Samples of 16 bits are reduced to 8, palettes and greys become RGB, transparent pixels are blended with black
    /// (the colour outside the round field of a fundus photograph), and the orientation that a camera recorded in a JPEG's
    /// Exif block or a TIFF tag is applied.
    ///
    /// - Throws: `ImagingError`. The size is taken from the file's header and compared with `pixelLimit` before anything
    ///   is decoded. A truncated or otherwise broken file is refused, never filled up.
    public static func read(
        _ path: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> Photograph {
        let bytes = try FileAccess.read(path)
        return try decode(bytes, path: path, pixelLimit: pixelLimit)
    }

    /// As `read`, for bytes in memory; `path` is only for messages.
    public static func decode(
        _ bytes: [UInt8], path: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> Photograph {
        guard let format = ImageFormat(signatureOf: bytes) else { throw .notAnImage(path: path) }
        setMsgSeverity(CInt(L_SEVERITY_NONE))

        let size = try announcedSize(of: bytes, format: format, path: path)
        guard size.width > 0, size.height > 0 else {
            throw .damaged(path: path, format: format.rawValue, reason: "it announces no pixels")
        }
        // Both come from 32-bit fields, so the product fits.
        guard size.width * size.height <= pixelLimit else {
            throw .tooLarge(path: path, width: size.width, height: size.height, pixelLimit: pixelLimit)
        }
        guard let decoded = Picture(pixReadMem(bytes, bytes.count)) else {
            throw .damaged(path: path, format: format.rawValue, reason: "its pixels cannot be decoded")
        }
        let orientation = format == .jpeg ? ExifOrientation(jpeg: bytes) : .upright
        guard let upright = decoded.inColour()?.applying(orientation) else {
            throw .damaged(path: path, format: format.rawValue, reason: "its pixels cannot be converted to RGB")
        }
        return upright.photograph()
    }

    private static func announcedSize(
        of bytes: [UInt8], format: ImageFormat, path: String
    ) throws(ImagingError) -> (width: Int, height: Int) {
        if format == .gif {
            guard let size = GIFScan.stackedFrames(in: bytes) else {
                throw .damaged(path: path, format: format.rawValue, reason: "its blocks are cut short")
            }
            return size
        }
        var width: CInt = 0
        var height: CInt = 0
        guard pixReadHeaderMem(bytes, bytes.count, nil, &width, &height, nil, nil, nil) == 0 else {
            throw .damaged(path: path, format: format.rawValue, reason: "its header cannot be read")
        }
        return (Int(width), Int(height))
    }

    /// An 8-bit grey PNG of one channel; values are clamped to 0…1 and rounded after multiplication by 255.
    ///
    /// - Precondition: one channel.
    /// - Returns: the file's bytes; nil where there is no memory for the picture.
    public static func greyPNG(_ map: Raster) -> [UInt8]? {
        precondition(map.channels == 1, "a grey picture has one channel")
        let picture = Picture(width: map.width, height: map.height, depth: 8)
        picture?.fill { row, column in UInt32(map[row, column, 0].asByte) }
        return picture?.encodedPNG()
    }

    /// An 8-bit RGB PNG.
    ///
    /// - Returns: the file's bytes; nil where there is no memory for the picture.
    public static func png(_ photograph: Photograph) -> [UInt8]? {
        let picture = Picture(width: photograph.width, height: photograph.height, depth: 32)
        picture?.fill { row, column in
            let first = 3 * (row * photograph.width + column)
            let red = UInt32(photograph.samples[first])
            let green = UInt32(photograph.samples[first + 1])
            let blue = UInt32(photograph.samples[first + 2])
            return red << 24 | green << 16 | blue << 8
        }
        return picture?.encodedPNG()
    }
}

extension Float {
    /// 255 times the value, clamped to 0…255 and rounded to the nearest, ties to even; 0 for NaN.
    var asByte: UInt8 {
        isNaN ? 0 : UInt8((min(max(self, 0), 1) * 255).rounded(.toNearestOrEven))
    }
}
