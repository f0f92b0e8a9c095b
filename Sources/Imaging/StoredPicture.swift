/// What the header of a picture file says of the rows that follow.
struct StoredHeader: Equatable {
    /// Rows and pixels of a row as they are stored, before the orientation is applied.
    var height: Int
    var width: Int
    var pixels: PixelForm
    var orientation = Orientation.upright
}

/// What the samples of a pixel mean: the colour's first, then alpha, if there is one.
struct PixelForm: Equatable {
    enum Colour {
        /// 0 is black.
        case grey
        /// 0 is white.
        case inverseGrey
        case rgb
        /// Cyan, magenta, yellow, black; 0 is no ink.
        case cmyk

        var samples: Int {
            switch self {
            case .grey, .inverseGrey: 1
            case .rgb: 3
            case .cmyk: 4
            }
        }
    }

    enum Alpha {
        case none
        /// The colour has yet to be multiplied with it.
        case straight
        /// The colour has been multiplied with it.
        case premultiplied
    }

    var colour: Colour
    var alpha = Alpha.none
    /// The sample that the format, the file's header or its number of bits declares to be the largest: 1…65535.
    var maximum: Int
    /// Whether the file's samples had more than 16 bits, or were floats, and the decoder reduced them to 16.
    var isReduced = false

    var samplesPerPixel: Int { colour.samples + (alpha == .none ? 0 : 1) }
}

/// A file that is decoded: its header first, then its rows in order, from the first to the last.
///
/// Only the form of a file that stores its rows in another order (interlaced, progressive, JPEG 2000, WebP) makes a decoder
/// hold a whole picture.
protocol PictureDecoder: AnyObject {
    var header: StoredHeader { get }

    /// What was found to be odd so far.
    var warnings: [PhotographWarning] { get }

    /// Called once, before the first row, when the announced size has been accepted: nothing of the picture's size is
    /// allocated before.
    func start() throws(DecodingFailure)

    /// - Parameter row: `width * samplesPerPixel` samples, none above the form's maximum afterwards.
    func readRow(into row: inout [UInt16]) throws(DecodingFailure)

    /// Called once, after the last row: what follows has to be complete too, where pixels or their orientation depend on it.
    func finish() throws(DecodingFailure)
}

extension PictureDecoder {
    var warnings: [PhotographWarning] { [] }
    func start() throws(DecodingFailure) {}
    func finish() throws(DecodingFailure) {}
}

/// Why a file of a known format is not decoded.
enum DecodingFailure: Error {
    /// The content is cut short or contradicts itself; the reason continues "damaged PNG file: …".
    case damaged(String)
    /// The file may be sound, and its form is none that is read; the form as in "12-bit JPEG".
    case unsupported(String)
    /// More pixels than the caller allows.
    case tooManyPixels(width: Int, height: Int)
    /// More memory than there is, or than a decoder may have.
    case noMemory
}

extension DecodingFailure {
    /// Damage by what a library said, which may be nothing.
    static func damaged(_ summary: String, _ detail: String) -> DecodingFailure {
        .damaged(detail.isEmpty ? summary : "\(summary) (\(detail))")
    }
}

extension [UInt16] {
    /// Sets the first samples to those of 8 bits.
    mutating func widen(_ bytes: [UInt8], count: Int) {
        bytes.withUnsafeBufferPointer { source in
            withUnsafeMutableBufferPointer { target in
                for index in 0..<Swift.min(count, source.count, target.count) { target[index] = UInt16(source[index]) }
            }
        }
    }
}
