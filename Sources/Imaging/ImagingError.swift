/// Why a picture or an array file could not be read or written.
public enum ImagingError: Error, Equatable, CustomStringConvertible {
    /// The file cannot be opened or read.
    case unreadable(path: String, reason: String)
    /// The bytes are those of no format that is read here.
    case notAnImage(path: String)
    /// The format is known and its content is broken.
    case damaged(path: String, format: String, reason: String)
    /// More pixels than the caller allows.
    case tooLarge(path: String, width: Int, height: Int, pixelLimit: Int)
    /// The file cannot be created, written or put in its place; nothing of it is left behind.
    case unwritable(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .notAnImage(let path):
            "\(path): not an image that is read here: PNG, JPEG, TIFF, GIF or PNM is expected"
        case .damaged(let path, let format, let reason):
            "\(path): damaged \(format) file: \(reason)"
        case .tooLarge(let path, let width, let height, let pixelLimit):
            "\(path): \(width) x \(height) pixels, at most \(pixelLimit) pixels are accepted"
        case .unwritable(let path, let reason):
            "\(path): cannot be written: \(reason)"
        }
    }
}
