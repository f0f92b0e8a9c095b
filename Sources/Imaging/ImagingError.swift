/// Why a picture could not be read.
public enum ImagingError: Error, Equatable, CustomStringConvertible {
    /// The file cannot be opened or read.
    case unreadable(path: String, reason: String)
    /// The bytes are those of no format that is known here.
    case notAnImage(path: String)
    /// The file may be sound, but its form ("12-bit JPEG") is not read.
    case unsupported(path: String, form: String)
    /// The format is known and its content is broken.
    case damaged(path: String, format: String, reason: String)
    /// More pixels than the caller allows.
    case tooLarge(path: String, width: Int, height: Int, pixelLimit: Int)
    /// There is less memory than the picture needs, or it needs more than its size explains.
    case noMemory(path: String)

    private static let formats = ImageFormat.allCases.map(\.rawValue)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .notAnImage(let path):
            "\(path): not an image that is read here: \(Self.formats.dropLast().joined(separator: ", ")) or \(Self.formats.last ?? "") is expected"
        case .unsupported(let path, let form):
            "\(path): \(form) is not read; save the photograph as 8- or 16-bit PNG, JPEG or TIFF"
        case .damaged(let path, let format, let reason):
            "\(path): damaged \(format) file: \(reason)"
        case .tooLarge(let path, let width, let height, let pixelLimit):
            "\(path): \(width) x \(height) pixels, at most \(pixelLimit) pixels are accepted"
        case .noMemory(let path):
            "\(path): decoding it takes more memory than there is, or than its size allows"
        }
    }
}
