/// How the rows of a file lie in the picture as it should be looked at: the eight values of the `Orientation` tag (0x0112),
/// which TIFF files and the Exif blocks of JPEG, PNG and WebP files share.
///
/// Source: TIFF 6.0, page 36; CIPA DC-008 (Exif 2.32), section 4.6.4.
enum Orientation: Int {
    case upright = 1
    case mirrored
    case turnedOver
    case flipped
    case transposed
    case turnedRight
    case transposedOver
    case turnedLeft

    /// Anything but 1…8 counts as upright.
    init(tag: Int) {
        self = Orientation(rawValue: tag) ?? .upright
    }

    /// Whether stored rows become columns.
    var swapsSides: Bool { rawValue >= Orientation.transposed.rawValue }
}

/// Where the pixels of a stored picture go, counted in pixels of the picture as it should be looked at, row after row.
struct Placement {
    let height: Int
    let width: Int
    let origin: Int
    let rowStep: Int
    let columnStep: Int

    /// - Parameters: the sides as stored.
    init(_ orientation: Orientation, storedHeight: Int, storedWidth: Int) {
        width = orientation.swapsSides ? storedHeight : storedWidth
        height = orientation.swapsSides ? storedWidth : storedHeight
        let right = width - 1
        let bottom = (height - 1) * width
        switch orientation {
        case .upright: (origin, rowStep, columnStep) = (0, width, 1)
        case .mirrored: (origin, rowStep, columnStep) = (right, width, -1)
        case .turnedOver: (origin, rowStep, columnStep) = (bottom + right, -width, -1)
        case .flipped: (origin, rowStep, columnStep) = (bottom, -width, 1)
        case .transposed: (origin, rowStep, columnStep) = (0, 1, width)
        case .turnedRight: (origin, rowStep, columnStep) = (right, -1, width)
        case .transposedOver: (origin, rowStep, columnStep) = (bottom + right, -1, -width)
        case .turnedLeft: (origin, rowStep, columnStep) = (bottom, 1, -width)
        }
    }
}
