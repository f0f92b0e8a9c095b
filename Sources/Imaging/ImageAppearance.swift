import Files

/// What a file is taken for before it is decoded, to find the photographs among other files.
public enum ImageAppearance: Equatable, Sendable {
    /// Its extension or its first bytes are those of a format that is read.
    case photograph
    /// Its first bytes are those of a form that is known and not read, which this names ("DICOM").
    case unread(String)
    case other

    /// Extensions of the formats that are read, in small letters.
    private static let extensions: Set<String> = [
        "png", "jpg", "jpeg", "jpe", "tif", "tiff", "gif", "webp", "jp2", "j2k", "j2c", "jpc", "jpf", "jpx", "bmp", "dib", "pnm", "pbm",
        "pgm",
        "ppm", "pam",
    ]
    /// The longest signature is that of DICOM, behind 128 bytes.
    private static let signatureBytes = 132

    /// - Parameter path: a regular file. One that cannot be read is judged by its extension only.
    public init(of path: String) {
        if let dot = path.lastIndex(of: "."), Self.extensions.contains(path[path.index(after: dot)...].lowercased()) {
            self = .photograph
            return
        }
        do throws(FileError) {
            let head = try FileReader(path).head(Self.signatureBytes)
            self = Self.appearance(of: head)
        } catch {
            self = .other
        }
    }

    private static func appearance(of head: [UInt8]) -> ImageAppearance {
        head.withUnsafeBytes { bytes in
            switch Signature(of: bytes) {
            case .format: .photograph
            case .unread(let form): .unread(form)
            case .cut, .unknown: .other
            }
        }
    }
}
