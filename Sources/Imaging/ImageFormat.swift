/// The formats that photographs and masks come in.
public enum ImageFormat: String, Sendable, CaseIterable {
    case png = "PNG"
    case jpeg = "JPEG"
    case tiff = "TIFF"
    case gif = "GIF"
    case webp = "WebP"
    case jpeg2000 = "JPEG 2000"
    case bmp = "BMP"
    case pnm = "PNM"
}

/// What the first bytes of a file announce, whatever the file is called.
enum Signature: Equatable {
    case format(ImageFormat)
    /// A format of pictures that is known and not read.
    case unread(String)
    /// The beginning of the signature of this format, and the end of the file.
    case cut(ImageFormat)
    case unknown

    init(of bytes: UnsafeRawBufferPointer) {
        for (format, patterns) in Self.formats {
            if patterns.contains(where: { $0.matches(bytes) }) {
                self = .format(format)
                return
            }
        }
        if let name = Self.unreadFormats.first(where: { $0.pattern.matches(bytes) })?.name {
            self = .unread(name)
        } else if let format = Self.formats.first(where: { $0.patterns.contains { $0.isCut(bytes) } })?.format {
            self = .cut(format)
        } else {
            self = .unknown
        }
    }

    private static let formats: [(format: ImageFormat, patterns: [Pattern])] = [
        (.png, [Pattern("\u{89}PNG\r\n\u{1A}\n")]),
        (.jpeg, [Pattern("\u{FF}\u{D8}\u{FF}")]),
        (.tiff, [Pattern("II\u{2A}\0"), Pattern("MM\0\u{2A}"), Pattern("II\u{2B}\0"), Pattern("MM\0\u{2B}")]),
        (.gif, [Pattern("GIF87a"), Pattern("GIF89a")]),
        (.webp, [Pattern("RIFF????WEBP")]),
        (.jpeg2000, [Pattern("\0\0\0\u{0C}jP  \r\n\u{87}\n"), Pattern("\u{FF}\u{4F}\u{FF}\u{51}")]),
        (.bmp, [Pattern("BM????\0\0\0\0"), Pattern("BM????????????\u{28}\0\0\0"), Pattern("BM????????????\u{7C}\0\0\0")]),
        (.pnm, "1234567".flatMap { digit in " \t\n\u{0B}\u{0C}\r#".map { Pattern("P\(digit)\($0)") } }),
    ]

    private static let unreadFormats: [(name: String, pattern: Pattern)] = [
        ("DICOM", Pattern(String(repeating: "?", count: 128) + "DICM")),
        ("HEIF", Pattern("????ftypheic")), ("HEIF", Pattern("????ftypheix")), ("HEIF", Pattern("????ftypmif1")),
        ("HEIF", Pattern("????ftyphevc")), ("HEIF", Pattern("????ftypmsf1")),
        ("AVIF", Pattern("????ftypavif")), ("AVIF", Pattern("????ftypavis")),
        ("Canon raw file (CR3)", Pattern("????ftypcrx ")),
        ("JPEG XL", Pattern("\u{FF}\u{0A}")), ("JPEG XL", Pattern("\0\0\0\u{0C}JXL \r\n\u{87}\n")),
        ("JPEG XR", Pattern("II\u{BC}\u{01}")),
        ("Photoshop (PSD)", Pattern("8BPS")), ("OpenEXR", Pattern("v/1\u{01}")), ("Radiance HDR", Pattern("#?RADIANCE")),
        ("Radiance HDR", Pattern("#?RGBE")), ("PFM", Pattern("PF\n")), ("PFM", Pattern("Pf\n")), ("PFM", Pattern("PF4\n")),
        ("FITS", Pattern("SIMPLE  =")), ("PDF", Pattern("%PDF-")), ("PostScript", Pattern("%!PS")), ("GIMP (XCF)", Pattern("gimp xcf")),
        ("DDS", Pattern("DDS ")), ("Windows icon", Pattern("\0\0\u{01}\0")), ("SVG", Pattern("<svg")), ("SVG or XML", Pattern("<?xml")),
        ("Olympus raw file (ORF)", Pattern("IIRO")), ("Panasonic raw file (RW2)", Pattern("IIU\0")), ("QOI", Pattern("qoif")),
        ("PCX", Pattern("\u{0A}\u{05}\u{01}")), ("SGI", Pattern("\u{01}\u{DA}")),
        ("NIfTI", Pattern("\u{5C}\u{01}\0\0")), ("Matlab", Pattern("MATLAB ")), ("HDF5", Pattern("\u{89}HDF\r\n\u{1A}\n")),
        ("NumPy array", Pattern("\u{93}NUMPY")), ("ZIP archive", Pattern("PK\u{03}\u{04}")), ("gzip file", Pattern("\u{1F}\u{8B}")),
    ]
}

/// The bytes that a file begins with, one for each character; "?" stands for any.
private struct Pattern {
    private let bytes: [UInt8?]

    init(_ text: String) {
        bytes = text.unicodeScalars.map { $0 == "?" ? nil : UInt8($0.value) }
    }

    func matches(_ file: UnsafeRawBufferPointer) -> Bool {
        file.count >= bytes.count && agrees(file, count: bytes.count)
    }

    /// Whether the whole file is a beginning of the pattern.
    func isCut(_ file: UnsafeRawBufferPointer) -> Bool {
        file.count < bytes.count && file.count > 0 && agrees(file, count: file.count)
    }

    private func agrees(_ file: UnsafeRawBufferPointer, count: Int) -> Bool {
        bytes.prefix(count).enumerated().allSatisfy { $1 == nil || $1 == file[$0] }
    }
}
